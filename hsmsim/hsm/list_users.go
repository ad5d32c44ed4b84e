package hsm

import "context"

// UserInfo is one user as listUsers shows it.
type UserInfo struct {
	_         struct{} `cbor:",toarray"`
	ID        UserID
	Type      UserType
	Name      string
	QuorumKey bool // a public key for quorum authentication is registered
	Failures  uint32
	TwoFactor bool
}

// ListUsers lists all users in order of id. It needs no login.
func (s *Session) ListUsers(context.Context, Done) ([]UserInfo, error) {
	var list []UserInfo
	return list, s.read(func(h *HSM) error {
		list = h.userInfos()
		return nil
	})
}

func (h *HSM) userInfos() []UserInfo {
	list := make([]UserInfo, 0, len(h.users))
	for _, u := range h.sortedUsers() {
		r := u.record
		list = append(list, UserInfo{ID: r.ID, Type: r.Type, Name: r.Name,
			QuorumKey: len(r.QuorumKey) > 0, Failures: r.Failures, TwoFactor: r.TwoFactor})
	}
	return list
}
