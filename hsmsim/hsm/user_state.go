package hsm

import "context"

// UserNameRequest names a user.
type UserNameRequest struct{ Name string }

// UserState is whether a user could log in.
type UserState struct {
	Type      UserType
	Locked    bool // too many wrong passwords
	LoggedIn  bool // on another session
	TwoFactor bool
}

// UserState tells how it stands with a user. It needs no login. Errors: UnknownUser.
func (s *Session) UserState(_ context.Context, r UserNameRequest) (UserState, error) {
	var state UserState
	return state, s.read(func(h *HSM) error {
		u := h.userByName(r.Name)
		if u == nil {
			return UnknownUser
		}
		state = UserState{u.record.Type, u.locked(), h.loggedIn(u, s), u.record.TwoFactor}
		return nil
	})
}
