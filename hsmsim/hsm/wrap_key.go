package hsm

import (
	"context"
	"crypto/rsa"
)

// WrapKeyRequest asks for a key, wrapped with another.
type WrapKeyRequest struct {
	Key        Handle
	Wrapping   Handle
	Header     bool // the key's attributes stand in front, for UnwrapKey to make the same key again
	Parameters WrapParameters
}

// WrappedKey is a wrapped key, and the IV that WrapGCM used where there is no header to hold it.
type WrappedKey struct {
	_    struct{} `cbor:",toarray"`
	Data []byte
	IV   []byte
}

// WrapKey gives a secret or private key, wrapped with an AES or a public RSA key; a private key is wrapped as
// PKCS #8. The key's owner only; the wrapping key may be shared. Errors: NotAllowed, InvalidHandle,
// KeyAccessDenied, also where the key is not extractable, PolicyViolation where it wants a trusted wrapping key,
// KeyFunction where the wrapping key must not wrap, BadKeyType, QuorumMissing, InvalidInput, DataLength.
func (s *Session) WrapKey(_ context.Context, r WrapKeyRequest) (WrappedKey, error) {
	var w WrappedKey
	var key, kek *key
	var header []byte
	err := s.read(func(h *HSM) error {
		var err error
		if key, kek, err = h.mayWrap(s, &r); err == nil && r.Header {
			header = key.wrapHeader()
		}
		return err
	})
	if err == nil {
		w, err = r.wrap(key, kek, header)
	}
	err = s.change(func(h *HSM) error {
		if err == nil {
			err = h.spendBoth(s, key, kek)
		}
		h.recordKeys(s, opWrapKey, codeOf(err), h.handlesOf(r.Key))
		return err
	})
	if err != nil {
		return WrappedKey{}, err
	}
	return w, nil
}

// mayWrap finds the key and the wrapping key and checks everything but the length.
func (h *HSM) mayWrap(s *Session, r *WrapKeyRequest) (k, kek *key, err error) {
	if kek, err = h.usable(s, r.Wrapping); err != nil {
		return nil, nil, err
	}
	if k, err = h.ownedByCU(s, r.Key); err != nil {
		return nil, nil, err
	}
	if err := r.Parameters.check(); err != nil {
		return nil, nil, err
	}
	wanted := SecretKey
	if r.Parameters.Mechanism.isRSA() {
		wanted = PublicKey
	}
	switch {
	case r.Header && (r.Parameters.TagSize != 0 || r.Parameters.IV != nil):
		return nil, nil, InvalidInput
	case k.Class == PublicKey || !kek.canWrap(wanted):
		return nil, nil, BadKeyType
	case k.Flags&flagExtractable == 0:
		return nil, nil, KeyAccessDenied
	case kek.Flags&flagWrap == 0:
		return nil, nil, KeyFunction
	case k.Flags&flagWrapWithTrusted != 0 && kek.Flags&flagTrusted == 0:
		return nil, nil, PolicyViolation
	}
	return k, kek, nil
}

// canWrap reports whether a key is of the kind that wraps or unwraps: AES, or a half of an RSA pair.
func (k *key) canWrap(c Class) bool {
	return k.Class == c && (c == SecretKey && k.Type == AES || c != SecretKey && k.Type == RSA)
}

func (r *WrapKeyRequest) wrap(key, kek *key, header []byte) (WrappedKey, error) {
	p := &r.Parameters
	var body, iv []byte
	var err error
	if p.Mechanism.isRSA() {
		var half any
		if half, err = kek.half(); err == nil {
			body, err = p.WrapRSA(half.(*rsa.PublicKey), key.Material)
		}
	} else {
		body, iv, err = p.wrap(kek.Material, key.Material)
	}
	if err != nil {
		return WrappedKey{}, err
	}
	if !r.Header {
		return WrappedKey{Data: body, IV: iv}, nil
	}
	data := append(WrapIV[:], header...)
	return WrappedKey{Data: append(append(data, iv...), body...)}, nil
}
