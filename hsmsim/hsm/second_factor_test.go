package hsm_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// answer signs a new challenge of a session.
func answer(t testing.TB, s *hsm.Session) []byte {
	t.Helper()
	challenge, err := s.Challenge(t.Context(), hsm.Done{})
	must(t, err)
	signed, err := rsa.SignPKCS1v15(rand.Reader, signer(), crypto.SHA256, challenge)
	must(t, err)
	return signed
}

func loginWith(t testing.TB, s *hsm.Session, name, password string, signature []byte) error {
	t.Helper()
	_, err := s.Login(t.Context(), hsm.LoginRequest{Type: "CO", Name: name, Proof: *proof(name, password), Signature: signature})
	return err
}

func TestAnAnswerIsGoodOnce(t *testing.T) {
	h := newHSM(t)
	s := as(t, h, "admin")
	create := func(name string, f *hsm.SecondFactor) error {
		_, err := s.CreateUser(t.Context(), hsm.CreateUserRequest{Type: "CO", Name: name, Password: name + "-password", SecondFactor: f})
		return err
	}
	factor := &hsm.SecondFactor{PublicKey: publicKey(t, signer())}
	wants(t, "creating before there is a challenge", create("dave", factor), hsm.InvalidInput)
	factor.Signature = answer(t, s)
	wants(t, "creating without the answer", create("dave", &hsm.SecondFactor{PublicKey: factor.PublicKey}), hsm.InvalidInput)
	must(t, create("dave", factor))
	wants(t, "creating another user with the same answer", create("erin", factor), hsm.InvalidInput)

	s = session(t, h)
	wants(t, "a login with the password alone", loginWith(t, s, "dave", "dave-password", nil), hsm.LoginFailure)
	signed := answer(t, s)
	wants(t, "a login with an answer for another session", loginWith(t, session(t, h), "dave", "dave-password", signed), hsm.LoginFailure)
	answer(t, s)
	wants(t, "a login with an answer to an earlier challenge", loginWith(t, s, "dave", "dave-password", signed), hsm.LoginFailure)
	signed = answer(t, s)
	must(t, loginWith(t, s, "dave", "dave-password", signed))
	_, err := s.Logout(t.Context(), hsm.Done{})
	must(t, err)
	wants(t, "a login with an answer that has been used", loginWith(t, s, "dave", "dave-password", signed), hsm.LoginFailure)
}

func TestASecondFactorIsForOfficers(t *testing.T) {
	s := as(t, newHSM(t), "admin")
	for _, userType := range []string{"CU", "PCO", "PRECO"} {
		_, err := s.CreateUser(t.Context(), hsm.CreateUserRequest{Type: userType, Name: "dave", Password: "dave-password",
			SecondFactor: &hsm.SecondFactor{PublicKey: publicKey(t, signer()), Signature: answer(t, s)}})
		wants(t, "a second factor of a "+userType, err, hsm.InvalidInput)
	}
	_, err := s.ChangePassword(t.Context(), hsm.ChangePasswordRequest{Type: "CU", Name: "alice", Password: "alice-password",
		SecondFactor: &hsm.SecondFactor{PublicKey: publicKey(t, signer()), Signature: answer(t, s)}})
	wants(t, "a second factor of a CU who is there", err, hsm.InvalidInput)
}

func TestTheKeyOfASecondFactorIsTheQuorumKey(t *testing.T) {
	h := newHSM(t)
	s := as(t, h, "admin")
	change := func(f *hsm.SecondFactor) {
		t.Helper()
		_, err := s.ChangePassword(t.Context(), hsm.ChangePasswordRequest{Type: "CO", Name: "admin", Password: "admin-password", SecondFactor: f})
		must(t, err)
	}
	flags := func() [2]bool {
		t.Helper()
		users, err := s.ListUsers(t.Context(), hsm.Done{})
		must(t, err)
		return [2]bool{users[0].QuorumKey, users[0].TwoFactor}
	}
	must(t, register(t, s, "CO", "admin"))
	if change(nil); flags() != [2]bool{true, false} {
		t.Errorf("a new password takes the quorum key of a user without second factor away: %v", flags())
	}
	if change(&hsm.SecondFactor{PublicKey: publicKey(t, signer()), Signature: answer(t, s)}); flags() != [2]bool{true, true} {
		t.Errorf("with a second factor: %v", flags())
	}
	wants(t, "registering another key", register(t, s, "CO", "admin"), hsm.PolicyViolation)
	if change(nil); flags() != [2]bool{false, false} {
		t.Errorf("after the end of the second factor: %v", flags())
	}
}
