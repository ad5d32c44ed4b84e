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
	var proof Proof
	t, typeOK := ParseUserType(r.Type)
	if typeOK && validName(r.Name) && validPassword(r.Password) {
		var err error
		if proof, err = Stretch(s.hsm.Salt(), r.Name, r.Password); err != nil {
			return 0, InvalidInput
		}
	}
	var id UserID
	return id, s.change(func(h *HSM) error {
		var err error
		id, err = h.createUser(s, t, r, proof)
		op := opCreateUser
		if t != CU {
			op = opCreateOfficer
		}
		h.record(s, op, codeOf(err), r.Name, t)
		return err
	})
}

func (h *HSM) createUser(s *Session, t UserType, r CreateUserRequest, p Proof) (UserID, error) {
	switch {
	case s.require(CO, PCO) != nil:
		return 0, NotAllowed
	case t == 0 || t == AU:
		return 0, BadUserType
	case !validName(r.Name):
		return 0, InvalidInput
	case !validPassword(r.Password):
		return 0, PasswordLength
	case h.userByName(r.Name) != nil:
		return 0, UserExists
	case len(h.users) >= MaxUsers:
		return 0, TooManyUsers
	case !s.secondFactorOK(t, r.SecondFactor):
		return 0, InvalidInput
	}
	if err := h.approved(s, UserManagement); err != nil {
		return 0, err
	}
	record := userRecord{ID: h.lastUser + 1, Type: t, Name: r.Name, Verifier: newVerifier(p)}
	s.setSecondFactor(&record, r.SecondFactor)
	u := h.addUser(record)
	h.commit(userChange(u), h.stateChange())
	return u.record.ID, nil
}
