package hsm_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// operation is one that only some types of users may do. run may fail with any code but NotAllowed.
type operation struct {
	name string
	run  func(t *testing.T, s *hsm.Session) error
	who  []string // besides "", nobody
}

func code[T any](_ T, err error) error { return err }

var (
	everybody = []string{"", "PRECO", "PCO", "CO", "CU", "AU"}
	officers  = []string{"PCO", "CO"}
	users     = []string{"CU"}
	both      = []string{"PCO", "CO", "CU"}
)

var operations = []operation{
	{"settle", func(t *testing.T, s *hsm.Session) error { return code(s.Settle(t.Context(), hsm.Done{})) }, everybody},
	{"log out", func(t *testing.T, s *hsm.Session) error { return code(s.Logout(t.Context(), hsm.Done{})) }, everybody},
	{"see who is logged in", func(t *testing.T, s *hsm.Session) error { return code(s.LoginState(t.Context(), hsm.Done{})) }, everybody},
	{"see the hardware", func(t *testing.T, s *hsm.Session) error { return code(s.Device(t.Context(), hsm.Done{})) }, everybody},
	{"see the partition", func(t *testing.T, s *hsm.Session) error { return code(s.Partition(t.Context(), hsm.Done{})) }, everybody},
	{"see the members", func(t *testing.T, s *hsm.Session) error { return code(s.Members(t.Context(), hsm.Done{})) }, everybody},
	{"list users", func(t *testing.T, s *hsm.Session) error { return code(s.ListUsers(t.Context(), hsm.Done{})) }, everybody},
	{"create a user", func(t *testing.T, s *hsm.Session) error {
		return code(s.CreateUser(t.Context(), hsm.CreateUserRequest{Type: "CU", Name: "dave", Password: "dave-password"}))
	}, officers},
	{"delete a user", func(t *testing.T, s *hsm.Session) error {
		return code(s.DeleteUser(t.Context(), hsm.UserRequest{Type: "CU", Name: "carol"}))
	}, officers},
	{"change another's password", func(t *testing.T, s *hsm.Session) error {
		return code(s.ChangePassword(t.Context(), hsm.ChangePasswordRequest{Type: "CU", Name: "carol", Password: "changed1"}))
	}, officers},
	{"extract a masked user", func(t *testing.T, s *hsm.Session) error {
		return code(s.ExtractMaskedUser(t.Context(), hsm.UserIDRequest{ID: carol}))
	}, officers},
	{"insert a masked user", func(t *testing.T, s *hsm.Session) error {
		return code(s.InsertMaskedUser(t.Context(), hsm.MaskedUser{}))
	}, officers},
	{"list all keys", func(t *testing.T, s *hsm.Session) error {
		return code(s.FindAllKeys(t.Context(), hsm.FindAllRequest{}))
	}, []string{"PCO", "CO", "AU"}},
	{"extract a masked key", func(t *testing.T, s *hsm.Session) error {
		return code(s.ExtractMasked(t.Context(), hsm.HandleRequest{Handle: 6}))
	}, both},
	{"insert a masked key", func(t *testing.T, s *hsm.Session) error {
		return code(s.InsertMasked(t.Context(), hsm.InsertMaskedRequest{}))
	}, both},
	{"trust a key", func(t *testing.T, s *hsm.Session) error { return set(t, s, 6, hsm.AttrTrusted, 1) }, officers},
	{"change a key", func(t *testing.T, s *hsm.Session) error { return set(t, s, 6, hsm.AttrSign, 1) }, users},
	{"look at a key", func(t *testing.T, s *hsm.Session) error {
		return code(s.GetAttribute(t.Context(), hsm.AttributeRequest{Handle: 6, ID: hsm.AttrAll}))
	}, users},
	{"see who owns a key", func(t *testing.T, s *hsm.Session) error {
		return code(s.KeyInfo(t.Context(), hsm.HandleRequest{Handle: 6}))
	}, users},
	{"find keys", func(t *testing.T, s *hsm.Session) error { return code(s.FindKeys(t.Context(), hsm.FindRequest{})) }, users},
	{"find a key", func(t *testing.T, s *hsm.Session) error {
		return code(s.FindKey(t.Context(), hsm.HandleRequest{Handle: 6}))
	}, users},
	{"attest a key", func(t *testing.T, s *hsm.Session) error {
		return code(s.Attest(t.Context(), hsm.AttestRequest{Handle: 6}))
	}, users},
	{"share a key", func(t *testing.T, s *hsm.Session) error { return share(t, s, 6, carol, true) }, users},
	{"make a secret key", func(t *testing.T, s *hsm.Session) error {
		return code(s.GenerateSecret(t.Context(), hsm.GenerateSecretRequest{Type: hsm.AES, Size: 16}))
	}, users},
	{"make a key pair", func(t *testing.T, s *hsm.Session) error {
		return code(s.GeneratePair(t.Context(), hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.P256}))
	}, users},
	{"encrypt", func(t *testing.T, s *hsm.Session) error {
		return code(s.Encrypt(t.Context(), hsm.CipherRequest{Handle: 6}))
	}, users},
	{"decrypt", func(t *testing.T, s *hsm.Session) error {
		return code(s.Decrypt(t.Context(), hsm.CipherRequest{Handle: 6}))
	}, users},
	{"ask for random bytes", func(t *testing.T, s *hsm.Session) error {
		return code(s.Random(t.Context(), hsm.RandomRequest{Size: 1}))
	}, users},
	{"see how it stands with a user", func(t *testing.T, s *hsm.Session) error {
		return code(s.UserState(t.Context(), hsm.UserNameRequest{Name: "alice"}))
	}, everybody},
	{"tombstone a key", func(t *testing.T, s *hsm.Session) error {
		return code(s.Tombstone(t.Context(), hsm.HandleRequest{Handle: 7}))
	}, users},
	{"delete a key", func(t *testing.T, s *hsm.Session) error { return deleteKey(t, s, 6) }, users},
}

