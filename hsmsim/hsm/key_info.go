package hsm

import (
	"context"
	"slices"
)

// KeyInfo is who may do what with a key.
type KeyInfo struct {
	Session bool
	Owner   UserID
	Shared  []UserID
	MValue  uint8 // approvals that each use needs; 0 and 1 mean none
}

// KeyInfo tells owner and sharers of a key; of a public key only the owner. Errors: NotAllowed,
// InvalidHandle, KeyAccessDenied.
func (s *Session) KeyInfo(_ context.Context, r HandleRequest) (KeyInfo, error) {
	var info KeyInfo
	return info, s.read(func(h *HSM) error {
		k, err := h.usable(s, r.Handle)
		if err != nil {
			return err
		}
		info = KeyInfo{Session: k.session != nil, Owner: k.Owner, Shared: slices.Clone(k.Shared), MValue: k.MValue}
		return nil
	})
}
