package hsm_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"sync"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

var approverKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, hsm.QuorumKeyBits)
	if err != nil {
		panic(err)
	}
	return k
})

func signHash(t testing.TB, data []byte) []byte {
	t.Helper()
	sum := sha256.Sum256(data)
	b, err := rsa.SignPKCS1v15(rand.Reader, approverKey(), crypto.SHA256, sum[:])
	must(t, err)
	return b
}

// registered gives a user a quorum key.
func registered(t testing.TB, s *hsm.Session, name string) {
	t.Helper()
	spki, err := x509.MarshalPKIXPublicKey(&approverKey().PublicKey)
	must(t, err)
	_, err = s.RegisterQuorumKey(t.Context(), hsm.RegisterRequest{Type: "CU", Name: name, Token: []byte("token"), Signature: signHash(t, []byte("token")), PublicKey: spki})
	must(t, err)
}

// approveKey gets a token for a key and the approvals of alice and bob.
func approveKey(t testing.TB, s *hsm.Session, service hsm.Service, h hsm.Handle) {
	t.Helper()
	token, err := s.GetToken(t.Context(), hsm.GetTokenRequest{Service: service, Key: h, User: "alice"})
	must(t, err)
	r := hsm.ApproveRequest{Tokens: token.Value}
	for _, name := range []string{"alice", "bob"} {
		r.Approvals = append(r.Approvals, hsm.Approval{Type: "CU", Name: name, Signature: signHash(t, token.Value)})
	}
	_, err = s.ApproveToken(t.Context(), r)
	must(t, err)
}

func TestEachUseOfAQuorumKeyNeedsApprovals(t *testing.T) {
	h := newHSM(t)
	s, bobs := as(t, h, "alice"), as(t, h, "bob")
	registered(t, s, "alice")
	registered(t, bobs, "bob")
	quorum := hsm.Template{Label: "quorum", Shared: []hsm.UserID{bob}, MValue: 2}
	_, private := makePair(t, s, hsm.GeneratePairRequest{Type: hsm.RSA, Bits: 2048, Template: quorum})
	kek := generate(t, s, hsm.AES, 32, quorum)
	plain := aes(t, s, "plain")
	p := hsm.WrapParameters{Mechanism: hsm.WrapPKCS5}
	wrapped, err := hsm.WrapPadded(make([]byte, 32), hsm.WrapIV, make([]byte, 32))
	must(t, err)

	operations := []struct {
		name    string
		service hsm.Service
		key     hsm.Handle
		run     func() error
		wrong   func() error // the same with something wrong, which must use up nothing
	}{
		{"sign", hsm.UseKey, private, func() error {
			_, err := s.Sign(t.Context(), hsm.SignRequest{Handle: private, Mechanism: 1, Message: hsm.Message{Data: []byte("m")}})
			return err
		}, func() error {
			_, err := s.Sign(t.Context(), hsm.SignRequest{Handle: private, Mechanism: 17, Message: hsm.Message{Data: []byte("m")}})
			return err
		}},
		{"wrap with it", hsm.UseKey, kek, func() error {
			_, err := s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: plain, Wrapping: kek, Parameters: p})
			return err
		}, func() error {
			_, err := s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: private, Wrapping: kek, Parameters: p}) // which needs approvals too
			return err
		}},
		{"take it out", hsm.ManageKey, private, func() error {
			_, err := s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: private, Wrapping: plain, Parameters: p})
			return err
		}, func() error {
			_, err := s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: private, Wrapping: kek, Parameters: p})
			return err
		}},
		{"wrap data", hsm.UseKey, kek, func() error {
			_, err := s.WrapData(t.Context(), hsm.DataRequest{Wrapping: kek, Data: make([]byte, 16)})
			return err
		}, func() error {
			_, err := s.WrapData(t.Context(), hsm.DataRequest{Wrapping: kek})
			return err
		}},
		{"unwrap with it", hsm.UseKey, kek, func() error {
			data, err := s.WrapData(t.Context(), hsm.DataRequest{Wrapping: kek, Data: make([]byte, 16)})
			must(t, err)
			approveKey(t, s, hsm.UseKey, kek)
			_, err = s.UnwrapKey(t.Context(), hsm.UnwrapKeyRequest{Wrapping: kek, Wrapped: data, Class: hsm.SecretKey, Type: hsm.AES, Parameters: p})
			return err
		}, func() error {
			_, err := s.UnwrapKey(t.Context(), hsm.UnwrapKeyRequest{Wrapping: kek, Wrapped: wrapped, Class: hsm.SecretKey, Type: hsm.AES, Parameters: p})
			return err
		}},
	}
	for _, o := range operations {
		t.Run(o.name, func(t *testing.T) {
			if o.name != "unwrap with it" {
				wants(t, "without approvals", o.run(), hsm.QuorumMissing)
			}
			approveKey(t, s, o.service, o.key)
			if o.wrong() == nil {
				t.Error("what is wrong succeeds")
			}
			wants(t, "with approvals, after a failure", o.run(), hsm.Success)
			if o.name != "unwrap with it" {
				wants(t, "once more", o.run(), hsm.QuorumMissing)
			}
		})
	}
}

func TestASharersTokenIsNotTheOwners(t *testing.T) {
	h := newHSM(t)
	s, bobs := as(t, h, "alice"), as(t, h, "bob")
	registered(t, s, "alice")
	registered(t, bobs, "bob")
	_, private := makePair(t, s, hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.P256, Template: hsm.Template{Shared: []hsm.UserID{bob}, MValue: 2}})
	approveKey(t, s, hsm.UseKey, private)
	_, err := bobs.Sign(t.Context(), hsm.SignRequest{Handle: private, Mechanism: 17, Message: hsm.Message{Data: []byte("m")}})
	wants(t, "bob with alice's token", err, hsm.QuorumMissing)
	_, err = s.Sign(t.Context(), hsm.SignRequest{Handle: private, Mechanism: 17, Message: hsm.Message{Data: []byte("m")}})
	wants(t, "alice", err, hsm.Success)
}
