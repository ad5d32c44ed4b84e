package hsm

import (
	"context"
	"crypto/rand"
	"slices"
	"time"
)

// Limits of tokens (user guide, quorum authentication).
const (
	TokenLife = 10 * time.Minute // lab time
	MaxTokens = 1024             // on one HSM
)

// TokenSize is the size of one token, bytes. A token file has the tokens of several HSMs one after the other.
const TokenSize = 32

// token is the permission to do one thing, once enough users have approved of it. It is lost with the login that
// has asked for it, and never stored. Past its life it still can be used, until its place is needed.
type token struct {
	id        uint32
	value     [TokenSize]byte // what the approvers sign
	service   Service
	key       Handle // of services for keys
	owner     *user
	session   *Session
	end       time.Time // of its life
	approvers []*user
}

// GetTokenRequest asks for a token.
type GetTokenRequest struct {
	Service Service
	Key     Handle // of services for keys, else 0
	User    string // who asks, to make sure
}

// A Token is what the HSM tells of a new token.
type Token struct {
	Value   []byte
	ID      uint32
	Service Service
	Node    int
	Key     Handle
	User    string
}

// GetToken makes a token for the user of the session (management tool, getToken). Of a service that needs no
// approvals there is none. Errors: NotAllowed, InvalidInput, TooManyTokens and, for keys, InvalidHandle and
// KeyAccessDenied.
func (s *Session) GetToken(_ context.Context, r GetTokenRequest) (Token, error) {
	var issued Token
	return issued, s.change(func(h *HSM) error {
		t, err := h.newToken(s, r)
		if err == nil {
			issued = Token{Value: t.value[:], ID: t.id, Service: t.service, Node: h.identity.Node, Key: t.key, User: t.owner.record.Name}
		}
		h.record(s, opGetToken, codeOf(err), "", 0)
		return err
	})
}

func (h *HSM) newToken(s *Session, r GetTokenRequest) (*token, error) {
	m, err := h.approvalsFor(s, r.Service, r.Key)
	switch {
	case err != nil:
		return nil, err
	case m <= 1 || nameKey(r.User) != nameKey(s.user.record.Name):
		return nil, InvalidInput
	}
	now := h.clock.Now()
	if len(h.tokens) >= MaxTokens {
		h.tokens = slices.DeleteFunc(h.tokens, func(t *token) bool { return !now.Before(t.end) })
	}
	if len(h.tokens) >= MaxTokens {
		return nil, TooManyTokens
	}
	h.lastToken++
	t := &token{id: h.lastToken, service: r.Service, key: r.Key, owner: s.user, session: s, end: now.Add(TokenLife)}
	rand.Read(t.value[:])
	h.tokens = append(h.tokens, t)
	return t, nil
}

// approvalsFor is how many approvals the session's user needs for a service, 0 or 1 for none.
func (h *HSM) approvalsFor(s *Session, service Service, handle Handle) (uint8, error) {
	find := h.usable
	switch service {
	case UserManagement, MiscOfficer:
		if err := s.require(CO, PCO); err != nil {
			return 0, err
		}
		if handle != 0 {
			return 0, InvalidInput
		}
		return h.m(service), nil
	case UseKey:
	case ManageKey:
		find = h.ownedByCU
	default:
		return 0, InvalidInput
	}
	k, err := find(s, handle)
	if err != nil {
		return 0, err
	}
	return k.MValue, nil
}

// useToken spends a token of the session's user with at least m approvals; the user may have got it on another
// session. Error: QuorumMissing.
func (h *HSM) useToken(s *Session, service Service, handle Handle, m uint8) error {
	if m <= 1 {
		return nil
	}
	for i, t := range h.tokens {
		if t.owner == s.user && t.service == service && t.key == handle && len(h.approversOf(t)) >= int(m) {
			h.tokens = slices.Delete(h.tokens, i, i+1)
			return nil
		}
	}
	return QuorumMissing
}

// approversOf are those who have approved of a token and are still there.
func (h *HSM) approversOf(t *token) []*user {
	var list []*user
	for _, u := range t.approvers {
		if h.users[u.record.ID] == u {
			list = append(list, u)
		}
	}
	return list
}

// dropTokens takes away the tokens of a login that ends.
func (h *HSM) dropTokens(s *Session) {
	h.tokens = slices.DeleteFunc(h.tokens, func(t *token) bool { return t.session == s })
}
