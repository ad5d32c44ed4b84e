package hsm_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func TestLogin(t *testing.T) {
	tests := []struct {
		name, userType, user, password string
		want                           hsm.Code
	}{
		{"the right password", "CU", "alice", "alice-password", hsm.Success},
		{"a name in capitals", "CU", "ALICE", "alice-password", hsm.Success},
		{"a PCO under the own type", "PCO", "primary", "primary-password", hsm.Success},
		{"a PCO as CO", "CO", "primary", "primary-password", hsm.Success},
		{"a CO as PCO", "PCO", "admin", "admin-password", hsm.InvalidUserType},
		{"a CU as CO", "CO", "alice", "alice-password", hsm.InvalidUserType},
		{"a wrong password", "CU", "alice", "bob-password", hsm.LoginFailure},
		{"a password in capitals", "CU", "alice", "ALICE-PASSWORD", hsm.LoginFailure},
		{"an empty password", "CU", "alice", "", hsm.LoginFailure},
		{"an unknown user", "CU", "dave", "dave-password", hsm.UnknownUser},
		{"an empty name", "CU", "", "dave-password", hsm.UnknownUser},
		{"a word that is no type", "XX", "alice", "alice-password", hsm.BadUserType},
		{"a type in small letters", "cu", "alice", "alice-password", hsm.BadUserType},
		{"no type", "", "alice", "alice-password", hsm.BadUserType},
		{"a user without a password", "CU", "nopass", "", hsm.LoginFailure},
		{"a user with a second factor", "CO", "twofactor", "twofactor-password", hsm.LoginFailure},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHSM(t)
			must(t, h.ProvisionUsers(
				hsm.UserSpec{ID: 20, Type: hsm.CU, Name: "nopass"},
				hsm.UserSpec{ID: 21, Type: hsm.CO, Name: "twofactor", Proof: proof("twofactor", "twofactor-password"), TwoFactor: true}))
			s := session(t, h)
			wants(t, "login", login(t, s, tt.userType, tt.user, tt.password), tt.want)
			state, err := s.LoginState(t.Context(), hsm.Done{})
			must(t, err)
			if in := state.Name != ""; in != (tt.want == hsm.Success) {
				t.Errorf("logged in as %q", state.Name)
			}
		})
	}
}

// failures is the counter of a user.
func failures(t testing.TB, h *hsm.HSM, id hsm.UserID) uint32 {
	t.Helper()
	for _, u := range h.Status().Users {
		if u.ID == id {
			return u.Failures
		}
	}
	t.Fatalf("no user %d", id)
	return 0
}

func TestFiveWrongPasswordsLockAnAccountUntilAnOfficerChangesIt(t *testing.T) {
	o := options()
	h := open(t, o)
	must(t, h.ProvisionUsers(specs()...))
	s := session(t, h)
	for i := range uint32(4) {
		wants(t, "a wrong password", login(t, s, "CU", "alice", "wrong-password"), hsm.LoginFailure)
		if got := failures(t, h, alice); got != i+1 {
			t.Errorf("the counter stands at %d after %d failures", got, i+1)
		}
	}
	wants(t, "the right one after four wrong ones", login(t, s, "CU", "alice", "alice-password"), hsm.Success)
	if got := failures(t, h, alice); got != 0 {
		t.Errorf("the counter stands at %d after a login", got)
	}
	must(t, code(s.Logout(t.Context(), hsm.Done{})))
	for range 5 {
		wants(t, "a wrong password", login(t, s, "CU", "alice", "wrong-password"), hsm.LoginFailure)
	}
	wants(t, "the right one after five wrong ones", login(t, s, "CU", "alice", "alice-password"), hsm.LoginFailure)
	wants(t, "a wrong one on a locked account", login(t, s, "CU", "alice", "wrong-password"), hsm.LoginFailure)
	if got := failures(t, h, alice); got != hsm.MaxLoginFailures {
		t.Errorf("the counter of a locked account stands at %d", got)
	}
	wants(t, "another user", login(t, s, "CU", "bob", "bob-password"), hsm.Success)

	h = open(t, o)
	wants(t, "the right one after a restart", login(t, session(t, h), "CU", "alice", "alice-password"), hsm.LoginFailure)

	r := hsm.ChangePasswordRequest{Type: "CU", Name: "alice", Password: "changed1"}
	must(t, code(as(t, h, "admin").ChangePassword(t.Context(), r)))
	if got := failures(t, h, alice); got != 0 {
		t.Errorf("the counter stands at %d after changePswd", got)
	}
	wants(t, "the old password", login(t, session(t, h), "CU", "alice", "alice-password"), hsm.LoginFailure)
	wants(t, "the new password", login(t, session(t, h), "CU", "alice", "changed1"), hsm.Success)
}

