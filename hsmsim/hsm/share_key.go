package hsm

import (
	"context"
	"slices"
)

// ShareRequest shares a key with a user, or takes the share back.
type ShareRequest struct {
	Handle Handle
	User   UserID
	Share  bool
}

// ShareKey changes who may use a token key (management tool, shareKey). The owner only, with CUs only; public
// keys are everybody's and are not shared. Doing what is done already succeeds. Errors: NotAllowed,
// InvalidHandle, KeyAccessDenied, InvalidInput, QuorumMissing for a key that needs approvals.
func (s *Session) ShareKey(_ context.Context, r ShareRequest) (Done, error) {
	return Done{}, s.change(func(h *HSM) error {
		err := h.shareKey(s, r)
		h.recordKeys(s, opShareObject, codeOf(err), h.handlesOf(r.Handle))
		return err
	})
}

func (h *HSM) shareKey(s *Session, r ShareRequest) error {
	k, err := h.ownedByCU(s, r.Handle)
	if err != nil {
		return err
	}
	u := h.users[r.User]
	if u == nil || u.record.Type != CU || u == s.user || k.Class == PublicKey || k.session != nil {
		return InvalidInput
	}
	if err := h.approvedForKey(s, ManageKey, k); err != nil {
		return err
	}
	i := slices.Index(k.Shared, r.User)
	switch {
	case r.Share && i < 0:
		k.Shared = append(slices.Clone(k.Shared), r.User)
		slices.Sort(k.Shared)
	case !r.Share && i >= 0:
		k.Shared = slices.Delete(slices.Clone(k.Shared), i, i+1)
	}
	h.commit(keyChange(k))
	return nil
}
