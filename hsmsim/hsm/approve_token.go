package hsm

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"slices"
)

// Limits of a request for approval, those of the tools' approval file.
const (
	MaxApprovals  = 20
	MaxTokenBytes = 32 * TokenSize
)

// An Approval is the signature of one approver.
type Approval struct {
	Type      string // CO or CU
	Name      string
	Signature []byte // RSA PKCS #1 v1.5 over SHA-256 of the whole token file
}

// ApproveRequest brings a token file with the approvals of it.
type ApproveRequest struct {
	Tokens    []byte // of one or several HSMs
	Approvals []Approval
}

// ApproveToken counts approvals for those tokens of a token file that are this HSM's (management tool,
// approveToken). Every approver must have a registered key and every signature must be right, and together they
// must be enough; otherwise none counts. Errors: NotAllowed, QuorumMissing.
func (s *Session) ApproveToken(_ context.Context, r ApproveRequest) (Done, error) {
	return Done{}, s.change(func(h *HSM) error {
		err := h.approveTokens(s, r)
		h.record(s, opApproveToken, codeOf(err), "", 0)
		return err
	})
}

func (h *HSM) approveTokens(s *Session, r ApproveRequest) error {
	if err := s.require(CO, PCO, CU); err != nil {
		return err
	}
	tokens := h.tokensIn(r.Tokens)
	approvers, ok := h.approversIn(r)
	if len(tokens) == 0 || !ok {
		return QuorumMissing
	}
	for _, t := range tokens {
		if len(union(t.approvers, approvers)) < int(h.required(t)) || !h.mayApprove(t, approvers) {
			return QuorumMissing
		}
	}
	for _, t := range tokens {
		t.approvers = union(t.approvers, approvers)
	}
	return nil
}

// tokensIn finds this HSM's tokens in a token file.
func (h *HSM) tokensIn(file []byte) []*token {
	if len(file) > MaxTokenBytes || len(file)%TokenSize != 0 {
		return nil
	}
	var list []*token
	for value := range slices.Chunk(file, TokenSize) {
		for _, t := range h.tokens {
			if t.value == [TokenSize]byte(value) && !slices.Contains(list, t) {
				list = append(list, t)
			}
		}
	}
	return list
}

// approversIn gives the users whose signatures a request has; ok is false where one of them is not right.
func (h *HSM) approversIn(r ApproveRequest) (list []*user, ok bool) {
	if len(r.Approvals) > MaxApprovals {
		return nil, false
	}
	sum := sha256.Sum256(r.Tokens)
	for _, a := range r.Approvals {
		u := h.userByName(a.Name)
		t, _ := ParseUserType(a.Type)
		if u == nil || !u.is(t) || !u.signed(sum[:], a.Signature) {
			return nil, false
		}
		list = append(list, u)
	}
	return list, true
}

// signed reports whether a signature of a SHA-256 hash has been made with the user's registered key.
func (u *user) signed(hash, signature []byte) bool {
	key, err := parseQuorumKey(u.record.QuorumKey)
	return err == nil && rsa.VerifyPKCS1v15(key, crypto.SHA256, hash, signature) == nil
}

// mayApprove reports whether all of the users may approve of a token: officers of what officers do, the users of a
// key of what is done with it.
func (h *HSM) mayApprove(t *token, approvers []*user) bool {
	return !slices.ContainsFunc(approvers, func(u *user) bool {
		if t.service.ofOfficers() {
			return !u.record.Type.officer()
		}
		k := h.keys[t.key]
		return k == nil || !k.visibleTo(u.record.ID)
	})
}

// required is the number of approvals that a token needs now.
func (h *HSM) required(t *token) uint8 {
	if t.service.ofOfficers() {
		return h.m(t.service)
	}
	if k := h.keys[t.key]; k != nil {
		return k.MValue
	}
	return 0
}

// union is the first list with what only the second one has.
func union(a, b []*user) []*user {
	list := slices.Clone(a)
	for _, u := range b {
		if !slices.Contains(list, u) {
			list = append(list, u)
		}
	}
	return list
}
