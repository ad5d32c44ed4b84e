package hsm_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// signer is the key for quorum authentication of whoever has one in these tests.
var signer = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, hsm.QuorumKeyBits)
	if err != nil {
		panic(err)
	}
	return k
})

func publicKey(t testing.TB, k *rsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
	must(t, err)
	return der
}

func signature(t testing.TB, data []byte) []byte {
	t.Helper()
	sum := sha256.Sum256(data)
	s, err := rsa.SignPKCS1v15(rand.Reader, signer(), crypto.SHA256, sum[:])
	must(t, err)
	return s
}

// register gives the user of a session the key of these tests.
func register(t testing.TB, s *hsm.Session, userType, name string) error {
	t.Helper()
	token := []byte("registration")
	_, err := s.RegisterQuorumKey(t.Context(), hsm.RegisterRequest{Type: userType, Name: name, Token: token,
		Signature: signature(t, token), PublicKey: publicKey(t, signer())})
	return err
}

func getToken(t testing.TB, s *hsm.Session, service hsm.Service, key hsm.Handle, name string) hsm.Token {
	t.Helper()
	token, err := s.GetToken(t.Context(), hsm.GetTokenRequest{Service: service, Key: key, User: name})
	must(t, err)
	return token
}

// approve brings the approvals of users by type and name in turn.
func approve(t testing.TB, s *hsm.Session, tokens []byte, approvers ...string) error {
	t.Helper()
	r := hsm.ApproveRequest{Tokens: tokens}
	for a := range slices.Chunk(approvers, 2) {
		r.Approvals = append(r.Approvals, hsm.Approval{Type: a[0], Name: a[1], Signature: signature(t, tokens)})
	}
	_, err := s.ApproveToken(t.Context(), r)
	return err
}

func tokens(t testing.TB, s *hsm.Session) []hsm.TokenInfo {
	t.Helper()
	list, err := s.ListTokens(t.Context(), hsm.Done{})
	must(t, err)
	return list
}

func createCU(t testing.TB, s *hsm.Session, name string) error {
	t.Helper()
	_, err := s.CreateUser(t.Context(), hsm.CreateUserRequest{Type: "CU", Name: name, Password: name + "-password"})
	return err
}

// quorumHSM is one where user management needs two approvals, and two officers have keys.
func quorumHSM(t testing.TB, change ...func(*hsm.Options)) (*hsm.HSM, *hsm.Session) {
	t.Helper()
	h := newHSM(t, change...)
	must(t, register(t, as(t, h, "officer"), "CO", "officer"))
	s := as(t, h, "admin")
	must(t, register(t, s, "CO", "admin"))
	h.ProvisionQuorum(hsm.UserManagement, 2)
	return h, s
}

func TestATokenIsGoodForOneOperation(t *testing.T) {
	h, s := quorumHSM(t)
	wants(t, "creating without a token", createCU(t, s, "dave"), hsm.QuorumMissing)
	token := getToken(t, s, hsm.UserManagement, 0, "admin")
	wants(t, "creating with a token that is not approved", createCU(t, s, "dave"), hsm.QuorumMissing)
	must(t, approve(t, s, token.Value, "CO", "admin", "CO", "officer"))
	want := []hsm.TokenInfo{{ID: 1, Service: hsm.UserManagement, User: "admin", Validity: hsm.TokenLife, Required: 2, Approvers: []string{"admin", "officer"}}}
	if diff := cmp.Diff(want, tokens(t, s)); diff != "" {
		t.Errorf("tokens (-want +got):\n%s", diff)
	}
	wants(t, "creating a user who is there", createCU(t, s, "alice"), hsm.UserExists)
	wants(t, "another officer's creating", createCU(t, as(t, h, "officer"), "dave"), hsm.QuorumMissing)
	must(t, createCU(t, s, "dave"))
	wants(t, "creating once more", createCU(t, s, "erin"), hsm.QuorumMissing)
	if got := tokens(t, s); len(got) > 0 {
		t.Errorf("tokens are left: %v", got)
	}
}

func TestATokenIsUsableOnOtherSessionsUntilItsOwnEnds(t *testing.T) {
	h, s := quorumHSM(t)
	token := getToken(t, s, hsm.UserManagement, 0, "admin")
	must(t, approve(t, as(t, h, "officer"), token.Value, "CO", "admin", "CO", "officer"))
	other := as(t, h, "admin")
	must(t, createCU(t, other, "dave"))

	token = getToken(t, s, hsm.UserManagement, 0, "admin")
	must(t, approve(t, s, token.Value, "CO", "admin", "CO", "officer"))
	s.Close()
	wants(t, "creating after the session has ended", createCU(t, other, "erin"), hsm.QuorumMissing)
}

