package hsm_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func TestAnAttestationIsSignedAndSaysWhichKeyIsWhere(t *testing.T) {
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	s := as(t, newHSM(t, func(o *hsm.Options) { o.Attestation = signer }), "alice")
	key := aes(t, s, "")
	nonce := []byte("nonce")
	a, err := s.Attest(t.Context(), hsm.AttestRequest{Handle: key, Nonce: nonce})
	must(t, err)
	sum := sha256.Sum256(a.Statement)
	if !ecdsa.VerifyASN1(&signer.PublicKey, sum[:], a.Signature) {
		t.Error("the signature is wrong")
	}
	got, err := a.Decode()
	must(t, err)
	want := hsm.Statement{HSM: "hsm-lgavqitns2a", Handle: key, KCV: attributes(t, s, key)["KCV"].Bytes, Nonce: nonce}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wants(t, "a nonce of 65 bytes", code(s.Attest(t.Context(), hsm.AttestRequest{Handle: key, Nonce: make([]byte, 65)})), hsm.InvalidInput)
	wants(t, "no key", code(s.Attest(t.Context(), hsm.AttestRequest{Handle: 99})), hsm.InvalidHandle)
	if _, err := (hsm.Attestation{Statement: []byte{0xff}}).Decode(); err == nil {
		t.Error("a statement that is garbage is read")
	}
}

func TestAnHSMWithoutASigningKeyDoesNotAttest(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	wants(t, "attesting", code(s.Attest(t.Context(), hsm.AttestRequest{Handle: aes(t, s, "")})), hsm.InvalidInput)
}

func TestWhatAnHSMSaysOfItself(t *testing.T) {
	h := newHSM(t, onNode(3))
	h.ProvisionQuorum(hsm.MiscOfficer, 2)
	s := as(t, h, "alice")
	aes(t, s, "")
	generate(t, s, hsm.AES, 16, hsm.Template{Session: true})
	got, err := s.Partition(t.Context(), hsm.Done{})
	must(t, err)
	want := hsm.Partition{Name: "hsm-lgavqitns2a", Node: 3, FIPSState: 2, Activated: true, MaxUsers: 1024, Users: 7, MaxKeys: 3300,
		TokenKeys: 1, SessionKeys: 1, Sessions: 1, Quorum: map[hsm.Service]uint8{hsm.UserManagement: 1, hsm.MiscOfficer: 2},
		LoginState: hsm.LoginState{Type: "CU", Name: "alice"}, MinPassword: 7, MaxPassword: 32}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	members, err := s.Members(t.Context(), hsm.Done{})
	must(t, err)
	if diff := cmp.Diff([]hsm.Member{{Node: 3, Address: "10.0.1.7"}}, members); diff != "" {
		t.Error(diff)
	}
	one, err := s.Device(t.Context(), hsm.Done{})
	must(t, err)
	other := newHSM(t, func(o *hsm.Options) { o.Identity.ID = "hsm-aaaaaaaaaaa" })
	two, err := session(t, other).Device(t.Context(), hsm.Done{})
	must(t, err)
	if one.Serial == two.Serial || len(one.Serial) != len("3.0A0101-ICM000001") {
		t.Errorf("serial numbers %q and %q", one.Serial, two.Serial)
	}
}

// brokenJournal cannot be read.
type brokenJournal struct{ hsm.Journal }

var errBroken = errors.New("broken")

func (brokenJournal) Load(hsm.Bucket, func(uint64, []byte) error) error { return errBroken }

func TestAnHSMDoesNotStartWithAJournalThatItCannotRead(t *testing.T) {
	o := options()
	o.Journal = brokenJournal{o.Journal}
	if _, err := hsm.Open(o); !errors.Is(err, errBroken) {
		t.Errorf("%v", err)
	}
	for bucket := hsm.BucketMeta; bucket <= hsm.BucketAudit; bucket++ {
		o := options()
		o.Journal.Append([]hsm.Change{{Bucket: bucket, Key: 1, Data: []byte{0xff}}})
		if _, err := hsm.Open(o); err == nil {
			t.Errorf("an HSM starts with garbage in bucket %d", bucket)
		}
	}
}
