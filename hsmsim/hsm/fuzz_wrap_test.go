package hsm_test

import (
	"errors"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// FuzzUnwrapKey: no wrapped key, with or without header, does more than be refused or make a key that is whole.
func FuzzUnwrapKey(f *testing.F) {
	h := newHSM(f)
	s := as(f, h, "alice")
	kek, key := aes(f, s, "kek"), aes(f, s, "key")
	public, private := makePair(f, s, hsm.GeneratePairRequest{Type: hsm.RSA, Bits: 2048})
	for _, m := range []hsm.WrapMechanism{4, 5, 6, 7, 8, 10, 11, 12} {
		wrapping := kek
		if m == 7 || m == 8 || m == 12 {
			wrapping = public
		}
		for _, header := range []bool{true, false} {
			w, err := s.WrapKey(f.Context(), hsm.WrapKeyRequest{Key: key, Wrapping: wrapping, Header: header, Parameters: hsm.WrapParameters{Mechanism: m}})
			must(f, err)
			f.Add(w.Data, uint8(m), header, uint8(4), uint8(31), w.IV)
		}
	}
	f.Add([]byte{}, uint8(4), true, uint8(3), uint8(0), []byte{})
	f.Fuzz(func(t *testing.T, data []byte, mechanism uint8, header bool, class, kind uint8, iv []byte) {
		p := hsm.WrapParameters{Mechanism: hsm.WrapMechanism(mechanism)}
		if len(iv) > 0 {
			p.IV = iv
		}
		wrapping := kek
		if mechanism == 7 || mechanism == 8 || mechanism == 12 {
			wrapping = private
		}
		g, err := s.UnwrapKey(t.Context(), hsm.UnwrapKeyRequest{Wrapping: wrapping, Wrapped: data, Header: header, Class: hsm.Class(class),
			Type: hsm.KeyType(kind), Parameters: p})
		usableOrCode(t, s, g.Handle, err)
	})
}

// FuzzImportKey: no key file does more than be refused or make a key that is whole.
func FuzzImportKey(f *testing.F) {
	h := newHSM(f)
	s := as(f, h, "alice")
	kek := aes(f, s, "kek")
	for _, r := range []hsm.GeneratePairRequest{{Type: hsm.RSA, Bits: 2048}, {Type: hsm.EC, Curve: hsm.P256}, {Type: hsm.EC, Curve: hsm.Secp256k1},
		{Type: hsm.DSA, Bits: 2048}} {
		public, private := makePair(f, s, r)
		f.Add(material(f, s, private, kek), uint8(r.Type))
		f.Add(publicDER(f, s, public), uint8(r.Type))
	}
	f.Fuzz(func(t *testing.T, data []byte, kind uint8) {
		if len(data) >= 8 && len(data) < hsm.MaxWrapped-8 {
			private, err := put(t, s, hsm.PrivateKey, hsm.KeyType(kind), kek, data)
			usableOrCode(t, s, private, err)
		}
		g, err := s.CreatePublicKey(t.Context(), hsm.CreatePublicKeyRequest{Key: data})
		usableOrCode(t, s, g.Handle, err)
	})
}

// usableOrCode fails the test unless an operation has failed with a code, or has made a key that can be looked at.
// The key is deleted.
func usableOrCode(t *testing.T, s *hsm.Session, made hsm.Handle, err error) {
	t.Helper()
	var code hsm.Code
	if err != nil {
		if !errors.As(err, &code) {
			t.Fatalf("%v is no code", err)
		}
		return
	}
	if len(attributes(t, s, made)) < 17 {
		t.Error("attributes are missing")
	}
	must(t, deleteKey(t, s, made))
}
