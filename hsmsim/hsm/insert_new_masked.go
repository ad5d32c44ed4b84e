package hsm

import "context"

// InsertNewMasked makes a token key with a handle of its own of a masked key, and gives the new key's masked object
// for the other HSMs. Errors: as InsertMasked.
func (s *Session) InsertNewMasked(_ context.Context, object []byte) (Generated, error) {
	var g Generated
	return g, s.change(func(h *HSM) error {
		k, err := h.openKey(object)
		if denied := s.require(CU, CO, PCO); denied != nil {
			err = denied
		}
		if err == nil {
			g.Handle, err = h.insertMasked(k, false)
		}
		if err == nil {
			g.Masked = h.masker.sealKey(h.keys[g.Handle])
		}
		h.recordKeys(s, opInsertMasked, codeOf(err), h.keys[g.Handle].handles())
		return err
	})
}