func TestLoggingInAsAnotherUserLogsTheFirstOneOut(t *testing.T) {
	h := newHSM(t)
	s := as(t, h, "alice")
	key := generate(t, s, hsm.AES, 16, hsm.Template{Session: true})
	wants(t, "the same user again", login(t, s, "CU", "alice", "alice-password"), hsm.Success)
	wants(t, "the session key after that", code(s.KeyInfo(t.Context(), hsm.HandleRequest{Handle: key})), hsm.Success)
	wants(t, "a failed login of another", login(t, s, "CU", "bob", "wrong-password"), hsm.LoginFailure)
	if got := h.Status().LoggedIn; !cmp.Equal(got, []string{"alice"}) {
		t.Errorf("logged in are %v", got)
	}
	wants(t, "a login of another", login(t, s, "CU", "bob", "bob-password"), hsm.Success)
	if got := h.Status().LoggedIn; !cmp.Equal(got, []string{"bob"}) {
		t.Errorf("logged in are %v", got)
	}
	if got := h.Status().Partition.SessionKeys; got != 0 {
		t.Errorf("%d session keys are left", got)
	}
	must(t, code(s.Logout(t.Context(), hsm.Done{})))
	wants(t, "a second logout", code(s.Logout(t.Context(), hsm.Done{})), hsm.Success)
	if got := h.Status().LoggedIn; len(got) > 0 {
		t.Errorf("logged in are %v", got)
	}
}

func TestSessionsAreLimitedAndTheirPlacesAreFreedByClosing(t *testing.T) {
	h := newHSM(t, func(o *hsm.Options) { o.MaxSessions = 2 })
	first := session(t, h)
	second := session(t, h)
	if first.Handle() == second.Handle() {
		t.Errorf("two sessions have the handle %d", first.Handle())
	}
	wants(t, "a third session", code(h.NewSession()), hsm.TooManySessions)
	first.Close()
	wants(t, "a third session when one is closed", code(h.NewSession()), hsm.Success)
}

func TestACrowdHasTheSessionsThatAreFreeAndThoseThatBecomeFree(t *testing.T) {
	h := newHSM(t, func(o *hsm.Options) { o.MaxSessions = 3 })
	mine := session(t, h)
	h.SetCrowded(true)
	h.SetCrowded(true)
	if got := h.Status().Partition.Sessions; got != 3 {
		t.Errorf("%d sessions, want 3", got)
	}
	wants(t, "a session beside the crowd", code(h.NewSession()), hsm.TooManySessions)
	mine.Close()
	wants(t, "a session in the place of one that is closed", code(h.NewSession()), hsm.TooManySessions)
	h.SetCrowded(false)
	if got := h.Status().Partition.Sessions; got != 0 {
		t.Errorf("%d sessions without the crowd", got)
	}
	wants(t, "a session without the crowd", code(h.NewSession()), hsm.Success)
}

func TestACodeHasATextOrSaysItsNumber(t *testing.T) {
	tests := []struct {
		code hsm.Code
		want string
	}{
		{hsm.Success, "HSM Return: SUCCESS"},
		{hsm.LoginFailure, "HSM Error: RET_USER_LOGIN_FAILURE"},
		{0x28, "CSP Error: ERR_BAD_PUBLIC_KEY"},
		{0x40000183, "ERR_ILLEGAL_KEY_HANDLE"},
		{0xfedcba98, "Unknown error code 0xfedcba98"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("0x%x", uint32(tt.code)), func(t *testing.T) {
			if got := tt.code.Text(); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
