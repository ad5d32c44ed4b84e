package hsm

import "slices"

// spend uses up a token for one use of a key, where it needs approvals. It comes last: what has failed uses up
// nothing. Error: QuorumMissing.
func (s *Session) spend(k *key) error {
	if k.MValue <= 1 { // it never changes
		return nil
	}
	return s.change(func(h *HSM) error { return h.approvedForKey(s, UseKey, k) })
}

// spendBoth uses up a token for taking a key out and one for using the key that wraps it, or neither.
func (h *HSM) spendBoth(s *Session, k, kek *key) error {
	before := slices.Clone(h.tokens)
	err := h.approvedForKey(s, ManageKey, k)
	if err == nil {
		err = h.approvedForKey(s, UseKey, kek)
	}
	if err != nil {
		h.tokens = before
	}
	return err
}
