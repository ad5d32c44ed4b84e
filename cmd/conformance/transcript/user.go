package transcript

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const (
	maxID       = 1<<31 - 1 // node and user ids
	maxFailures = 1000
)

// User is one user of an HSM.
type User struct {
	ID       int
	Type     string // PRECO, PCO, CO, CU, AU
	Name     string
	Password string // empty for AU
	Mofn     bool   // a quorum key is registered
	TwoFA    bool
	Failures int
}

var userForm = regexp.MustCompile(
	`^([0-9]+):(PRECO|PCO|CO|CU|AU):([A-Za-z0-9_]{1,31}):([^: ]+)(:mofn)?(:2fa)?(?::failures=([0-9]+))?$`)

func parseUsers(value string) ([]User, error) {
	var users []User
	for _, word := range strings.Fields(value) {
		u, err := parseUser(word)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", word, err)
		}
		if n := len(users); n > 0 && users[n-1].ID >= u.ID {
			return nil, fmt.Errorf("%s: ids must ascend", word)
		}
		users = append(users, u)
	}
	return users, nil
}

func parseUser(word string) (User, error) {
	parts := userForm.FindStringSubmatch(word)
	if parts == nil {
		return User{}, errors.New("not of the form ID:TYPE:NAME:PASSWORD[:mofn][:2fa][:failures=NUM]")
	}
	u := User{Type: parts[2], Name: parts[3], Mofn: parts[5] != "", TwoFA: parts[6] != ""}
	var err error
	if u.ID, err = parseNum(parts[1], 1, maxID); err != nil {
		return u, err
	}
	if parts[7] != "" {
		if u.Failures, err = parseNum(parts[7], 0, maxFailures); err != nil {
			return u, err
		}
	}
	switch password := parts[4]; {
	case u.Type == "AU" && password != "-":
		return u, errors.New("the password of an AU must be -")
	case u.Type != "AU" && (len(password) < 7 || len(password) > 32):
		return u, errors.New("a password has 7 to 32 characters")
	case u.Type != "AU":
		u.Password = password
	}
	return u, nil
}

func setUsers(h *header, value string) (err error) {
	h.file.Users, err = parseUsers(value)
	return err
}

func setUsersAt(h *header, value string) error {
	id, err := parseNum(h.at, 0, maxID)
	if err != nil {
		return err
	}
	if !h.hasNode(id) {
		return fmt.Errorf("no server has the id %d", id)
	}
	users, err := parseUsers(value)
	if err != nil {
		return err
	}
	if h.file.UsersAt == nil {
		h.file.UsersAt = map[int][]User{}
	}
	h.file.UsersAt[id] = users
	return nil
}

// hasUser reports whether any node has a user that fits.
func (h *header) hasUser(fits func(User) bool) bool {
	if slices.ContainsFunc(h.file.Users, fits) {
		return true
	}
	for _, users := range h.file.UsersAt {
		if slices.ContainsFunc(users, fits) {
			return true
		}
	}
	return false
}
