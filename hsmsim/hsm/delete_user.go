package hsm

import (
	"context"
	"slices"
)

// UserRequest names a user by type and name, as the operator wrote them.
type UserRequest struct {
	Type string
	Name string
}

// DeleteUser removes a user and the user's share in other keys (management tool, deleteUser). Officers only.
// Errors: NotAllowed, BadUserType, NoSuchUser, QuorumMissing, and PolicyViolation for a CU who owns keys, for
// a user who is logged in anywhere and for the appliance user.
func (s *Session) DeleteUser(_ context.Context, r UserRequest) (Done, error) {
	return Done{}, s.change(func(h *HSM) error {
		t, _ := ParseUserType(r.Type)
		err := h.deleteUser(s, t, r.Name)
		h.record(s, opDeleteUser, codeOf(err), r.Name, t)
		return err
	})
}

func (h *HSM) deleteUser(s *Session, t UserType, name string) error {
	u := h.userByName(name)
	switch {
	case s.require(CO, PCO) != nil:
		return NotAllowed
	case t == 0:
		return BadUserType
	case u == nil || !u.is(t):
		return NoSuchUser
	case t == AU || h.loggedIn(u, nil) || h.ownsKeys(u.record.ID):
		return PolicyViolation
	}
	if err := h.approved(s, UserManagement); err != nil {
		return err
	}
	id := u.record.ID
	changes := []Change{{BucketUsers, uint64(id), nil}}
	for _, k := range h.order {
		if i := slices.Index(k.Shared, id); i >= 0 {
			k.Shared = slices.Delete(slices.Clone(k.Shared), i, i+1)
			if k.session == nil {
				changes = append(changes, keyChange(k))
			}
		}
	}
	delete(h.users, id)
	delete(h.names, nameKey(u.record.Name))
	h.commit(changes...)
	return nil
}

// ownsKeys leaves tombstoned keys out: nobody sees them any more.
func (h *HSM) ownsKeys(id UserID) bool {
	return slices.ContainsFunc(h.order, func(k *key) bool { return k.Owner == id && !k.Tombstoned })
}
