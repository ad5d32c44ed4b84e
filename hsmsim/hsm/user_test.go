package hsm_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func createUser(t testing.TB, s *hsm.Session, userType, name, password string) (hsm.UserID, error) {
	t.Helper()
	return s.CreateUser(t.Context(), hsm.CreateUserRequest{Type: userType, Name: name, Password: password})
}

func changePassword(t testing.TB, s *hsm.Session, userType, name, password string) error {
	t.Helper()
	return code(s.ChangePassword(t.Context(), hsm.ChangePasswordRequest{Type: userType, Name: name, Password: password}))
}

func deleteUser(t testing.TB, s *hsm.Session, userType, name string) error {
	t.Helper()
	return code(s.DeleteUser(t.Context(), hsm.UserRequest{Type: userType, Name: name}))
}

func TestCreateUser(t *testing.T) {
	name31, password32 := strings.Repeat("n", 31), strings.Repeat("p", 32)
	tests := []struct {
		name, userType, user, password string
		want                           hsm.Code
	}{
		{"a CU", "CU", "dave", "dave-password", hsm.Success},
		{"a CO", "CO", "dave", "dave-password", hsm.Success},
		{"a PCO", "PCO", "dave", "dave-password", hsm.Success},
		{"a PRECO", "PRECO", "dave", "dave-password", hsm.Success},
		{"a preCO", "preCO", "dave", "dave-password", hsm.Success},
		{"an AU", "AU", "dave", "dave-password", hsm.BadUserType},
		{"a word that is no type", "cu", "dave", "dave-password", hsm.BadUserType},
		{"no type", "", "dave", "dave-password", hsm.BadUserType},
		{"a name of letters, digits and underscores", "CU", "_Dave_09", "dave-password", hsm.Success},
		{"a name of 31 characters", "CU", name31, "dave-password", hsm.Success},
		{"a name of 32 characters", "CU", name31 + "n", "dave-password", hsm.InvalidInput},
		{"an empty name", "CU", "", "dave-password", hsm.InvalidInput},
		{"a name with a hyphen", "CU", "da-ve", "dave-password", hsm.InvalidInput},
		{"a name with a blank", "CU", "da ve", "dave-password", hsm.InvalidInput},
		{"a name with an umlaut", "CU", "däve", "dave-password", hsm.InvalidInput},
		{"a name that is not UTF-8", "CU", "d\xffve", "dave-password", hsm.InvalidInput},
		{"a name that exists", "CU", "alice", "dave-password", hsm.UserExists},
		{"a name that exists in other letters", "CU", "Alice", "dave-password", hsm.UserExists},
		{"a name that exists with another type", "CO", "alice", "dave-password", hsm.UserExists},
		{"a password of 7 characters", "CU", "dave", "1234567", hsm.Success},
		{"a password of 6 characters", "CU", "dave", "123456", hsm.PasswordLength},
		{"a password of 32 characters", "CU", "dave", password32, hsm.Success},
		{"a password of 33 characters", "CU", "dave", password32 + "p", hsm.PasswordLength},
		{"a password of special characters", "CU", "dave", " !\"§$%&/()", hsm.Success},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHSM(t)
			before := h.Status().Users
			id, err := createUser(t, as(t, h, "admin"), tt.userType, tt.user, tt.password)
			wants(t, "createUser", err, tt.want)
			if tt.want != hsm.Success {
				if diff := cmp.Diff(before, h.Status().Users); diff != "" {
					t.Errorf("the users changed:\n%s", diff)
				}
				return
			}
			if id != primary+1 {
				t.Errorf("user id %d, want %d", id, primary+1)
			}
			p, err := hsm.Stretch(h.Salt(), tt.user, tt.password)
			must(t, err)
			_, err = session(t, h).Login(t.Context(), hsm.LoginRequest{Type: tt.userType, Name: tt.user, Proof: p})
			wants(t, "a login of the new user", err, hsm.Success)
		})
	}
}

func TestUserIDsAreNotUsedAgain(t *testing.T) {
	o := options()
	h := open(t, o)
	must(t, h.ProvisionUsers(specs()...))
	s := as(t, h, "admin")
	must(t, code(createUser(t, s, "CU", "dave", "dave-password")))
	must(t, deleteUser(t, s, "CU", "dave"))
	id, err := createUser(t, s, "CU", "dave", "dave-password")
	must(t, err)
	if id != primary+2 {
		t.Errorf("user id %d after one was deleted, want %d", id, primary+2)
	}
	must(t, deleteUser(t, s, "CU", "dave"))
	s = as(t, open(t, o), "admin")
	id, err = createUser(t, s, "CU", "dave", "dave-password")
	must(t, err)
	if id != primary+3 {
		t.Errorf("user id %d after a restart, want %d", id, primary+3)
	}
}

