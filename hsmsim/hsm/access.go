package hsm

import "slices"

// present finds a key that is here for this session: not tombstoned, and not another session's key.
func (h *HSM) present(s *Session, handle Handle) (*key, error) {
	k := h.keys[handle]
	if k == nil || k.Tombstoned || k.session != nil && k.session != s {
		return nil, InvalidHandle
	}
	return k, nil
}

// usable finds a key that the session's CU may use or look at: an own, shared or public one.
func (h *HSM) usable(s *Session, handle Handle) (*key, error) {
	if err := s.require(CU); err != nil {
		return nil, err
	}
	k, err := h.present(s, handle)
	if err != nil {
		return nil, err
	}
	if !k.visibleTo(s.user.record.ID) {
		return nil, KeyAccessDenied
	}
	return k, nil
}

func (k *key) visibleTo(id UserID) bool {
	return k.Owner == id || k.Class == PublicKey || slices.Contains(k.Shared, id)
}

// owned finds a key that the session's user may manage: the CU's own; officers manage any as masked object.
func (h *HSM) owned(s *Session, handle Handle) (*key, error) {
	if err := s.require(CU, CO, PCO); err != nil {
		return nil, err
	}
	k, err := h.present(s, handle)
	if err != nil {
		return nil, err
	}
	if s.role == CU && k.Owner != s.user.record.ID {
		return nil, KeyAccessDenied
	}
	return k, nil
}

// ownedByCU is owned for operations that officers may not do.
func (h *HSM) ownedByCU(s *Session, handle Handle) (*key, error) {
	if err := s.require(CU); err != nil {
		return nil, err
	}
	return h.owned(s, handle)
}
