package hsm

import "context"

// ChangePasswordRequest names a user and the new password.
type ChangePasswordRequest struct {
	Type     string // as the operator wrote it
	Name     string
	Password string

	SecondFactor *SecondFactor // nil for none from now on; officers only
}

// ChangePassword sets a password, which also unlocks the account and sets, exchanges or takes away a second
// factor (management tool, changePswd). Officers change anybody's, everybody else the own one; that of a PRECO activates the HSM:
// the user is a CO from then on. A user who is logged in on another session keeps the password. Errors:
// NotAllowed, BadUserType, NoSuchUser, PasswordLength, PolicyViolation, InvalidInput for a bad second factor, QuorumMissing.
func (s *Session) ChangePassword(_ context.Context, r ChangePasswordRequest) (Done, error) {
	// Stretching takes a while: permission is asked before, again afterwards, and nobody waits meanwhile.
	err := s.read(func(h *HSM) error { return h.mayChangePassword(s, r) })
	var proof Proof
	if err == nil {
		proof, err = Stretch(s.hsm.Salt(), r.Name, r.Password)
	}
	return Done{}, s.change(func(h *HSM) error {
		t, _ := ParseUserType(r.Type)
		u := h.userByName(r.Name)
		if u != nil {
			t = u.record.Type // before the change
		}
		if err == nil {
			err = h.mayChangePassword(s, r)
		}
		if err == nil && u != s.user {
			err = h.approved(s, UserManagement)
		}
		if err == nil {
			h.changePassword(s, u, r, proof)
		}
		h.record(s, opChangePassword, codeOf(err), r.Name, t)
		return err
	})
}

func (h *HSM) mayChangePassword(s *Session, r ChangePasswordRequest) error {
	t, typeOK := ParseUserType(r.Type)
	u := h.userByName(r.Name)
	own := u != nil && s.user == u
	switch {
	case s.user == nil || !own && !s.role.officer():
		return NotAllowed
	case !typeOK:
		return BadUserType
	case u == nil || t == AU || !u.is(t) && !(own && s.role == t):
		return NoSuchUser
	case !validPassword(r.Password):
		return PasswordLength
	case h.loggedIn(u, s):
		return PolicyViolation
	case !s.secondFactorOK(t, r.SecondFactor):
		return InvalidInput
	}
	return nil
}

func (h *HSM) changePassword(s *Session, u *user, r ChangePasswordRequest, p Proof) {
	u.record.Verifier = newVerifier(p)
	u.record.Failures = 0
	s.setSecondFactor(&u.record, r.SecondFactor)
	if u == s.user && u.record.Type == PRECO {
		u.record.Type = CO
		if h.options.Activated != nil {
			h.options.Activated()
		}
	}
	h.commit(userChange(u))
}
