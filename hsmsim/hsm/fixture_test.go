package hsm_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/store"
)

// stillClock stands at one moment.
type stillClock struct{ time.Time }

func (c stillClock) Now() time.Time { return c.Time }

var moment = time.Date(2018, 12, 24, 18, 28, 54, 123456000, time.UTC)

// options are those of an HSM on node 0 with an empty journal in memory.
func options() hsm.Options {
	return hsm.Options{
		Identity: hsm.Identity{ID: "hsm-lgavqitns2a", Address: "10.0.1.7", Cluster: "cluster-igklspoyj5v"},
		Family:   hsm.Family{MaskingKey: [32]byte{1}, Salt: hsm.Salt{2}},
		Journal:  store.Memory(), Clock: stillClock{moment},
	}
}

func open(t testing.TB, o hsm.Options) *hsm.HSM {
	t.Helper()
	h, err := hsm.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Users of an activated HSM. Everybody's password is the own name and "-password".
const (
	admin = hsm.UserID(iota + 1)
	appUser
	alice
	bob
	carol
	officer
	primary
)

func specs() []hsm.UserSpec {
	return []hsm.UserSpec{
		{ID: admin, Type: hsm.CO, Name: "admin", Proof: proof("admin", "admin-password")},
		{ID: appUser, Type: hsm.AU, Name: "app_user", Proof: proof("app_user", "app_user-password")},
		{ID: alice, Type: hsm.CU, Name: "alice", Proof: proof("alice", "alice-password")},
		{ID: bob, Type: hsm.CU, Name: "bob", Proof: proof("bob", "bob-password")},
		{ID: carol, Type: hsm.CU, Name: "carol", Proof: proof("carol", "carol-password")},
		{ID: officer, Type: hsm.CO, Name: "officer", Proof: proof("officer", "officer-password")},
		{ID: primary, Type: hsm.PCO, Name: "primary", Proof: proof("primary", "primary-password")},
	}
}

// newHSM is an activated HSM. A test may change its options.
func newHSM(t testing.TB, change ...func(*hsm.Options)) *hsm.HSM {
	t.Helper()
	o := options()
	for _, f := range change {
		f(&o)
	}
	h := open(t, o)
	must(t, h.ProvisionUsers(specs()...))
	return h
}

// freshHSM is one that is not activated yet.
func freshHSM(t testing.TB) *hsm.HSM {
	t.Helper()
	h := open(t, options())
	must(t, h.ProvisionUsers(
		hsm.UserSpec{ID: 1, Type: hsm.PRECO, Name: "admin", Proof: proof("admin", "password")},
		hsm.UserSpec{ID: 2, Type: hsm.AU, Name: "app_user"}))
	return h
}

func onNode(n int) func(*hsm.Options) {
	return func(o *hsm.Options) { o.Identity.Node = n }
}

var proofs sync.Map // of all tests, since stretching takes milliseconds

func proof(name, password string) *hsm.Proof {
	p, ok := proofs.Load(name + " " + password)
	if !ok {
		made, err := hsm.Stretch(hsm.Salt{2}, name, password)
		if err != nil {
			panic(err)
		}
		p, _ = proofs.LoadOrStore(name+" "+password, &made)
	}
	return p.(*hsm.Proof)
}

// session opens a session that is closed at the end of the test.
func session(t testing.TB, h *hsm.HSM) *hsm.Session {
	t.Helper()
	s, err := h.NewSession()
	must(t, err)
	t.Cleanup(s.Close)
	return s
}

func login(t testing.TB, s *hsm.Session, userType, name, password string) error {
	t.Helper()
	_, err := s.Login(t.Context(), hsm.LoginRequest{Type: userType, Name: name, Proof: *proof(name, password)})
	return err
}

var typesByName = map[string]string{"admin": "CO", "officer": "CO", "primary": "PCO", "app_user": "AU",
	"alice": "CU", "bob": "CU", "carol": "CU"}

// as is a session with a login of one of the users of newHSM.
func as(t testing.TB, h *hsm.HSM, name string) *hsm.Session {
	t.Helper()
	s := session(t, h)
	must(t, login(t, s, typesByName[name], name, name+"-password"))
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wants fails the test unless an operation ended with the code.
func wants(t testing.TB, what string, err error, want hsm.Code) {
	t.Helper()
	got := hsm.Success
	if err != nil && !errors.As(err, &got) {
		t.Fatalf("%s: %v, which is no code", what, err)
	}
	if got != want {
		t.Errorf("%s: 0x%x %s, want 0x%x", what, uint32(got), got, uint32(want))
	}
}

// aes makes a token key of 32 bytes.
func aes(t testing.TB, s *hsm.Session, label string) hsm.Handle {
	t.Helper()
	return generate(t, s, hsm.AES, 32, hsm.Template{Label: label})
}

func generate(t testing.TB, s *hsm.Session, kind hsm.KeyType, size int, tpl hsm.Template) hsm.Handle {
	t.Helper()
	g, err := s.GenerateSecret(t.Context(), hsm.GenerateSecretRequest{Type: kind, Size: size, Template: tpl})
	must(t, err)
	return g.Handle
}

func find(t testing.TB, s *hsm.Session, r hsm.FindRequest) []hsm.Handle {
	t.Helper()
	list, err := s.FindKeys(t.Context(), r)
	must(t, err)
	return list
}

func deleteKey(t testing.TB, s *hsm.Session, h hsm.Handle) error {
	t.Helper()
	_, err := s.DeleteKey(t.Context(), hsm.HandleRequest{Handle: h})
	return err
}

func share(t testing.TB, s *hsm.Session, h hsm.Handle, with hsm.UserID, on bool) error {
	t.Helper()
	_, err := s.ShareKey(t.Context(), hsm.ShareRequest{Handle: h, User: with, Share: on})
	return err
}

func set(t testing.TB, s *hsm.Session, h hsm.Handle, id hsm.AttributeID, n uint64) error {
	t.Helper()
	_, err := s.SetAttribute(t.Context(), hsm.SetAttributeRequest{Handle: h, ID: id, Number: n})
	return err
}

// attributes are all those of a key, by name.
func attributes(t testing.TB, s *hsm.Session, h hsm.Handle) map[string]hsm.Attribute {
	t.Helper()
	list, err := s.GetAttribute(t.Context(), hsm.AttributeRequest{Handle: h, ID: hsm.AttrAll})
	must(t, err)
	m := map[string]hsm.Attribute{}
	for _, a := range list {
		m[a.ID.Name()] = a
	}
	return m
}

// storedKey is the record of a key in the journal.
type storedKey struct {
	_           struct{} `cbor:",toarray"`
	Handle      hsm.Handle
	Class       hsm.Class
	Type        hsm.KeyType
	Flags       uint32
	Label, ID   string
	Owner       hsm.UserID
	Shared      []hsm.UserID
	MValue      uint8
	ValueLen    uint32
	ModulusBits uint32
	Modulus     []byte
	Exponent    []byte
	KCV         []byte
	Material    []byte
	Tombstoned  bool
}

// stored reads a key's record, the only place where its material can be seen.
func stored(t testing.TB, j hsm.Journal, bucket hsm.Bucket, h hsm.Handle) storedKey {
	t.Helper()
	var k storedKey
	must(t, j.Load(bucket, func(key uint64, data []byte) error {
		if key != uint64(h) {
			return nil
		}
		return cbor.Unmarshal(data, &k)
	}))
	if k.Handle != h {
		t.Fatalf("no key %d in bucket %d of the journal", h, bucket)
	}
	return k
}
