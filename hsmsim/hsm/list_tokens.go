package hsm

import (
	"context"
	"time"
)

// TokenInfo is one token as listTokens shows it.
type TokenInfo struct {
	ID        uint32
	Service   Service
	Node      int
	Key       Handle
	User      string
	Validity  time.Duration // that is left, 0 for a token that is still there past its life
	Required  int           // approvals
	Approvers []string      // names
}

// ListTokens lists the tokens of the services that concern the session's user: officers see those of all officers,
// crypto users those for keys that they can use. Error: NotAllowed.
func (s *Session) ListTokens(context.Context, Done) ([]TokenInfo, error) {
	var list []TokenInfo
	return list, s.read(func(h *HSM) error {
		if err := s.require(CO, PCO, CU); err != nil {
			return err
		}
		now := h.clock.Now()
		for _, t := range h.tokens {
			if !h.concerns(t, s) {
				continue
			}
			info := TokenInfo{ID: t.id, Service: t.service, Node: h.identity.Node, Key: t.key, User: t.owner.record.Name,
				Validity: max(0, t.end.Sub(now)), Required: int(h.required(t))}
			for _, u := range h.approversOf(t) {
				info.Approvers = append(info.Approvers, u.record.Name)
			}
			list = append(list, info)
		}
		return nil
	})
}

func (h *HSM) concerns(t *token, s *Session) bool {
	if t.service.ofOfficers() {
		return s.role.officer()
	}
	k := h.keys[t.key]
	return s.role == CU && k != nil && k.visibleTo(s.user.record.ID)
}