func TestAnHSMHas1024UsersAtMost(t *testing.T) {
	h := newHSM(t)
	var more []hsm.UserSpec
	for i := len(specs()); i < hsm.MaxUsers-1; i++ {
		more = append(more, hsm.UserSpec{ID: hsm.UserID(100 + i), Type: hsm.CU, Name: fmt.Sprintf("user%d", i)})
	}
	must(t, h.ProvisionUsers(more...))
	s := as(t, h, "admin")
	_, err := createUser(t, s, "CU", "last", "last-password")
	wants(t, "user 1024", err, hsm.Success)
	_, err = createUser(t, s, "CU", "toomany", "last-password")
	wants(t, "user 1025", err, hsm.TooManyUsers)
	must(t, deleteUser(t, s, "CU", "last"))
	_, err = createUser(t, s, "CU", "another", "last-password")
	wants(t, "a user in the freed place", err, hsm.Success)
}

func TestDeleteUser(t *testing.T) {
	tests := []struct {
		name, userType, user string
		before               func(t *testing.T, h *hsm.HSM)
		want                 hsm.Code
	}{
		{"a CU", "CU", "carol", nil, hsm.Success},
		{"another officer", "CO", "officer", nil, hsm.Success},
		{"a PCO as CO", "CO", "primary", nil, hsm.Success},
		{"a user of another type", "CO", "carol", nil, hsm.NoSuchUser},
		{"an unknown user", "CU", "dave", nil, hsm.NoSuchUser},
		{"a word that is no type", "XX", "carol", nil, hsm.BadUserType},
		{"the appliance user", "AU", "app_user", nil, hsm.PolicyViolation},
		{"oneself", "CO", "admin", nil, hsm.PolicyViolation},
		{"a user who is logged in", "CU", "carol", func(t *testing.T, h *hsm.HSM) { as(t, h, "carol") }, hsm.PolicyViolation},
		{"a user who was logged in", "CU", "carol", func(t *testing.T, h *hsm.HSM) { as(t, h, "carol").Close() }, hsm.Success},
		{"a user with a key", "CU", "carol", func(t *testing.T, h *hsm.HSM) {
			s := as(t, h, "carol")
			aes(t, s, "k")
			s.Close()
		}, hsm.PolicyViolation},
		{"a user whose session key is gone", "CU", "carol", func(t *testing.T, h *hsm.HSM) {
			s := as(t, h, "carol")
			generate(t, s, hsm.AES, 16, hsm.Template{Session: true})
			s.Close()
		}, hsm.Success},
		{"a user whose key is tombstoned", "CU", "carol", func(t *testing.T, h *hsm.HSM) {
			s := as(t, h, "carol")
			must(t, code(s.Tombstone(t.Context(), hsm.HandleRequest{Handle: aes(t, s, "k")})))
			s.Close()
		}, hsm.Success},
		{"when two officers must approve", "CU", "carol", func(t *testing.T, h *hsm.HSM) { h.ProvisionQuorum(hsm.UserManagement, 2) }, hsm.QuorumMissing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHSM(t)
			if tt.before != nil {
				tt.before(t, h)
			}
			users := len(h.Status().Users)
			wants(t, "deleteUser", deleteUser(t, as(t, h, "admin"), tt.userType, tt.user), tt.want)
			if tt.want == hsm.Success {
				users--
			}
			if got := len(h.Status().Users); got != users {
				t.Errorf("%d users, want %d", got, users)
			}
		})
	}
}

func TestDeletingAUserTakesBackTheSharesOfAllKeys(t *testing.T) {
	o := options()
	h := open(t, o)
	must(t, h.ProvisionUsers(specs()...))
	s := as(t, h, "alice")
	key := generate(t, s, hsm.AES, 16, hsm.Template{Shared: []hsm.UserID{bob, carol}})
	must(t, deleteUser(t, as(t, h, "admin"), "CU", "bob"))
	for _, s := range []*hsm.Session{s, as(t, open(t, o), "alice")} {
		info, err := s.KeyInfo(t.Context(), hsm.HandleRequest{Handle: key})
		must(t, err)
		if !cmp.Equal(info.Shared, []hsm.UserID{carol}) {
			t.Errorf("shared with %v", info.Shared)
		}
	}
}

