package hsm

import "context"

// CreateUserRequest describes a new user.
type CreateUserRequest struct {
	Type     string // as the operator wrote it
	Name     string
	Password string

	SecondFactor *SecondFactor // nil for none; officers only
}

// CreateUser makes a user with the next id (management tool, createUser). Officers only. Errors: NotAllowed,
// BadUserType, InvalidInput for a bad name or second factor, PasswordLength, UserExists, TooManyUsers, QuorumMissing.
func (s *Session) CreateUser(_ context.Context, r CreateUserRequest) (UserID, error) {
	t, _ := ParseUserType(r.Type)
	// Stretching takes a while: permission is asked before, again afterwards, and nobody waits meanwhile.
	err := s.read(func(h *HSM) error { return h.mayCreateUser(s, t, r) })
	var proof Proof
	if err == nil {
		proof, err = Stretch(s.hsm.Salt(), r.Name, r.Password)
	}
	var id UserID
	return id, s.change(func(h *HSM) error {
		if err == nil {
			err = h.mayCreateUser(s, t, r)
		}
		if err == nil {
			err = h.approved(s, UserManagement)
		}
		if err == nil {
			id = h.createUser(s, t, r, proof)
		}
		op := opCreateUser
		if t != CU {
			op = opCreateOfficer
		}
		h.record(s, op, codeOf(err), r.Name, t)
		return err
	})
}

func (h *HSM) mayCreateUser(s *Session, t UserType, r CreateUserRequest) error {
	switch {
	case s.require(CO, PCO) != nil:
		return NotAllowed
	case t == 0 || t == AU:
		return BadUserType
	case !validName(r.Name):
		return InvalidInput
	case !validPassword(r.Password):
		return PasswordLength
	case h.userByName(r.Name) != nil:
		return UserExists
	case len(h.users) >= MaxUsers:
		return TooManyUsers
	case !s.secondFactorOK(t, r.SecondFactor):
		return InvalidInput
	}
	return nil
}

func (h *HSM) createUser(s *Session, t UserType, r CreateUserRequest, p Proof) UserID {
	record := userRecord{ID: h.lastUser + 1, Type: t, Name: r.Name, Verifier: newVerifier(p)}
	s.setSecondFactor(&record, r.SecondFactor)
	u := h.addUser(record)
	h.commit(userChange(u), h.stateChange())
	return u.record.ID
}
