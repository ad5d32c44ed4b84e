package hsm

import "context"

// DeleteKey removes a key. The owner only. Errors: NotAllowed, InvalidHandle, KeyAccessDenied, and
// PolicyViolation where OBJ_ATTR_DESTROYABLE is 0.
func (s *Session) DeleteKey(_ context.Context, r HandleRequest) (Done, error) {
	return Done{}, s.change(func(h *HSM) error {
		about := h.handlesOf(r.Handle)
		k, err := h.ownedByCU(s, r.Handle)
		if err == nil && k.Flags&flagDestroyable == 0 {
			err = PolicyViolation
		}
		if err == nil {
			h.destroy(k)
		}
		h.recordKeys(s, opDestroyObject, codeOf(err), about)
		return err
	})
}

func (h *HSM) destroy(k *key) {
	h.removeKey(k)
	if k.session != nil {
		delete(k.session.keys, k.Handle)
		return
	}
	b := BucketKeys
	if k.Tombstoned {
		b = BucketTombstone
	}
	h.commit(Change{b, uint64(k.Handle), nil})
}

// Tombstone marks a key for removal: it is no longer found or used, and server-side synchronisation sweeps it.
// Clients do so with copies that they could not delete. The owner only.
func (s *Session) Tombstone(_ context.Context, r HandleRequest) (Done, error) {
	return Done{}, s.change(func(h *HSM) error {
		k, err := h.ownedByCU(s, r.Handle)
		if err == nil && k.session != nil {
			err = InvalidHandle
		}
		if err == nil {
			k.Tombstoned = true
			h.commit(Change{BucketKeys, uint64(k.Handle), nil}, keyChange(k))
		}
		h.recordKeys(s, opTombstoneObject, codeOf(err), h.handlesOf(r.Handle))
		return err
	})
}
