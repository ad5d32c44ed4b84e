package hsm

import (
	"bytes"
	"context"
	"slices"
)

// FindRequest selects keys; all conditions that are set must hold.
type FindRequest struct {
	Class   Class
	Type    *KeyType
	Label   *string
	ID      *string
	Session *bool    // session keys only, or token keys only
	Users   []UserID // all of these can use the key too; at most MaxUsers
	Modulus []byte
	KCV     []byte
}

// FindKeys lists the keys that the session's CU may use, by slot. Errors: NotAllowed, InvalidInput for too many
// users.
func (s *Session) FindKeys(_ context.Context, r FindRequest) ([]Handle, error) {
	found := []Handle{}
	return found, s.read(func(h *HSM) error {
		if err := s.require(CU); err != nil {
			return err
		}
		if len(r.Users) > MaxUsers {
			return InvalidInput
		}
		for _, k := range h.order {
			if !k.Tombstoned && (k.session == nil || k.session == s) && k.visibleTo(s.user.record.ID) && r.fits(k) {
				found = append(found, k.Handle)
			}
		}
		return nil
	})
}

func (r *FindRequest) fits(k *key) bool {
	switch {
	case r.Class != 0 && k.Class != r.Class,
		r.Type != nil && k.Type != *r.Type,
		r.Label != nil && k.Label != *r.Label,
		r.ID != nil && k.ID != *r.ID,
		r.Session != nil && (k.session != nil) != *r.Session,
		len(r.Modulus) > 0 && !bytes.Equal(k.Modulus, r.Modulus),
		len(r.KCV) > 0 && !bytes.Equal(k.KCV, r.KCV):
		return false
	}
	return !slices.ContainsFunc(r.Users, func(id UserID) bool { return !k.visibleTo(id) })
}

// FindKey succeeds where the HSM has the key. Errors: NotAllowed, InvalidHandle.
func (s *Session) FindKey(_ context.Context, r HandleRequest) (Done, error) {
	return Done{}, s.read(func(h *HSM) error {
		if err := s.require(CU); err != nil {
			return err
		}
		_, err := h.present(s, r.Handle)
		return err
	})
}