func TestApproversMustStillBeThere(t *testing.T) {
	h, s := quorumHSM(t)
	must(t, h.ProvisionUsers(hsm.UserSpec{ID: 8, Type: hsm.CO, Name: "leaver", QuorumKey: publicKey(t, signer())}))
	token := getToken(t, s, hsm.UserManagement, 0, "admin")
	must(t, approve(t, s, token.Value, "CO", "admin", "CO", "leaver"))
	h.ProvisionQuorum(hsm.UserManagement, 1)
	_, err := s.DeleteUser(t.Context(), hsm.UserRequest{Type: "CO", Name: "leaver"})
	must(t, err)
	h.ProvisionQuorum(hsm.UserManagement, 2)
	wants(t, "creating after an approver has gone", createCU(t, s, "dave"), hsm.QuorumMissing)
	if got := tokens(t, s)[0].Approvers; len(got) != 1 || got[0] != "admin" {
		t.Errorf("approvers %q", got)
	}
}

func TestTokenFilesOfSeveralHSMs(t *testing.T) {
	_, s := quorumHSM(t)
	_, other := quorumHSM(t, onNode(1))
	one, two := getToken(t, s, hsm.UserManagement, 0, "admin"), getToken(t, other, hsm.UserManagement, 0, "admin")
	file := append(slices.Clone(two.Value), one.Value...)
	for _, session := range []*hsm.Session{s, other} {
		must(t, approve(t, session, file, "CO", "admin", "CO", "officer"))
		must(t, createCU(t, session, "dave"))
	}
	for about, file := range map[string][]byte{
		"an empty file":                  nil,
		"a file that is cut off":         file[:len(file)-1],
		"a file of tokens that are used": file,
		"a file that is too long":        slices.Repeat(file, 17),
	} {
		wants(t, "approving "+about, approve(t, s, file, "CO", "admin", "CO", "officer"), hsm.QuorumMissing)
	}
	many := slices.Repeat([]string{"CO", "admin"}, hsm.MaxApprovals+1)
	wants(t, "approving too often", approve(t, s, getToken(t, s, hsm.UserManagement, 0, "admin").Value, many...), hsm.QuorumMissing)
}

func TestExpiredTokensMakeRoom(t *testing.T) {
	c := clock.New(moment, 0)
	_, s := quorumHSM(t, func(o *hsm.Options) { o.Clock = c })
	first := getToken(t, s, hsm.UserManagement, 0, "admin")
	must(t, c.Advance(hsm.TokenLife-time.Second))
	for range hsm.MaxTokens - 1 {
		getToken(t, s, hsm.UserManagement, 0, "admin")
	}
	_, err := s.GetToken(t.Context(), hsm.GetTokenRequest{Service: hsm.UserManagement, User: "admin"})
	wants(t, "one token too many", err, hsm.TooManyTokens)
	must(t, c.Advance(time.Second))
	if got := tokens(t, s)[0]; got.ID != 1 || got.Validity != 0 {
		t.Errorf("the first token is %+v", got)
	}
	must(t, approve(t, s, first.Value, "CO", "admin", "CO", "officer"))
	getToken(t, s, hsm.UserManagement, 0, "admin")
	wants(t, "using a token that has made room", createCU(t, s, "dave"), hsm.QuorumMissing)
	if got := tokens(t, s); len(got) != hsm.MaxTokens || got[0].ID != 2 {
		t.Errorf("%d tokens, the first is %+v", len(got), got[0])
	}
}

