package hsm

import (
	"context"
	"crypto/rsa"
	"slices"
)

// UnwrapKeyRequest asks for a new key from a wrapped one. With a header the key is what the header says, and the
// template's label and id do not count; else Class, Type and Template say it.
type UnwrapKeyRequest struct {
	Wrapping   Handle
	Wrapped    []byte
	Header     bool
	Class      Class // SecretKey or PrivateKey
	Type       KeyType
	Parameters WrapParameters
	Template   Template
}

// UnwrapKey makes a key of what another wraps. It is the session's user's. Errors: as WrapKey and GenerateSecret;
// UnwrapFailed, BadTagGCM or BadPKCSData, by mechanism, where the wrapped key is damaged or another key has
// wrapped it.
func (s *Session) UnwrapKey(_ context.Context, r UnwrapKeyRequest) (Generated, error) {
	var kek *key
	err := s.read(func(h *HSM) error {
		var err error
		kek, err = h.mayUnwrap(s, &r)
		return err
	})
	var k *key
	if err == nil {
		k, err = r.unwrap(kek)
	}
	var g Generated
	return g, s.change(func(h *HSM) error {
		if err == nil {
			err = h.mayCreate(s, r.newTemplate(), 1)
		}
		if err == nil {
			err = h.approvedForKey(s, UseKey, kek)
		}
		if err == nil {
			g = h.adopt(s, r.Template, k)
		}
		h.recordKeys(s, opUnwrapKey, codeOf(err), h.keys[g.Handle].handles())
		return err
	})
}

// newTemplate is the template as far as it counts.
func (r *UnwrapKeyRequest) newTemplate() Template {
	t := r.Template
	if r.Header {
		t.Label, t.ID = "", "" // the wrapped key and its original may well be here at the same time
	}
	return t
}

// mayUnwrap finds the unwrapping key and checks what can be checked before.
func (h *HSM) mayUnwrap(s *Session, r *UnwrapKeyRequest) (*key, error) {
	kek, err := h.usable(s, r.Wrapping)
	if err != nil {
		return nil, err
	}
	if err := h.mayCreate(s, r.newTemplate(), 1); err != nil {
		return nil, err
	}
	if err := r.Parameters.check(); err != nil {
		return nil, err
	}
	wanted := SecretKey
	if r.Parameters.Mechanism.isRSA() {
		wanted = PrivateKey
	}
	switch {
	case r.Header && (r.Parameters.TagSize != 0 || r.Parameters.IV != nil):
		return nil, InvalidInput
	case !kek.canWrap(wanted):
		return nil, BadKeyType
	case kek.Flags&flagUnwrap == 0:
		return nil, KeyFunction
	}
	return kek, nil
}

// unwrap makes the key; it has neither handle nor owner yet.
func (r *UnwrapKeyRequest) unwrap(kek *key) (*key, error) {
	k := &key{keyRecord: keyRecord{Class: r.Class, Type: r.Type, Label: r.Template.Label, ID: r.Template.ID,
		Flags: defaultFlags(r.Class, r.Type)}}
	p, wrapped := r.Parameters, r.Wrapped
	if r.Header {
		var err error
		if k.keyRecord, wrapped, err = readWrapHeader(wrapped); err != nil {
			return nil, err
		}
		if p.Mechanism == WrapGCM {
			if len(wrapped) < gcmIVSize {
				return nil, UnwrapFailed
			}
			p.IV, wrapped = wrapped[:gcmIVSize], wrapped[gcmIVSize:]
		}
	}
	var material []byte
	var err error
	if p.Mechanism.isRSA() {
		var half any
		if half, err = kek.half(); err == nil {
			material, err = p.UnwrapRSA(half.(*rsa.PrivateKey), wrapped)
		}
	} else {
		material, err = p.unwrap(kek.Material, wrapped)
	}
	if err != nil {
		return nil, err
	}
	return k, k.fillMaterial(material)
}

// fillMaterial sets a key's material, which comes from outside, by its class and type.
func (k *keyRecord) fillMaterial(material []byte) error {
	switch k.Class {
	case SecretKey:
		if k.Type == RC4 {
			return PolicyViolation
		}
		if !secretSizeOK(k.Type, len(material)) {
			return BadKeySize
		}
		k.fillSecret(material)
		return nil
	case PrivateKey:
		half, err := parsePrivate(material)
		if err != nil {
			return inputError(err)
		}
		if typeOf(half) != k.Type {
			return BadKeyType
		}
		if err := allowed(half); err != nil {
			return err
		}
		return k.fillPrivate(half)
	}
	return BadKeyType
}

// inputError is the code for material that cannot be read, InvalidInput where it has none of its own.
func inputError(err error) error {
	if c, ok := err.(Code); ok {
		return c
	}
	return InvalidInput
}

// adopt makes a key that came from outside the session's user's and stores it.
func (h *HSM) adopt(s *Session, t Template, k *key) Generated {
	k.Owner = s.user.record.ID
	k.Flags &^= flagLocal | flagNeverExtractable | flagAlwaysSensitive | flagTrusted
	if k.Class != PublicKey {
		k.Shared, k.MValue = slices.Sorted(slices.Values(t.Shared)), t.MValue
		if t.NotExtractable {
			k.Flags &^= flagExtractable
		}
	}
	if t.Session {
		k.session = s
	}
	return h.admit(s, t, k)[0]
}