func TestEachOperationIsForSomeTypesOfUsersOnly(t *testing.T) {
	for _, op := range operations {
		for _, userType := range everybody {
			name := "a " + userType + " may "
			if userType == "" {
				name = "anybody may "
			}
			t.Run(name+op.name, func(t *testing.T) {
				s := withLogin(t, userType)
				err := op.run(t, s)
				if allowed := slices.Contains(op.who, userType); allowed == errors.Is(err, hsm.NotAllowed) {
					t.Errorf("%v, want allowed %v", err, allowed)
				}
			})
		}
	}
}

// withLogin is a session of a user of a type, or of nobody, on an HSM with alice's keys 6 and 7.
func withLogin(t *testing.T, userType string) *hsm.Session {
	t.Helper()
	h := newHSM(t)
	must(t, h.ProvisionUsers(hsm.UserSpec{ID: 20, Type: hsm.PRECO, Name: "first", Proof: proof("first", "password")}))
	must(t, h.ProvisionKeys(
		hsm.KeySpec{Handle: 6, Class: hsm.SecretKey, Type: hsm.AES, Size: 32, Owner: alice},
		hsm.KeySpec{Handle: 7, Class: hsm.SecretKey, Type: hsm.AES, Size: 32, Owner: alice}))
	switch userType {
	case "":
		return session(t, h)
	case "PRECO":
		s := session(t, h)
		must(t, login(t, s, "PRECO", "first", "password"))
		return s
	}
	return as(t, h, map[string]string{"PCO": "primary", "CO": "admin", "CU": "alice", "AU": "app_user"}[userType])
}

func TestAnOwnPasswordIsEverybodysToChange(t *testing.T) {
	for _, name := range []string{"admin", "alice", "primary"} {
		t.Run(name, func(t *testing.T) {
			h := newHSM(t)
			s := as(t, h, name)
			r := hsm.ChangePasswordRequest{Type: typesByName[name], Name: name, Password: "changed1"}
			must(t, code(s.ChangePassword(t.Context(), r)))
			wants(t, "the new password", login(t, session(t, h), typesByName[name], name, "changed1"), hsm.Success)
		})
	}
	t.Run("but nobody changes one without a login", func(t *testing.T) {
		s := session(t, newHSM(t))
		_, err := s.ChangePassword(t.Context(), hsm.ChangePasswordRequest{Type: "CU", Name: "alice", Password: "changed1"})
		wants(t, "changing", err, hsm.NotAllowed)
	})
}

func TestAClosedSessionDoesNothing(t *testing.T) {
	h := newHSM(t)
	s := session(t, h)
	s.Close()
	s.Close()
	wants(t, "a login", login(t, s, "CU", "alice", "alice-password"), hsm.NotAllowed)
	wants(t, "listing", code(s.ListUsers(t.Context(), hsm.Done{})), hsm.NotAllowed)
	if got := h.Status().Partition.Sessions; got != 0 {
		t.Errorf("%d sessions are left", got)
	}
}