func TestKeysWithQuorum(t *testing.T) {
	h := newHSM(t)
	owner, sharer := as(t, h, "alice"), as(t, h, "bob")
	must(t, register(t, owner, "CU", "alice"))
	must(t, register(t, sharer, "CU", "bob"))
	key := generate(t, owner, hsm.AES, 32, hsm.Template{Label: "vault", Shared: []hsm.UserID{bob}, MValue: 2})
	plain := aes(t, owner, "plain")

	wants(t, "sharing without a token", share(t, owner, key, carol, true), hsm.QuorumMissing)
	_, err := owner.GetToken(t.Context(), hsm.GetTokenRequest{Service: hsm.ManageKey, Key: plain, User: "alice"})
	wants(t, "a token for a key that needs no approvals", err, hsm.InvalidInput)
	_, err = sharer.GetToken(t.Context(), hsm.GetTokenRequest{Service: hsm.ManageKey, Key: key, User: "bob"})
	wants(t, "a token to manage the key of another", err, hsm.KeyAccessDenied)
	getToken(t, sharer, hsm.UseKey, key, "bob")

	token := getToken(t, owner, hsm.ManageKey, key, "alice")
	wants(t, "approval of one", approve(t, owner, token.Value, "CU", "alice"), hsm.QuorumMissing)
	wants(t, "approval of one who cannot use the key", approve(t, owner, token.Value, "CU", "alice", "CU", "carol"), hsm.QuorumMissing)
	must(t, approve(t, owner, token.Value, "CU", "alice", "CU", "bob"))
	must(t, share(t, owner, key, carol, true))
	wants(t, "sharing once more", share(t, owner, key, carol, false), hsm.QuorumMissing)

	if got := tokens(t, as(t, h, "admin")); len(got) > 0 {
		t.Errorf("officers see the tokens of keys: %v", got)
	}
	_, err = owner.DeleteToken(t.Context(), hsm.DeleteTokenRequest{All: true})
	wants(t, "deleting another's token", err, hsm.InvalidInput)
	_, err = sharer.DeleteToken(t.Context(), hsm.DeleteTokenRequest{All: true})
	must(t, err)
}

func TestQuorumKeysAreRSAOf2048Bits(t *testing.T) {
	h := newHSM(t)
	s := as(t, h, "admin")
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	must(t, err)
	token := []byte("registration")
	sum := sha256.Sum256(token)
	signed, err := rsa.SignPKCS1v15(rand.Reader, small, crypto.SHA256, sum[:])
	must(t, err)
	for about, r := range map[string]hsm.RegisterRequest{
		"a key that is too small":           {Token: token, Signature: signed, PublicKey: publicKey(t, small)},
		"a key that is none":                {Token: token, Signature: signed, PublicKey: []byte("key")},
		"a signature of something else":     {Token: []byte("other"), Signature: signature(t, token), PublicKey: publicKey(t, signer())},
		"an empty registration token":       {Signature: signature(t, nil), PublicKey: publicKey(t, signer())},
		"a registration token too long":     {Token: make([]byte, 246), Signature: signature(t, make([]byte, 246)), PublicKey: publicKey(t, signer())},
		"a signature that is not there yet": {Token: token, PublicKey: publicKey(t, signer())},
	} {
		r.Type, r.Name = "CO", "admin"
		_, err := s.RegisterQuorumKey(t.Context(), r)
		wants(t, about, err, hsm.InvalidInput)
	}
	if users, _ := s.ListUsers(t.Context(), hsm.Done{}); users[0].QuorumKey {
		t.Error("a key has been registered")
	}
	wants(t, "another officer's key where nothing needs approvals", register(t, s, "CO", "officer"), hsm.Success)
	h.ProvisionQuorum(hsm.UserManagement, 2)
	wants(t, "another officer's key without approvals", register(t, s, "CO", "officer"), hsm.QuorumMissing)
	wants(t, "the own key without approvals", register(t, s, "CO", "admin"), hsm.Success)
}

func TestTheMValueSurvivesARestart(t *testing.T) {
	o := options()
	h := open(t, o)
	must(t, h.ProvisionUsers(specs()...))
	s := as(t, h, "admin")
	_, err := s.SetMValue(t.Context(), hsm.MValueRequest{Service: hsm.MiscOfficer, M: 3})
	must(t, err)
	s = as(t, open(t, o), "admin")
	if m, err := s.MValue(t.Context(), hsm.ServiceRequest{Service: hsm.MiscOfficer}); m != 3 || err != nil {
		t.Errorf("M is %d after the restart: %v", m, err)
	}
	_, err = s.SetMValue(t.Context(), hsm.MValueRequest{Service: hsm.MiscOfficer, M: 2})
	wants(t, "lowering it without approvals", err, hsm.QuorumMissing)
	_, err = s.SetMValue(t.Context(), hsm.MValueRequest{Service: hsm.MiscOfficer, M: 4})
	wants(t, "more approvals than officers", err, hsm.InvalidInput)
}
