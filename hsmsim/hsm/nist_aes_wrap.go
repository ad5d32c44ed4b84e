package hsm

import "context"

// DataRequest is data of the host for an AES key to wrap or unwrap, with PKCS #5 padding.
type DataRequest struct {
	Wrapping Handle
	IV       []byte // 8 bytes; nil for the default
	Data     []byte // at most MaxWrapped
}

// WrapData wraps data of the host with an AES key: it encrypts, so the key must be for encrypting. Importing a
// key begins with it. Errors: NotAllowed, InvalidHandle, KeyAccessDenied, BadKeyType, KeyFunction, QuorumMissing,
// InvalidInput, DataLength.
func (s *Session) WrapData(_ context.Context, r DataRequest) ([]byte, error) {
	return s.nistAESWrap(r, flagEncrypt|flagWrap, WrapPadded)
}

// UnwrapData undoes WrapData and gives the data to the host: the key must be for decrypting. Exporting a key ends
// with it. Errors: as WrapData, and UnwrapFailed.
func (s *Session) UnwrapData(_ context.Context, r DataRequest) ([]byte, error) {
	return s.nistAESWrap(r, flagDecrypt, UnwrapPadded)
}

// wrapping is WrapPadded or UnwrapPadded.
type wrapping func(kek []byte, iv [8]byte, data []byte) ([]byte, error)

func (s *Session) nistAESWrap(r DataRequest, needed flags, run wrapping) ([]byte, error) {
	var out []byte
	err := s.change(func(h *HSM) error {
		kek, err := h.usable(s, r.Wrapping)
		if err == nil {
			out, err = h.wrapHostData(s, kek, r, needed, run)
		}
		h.recordKeys(s, opNISTAESWrap, codeOf(err), h.handlesOf(r.Wrapping))
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (h *HSM) wrapHostData(s *Session, kek *key, r DataRequest, needed flags, run wrapping) ([]byte, error) {
	iv := WrapIV
	switch {
	case !kek.canWrap(SecretKey):
		return nil, BadKeyType
	case kek.Flags&needed != needed:
		return nil, KeyFunction
	case r.IV != nil && len(r.IV) != len(iv):
		return nil, InvalidInput
	case r.IV != nil:
		iv = [8]byte(r.IV)
	}
	out, err := run(kek.Material, iv, r.Data)
	if err != nil {
		return nil, err
	}
	return out, h.approvedForKey(s, UseKey, kek)
}
