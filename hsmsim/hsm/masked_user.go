package hsm

import "context"

// UserIDRequest names a user by id.
type UserIDRequest struct{ ID UserID }

// ExtractMaskedUser gives the masked object of a user with type, name, password and registered keys, for
// syncUser. Officers only. Errors: NotAllowed, NoSuchUser.
func (s *Session) ExtractMaskedUser(_ context.Context, r UserIDRequest) ([]byte, error) {
	var object []byte
	return object, s.change(func(h *HSM) error {
		u := h.users[r.ID]
		var err error
		switch {
		case s.require(CO, PCO) != nil:
			err = NotAllowed
		case u == nil:
			err = NoSuchUser
		default:
			object = h.masker.seal(maskedUser, encode(u.record))
		}
		h.record(s, opExtractMasked, codeOf(err), "", 0)
		return err
	})
}

// MaskedUser is a user as a masked object.
type MaskedUser struct{ Object []byte }

// InsertMaskedUser makes the user of a masked object. It keeps its id where that is free here. Officers only.
// Errors: NotAllowed, BadMaskedObject, UserExists, TooManyUsers.
func (s *Session) InsertMaskedUser(_ context.Context, r MaskedUser) (UserID, error) {
	var id UserID
	return id, s.change(func(h *HSM) error {
		var err error
		id, err = h.insertMaskedUser(s, r)
		h.record(s, opInsertMasked, codeOf(err), "", 0)
		return err
	})
}

func (h *HSM) insertMaskedUser(s *Session, r MaskedUser) (UserID, error) {
	if err := s.require(CO, PCO); err != nil {
		return 0, err
	}
	var record userRecord
	if err := h.masker.open(maskedUser, r.Object, &record); err != nil {
		return 0, err
	}
	switch {
	case h.userByName(record.Name) != nil:
		return 0, UserExists
	case len(h.users) >= MaxUsers:
		return 0, TooManyUsers
	case h.users[record.ID] != nil:
		record.ID = h.lastUser + 1
	}
	u := h.addUser(record)
	h.commit(userChange(u), h.stateChange())
	return u.record.ID, nil
}