func TestChangePassword(t *testing.T) {
	tests := []struct {
		name, by, userType, user, password string
		before                             func(t *testing.T, h *hsm.HSM)
		want                               hsm.Code
	}{
		{"of a CU by a CO", "admin", "CU", "alice", "changed1", nil, hsm.Success},
		{"of a CO by another", "admin", "CO", "officer", "changed1", nil, hsm.Success},
		{"of a CU by a PCO", "primary", "CU", "alice", "changed1", nil, hsm.Success},
		{"of a PCO named as CO", "admin", "CO", "primary", "changed1", nil, hsm.Success},
		{"the own one", "alice", "CU", "alice", "changed1", nil, hsm.Success},
		{"the own one in other letters", "alice", "CU", "Alice", "changed1", nil, hsm.Success},
		{"of another CU by a CU", "alice", "CU", "bob", "changed1", nil, hsm.NotAllowed},
		{"of a user of another type", "admin", "CO", "alice", "changed1", nil, hsm.NoSuchUser},
		{"of an unknown user", "admin", "CU", "dave", "changed1", nil, hsm.NoSuchUser},
		{"of the appliance user", "admin", "AU", "app_user", "changed1", nil, hsm.NoSuchUser},
		{"with a word that is no type", "admin", "XX", "alice", "changed1", nil, hsm.BadUserType},
		{"to one of 6 characters", "admin", "CU", "alice", "123456", nil, hsm.PasswordLength},
		{"to one of 33 characters", "admin", "CU", "alice", strings.Repeat("p", 33), nil, hsm.PasswordLength},
		{"of a user who is logged in", "admin", "CU", "alice", "changed1", func(t *testing.T, h *hsm.HSM) { as(t, h, "alice") }, hsm.PolicyViolation},
		{"the own one with a second login", "alice", "CU", "alice", "changed1", func(t *testing.T, h *hsm.HSM) { as(t, h, "alice") }, hsm.PolicyViolation},
		{"another's when two must approve", "admin", "CU", "alice", "changed1", func(t *testing.T, h *hsm.HSM) { h.ProvisionQuorum(hsm.UserManagement, 2) }, hsm.QuorumMissing},
		{"the own one when two must approve", "admin", "CO", "admin", "changed1", func(t *testing.T, h *hsm.HSM) { h.ProvisionQuorum(hsm.UserManagement, 2) }, hsm.Success},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHSM(t)
			if tt.before != nil {
				tt.before(t, h)
			}
			s := as(t, h, tt.by)
			wants(t, "changePswd", changePassword(t, s, tt.userType, tt.user, tt.password), tt.want)
			s.Close()
			if tt.userType == "XX" || tt.user == "dave" || tt.userType == "AU" {
				return
			}
			want := hsm.LoginFailure
			if tt.want == hsm.Success {
				want = hsm.Success
			}
			name := strings.ToLower(tt.user)
			wants(t, "the new password", login(t, session(t, h), typesByName[name], name, tt.password), want)
		})
	}
}

func TestTheFirstPasswordOfAPRECOActivatesTheHSM(t *testing.T) {
	h := freshHSM(t)
	s := session(t, h)
	must(t, login(t, s, "PRECO", "admin", "password"))
	if h.Status().Partition.Activated {
		t.Error("the HSM is activated from the beginning")
	}
	wants(t, "createUser before", code(createUser(t, s, "CU", "alice", "alice-password")), hsm.NotAllowed)
	must(t, changePassword(t, s, "PRECO", "admin", "changed1"))
	if !h.Status().Partition.Activated || h.Status().Users[0].Type != hsm.CO {
		t.Errorf("after changePswd: %+v", h.Status())
	}
	wants(t, "createUser with the PRECO's login", code(createUser(t, s, "CU", "alice", "alice-password")), hsm.NotAllowed)
	state, err := s.LoginState(t.Context(), hsm.Done{})
	must(t, err)
	if state.Type != "PRECO" {
		t.Errorf("the login is a %s's until it ends, want PRECO", state.Type)
	}
	wants(t, "changing it again as PRECO", changePassword(t, s, "PRECO", "admin", "changed2"), hsm.Success)
	wants(t, "a login as PRECO", login(t, session(t, h), "PRECO", "admin", "changed2"), hsm.InvalidUserType)
	wants(t, "a login as CO on the same session", login(t, s, "CO", "admin", "changed2"), hsm.Success)
	wants(t, "createUser then", code(createUser(t, s, "CU", "alice", "alice-password")), hsm.Success)
	must(t, code(s.Logout(t.Context(), hsm.Done{})))
	must(t, login(t, s, "CO", "admin", "changed2"))
	wants(t, "createUser after a new login", code(createUser(t, s, "CU", "bob", "bob-password")), hsm.Success)
}

func TestANewPasswordTakesAwayTheSecondFactor(t *testing.T) {
	h := newHSM(t)
	must(t, h.ProvisionUsers(
		hsm.UserSpec{ID: 20, Type: hsm.CO, Name: "twofactor", Proof: proof("twofactor", "password"), TwoFactor: true, QuorumKey: []byte{1}},
		hsm.UserSpec{ID: 21, Type: hsm.CO, Name: "approver", Proof: proof("approver", "password"), QuorumKey: []byte{1}}))
	s := as(t, h, "admin")
	must(t, changePassword(t, s, "CO", "twofactor", "changed1"))
	must(t, changePassword(t, s, "CO", "approver", "changed1"))
	for _, u := range h.Status().Users {
		if u.ID == 20 && (u.TwoFactor || u.QuorumKey) {
			t.Errorf("the user still has a second factor: %+v", u)
		}
		if u.ID == 21 && !u.QuorumKey {
			t.Errorf("the approver has lost the key: %+v", u)
		}
	}
	wants(t, "a login with the password alone", login(t, session(t, h), "CO", "twofactor", "changed1"), hsm.Success)
}

func TestListUsers(t *testing.T) {
	list, err := session(t, newHSM(t)).ListUsers(t.Context(), hsm.Done{})
	must(t, err)
	for i, u := range list {
		if u.ID != hsm.UserID(i+1) || u.Name != specs()[i].Name || u.Type != specs()[i].Type {
			t.Errorf("user %d is %+v", i+1, u)
		}
	}
	if len(list) != len(specs()) {
		t.Errorf("%d users", len(list))
	}
}
