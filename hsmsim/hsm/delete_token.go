package hsm

import (
	"context"
	"slices"
)

// DeleteTokenRequest names tokens: one by its id, those in a token file, or all.
type DeleteTokenRequest struct {
	ID     uint32
	Tokens []byte
	All    bool
}

// DeleteToken takes back tokens of the session's user. Errors: NotAllowed, InvalidInput where there is no such
// token of this user.
func (s *Session) DeleteToken(_ context.Context, r DeleteTokenRequest) (Done, error) {
	return Done{}, s.change(func(h *HSM) error {
		err := h.deleteTokens(s, r)
		h.record(s, opDeleteToken, codeOf(err), "", 0)
		return err
	})
}

func (h *HSM) deleteTokens(s *Session, r DeleteTokenRequest) error {
	if err := s.require(CO, PCO, CU); err != nil {
		return err
	}
	named, before := h.tokensIn(r.Tokens), len(h.tokens)
	h.tokens = slices.DeleteFunc(h.tokens, func(t *token) bool {
		return t.owner == s.user && (r.All || t.id == r.ID || slices.Contains(named, t))
	})
	if len(h.tokens) == before {
		return InvalidInput
	}
	return nil
}
