package hsm_test

import (
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func TestWhoMayWrapWhatWithWhat(t *testing.T) {
	h := newHSM(t)
	s, bobs, officers := as(t, h, "alice"), as(t, h, "bob"), as(t, h, "officer")
	key, kek := aes(t, s, "key"), aes(t, s, "kek")
	fixed := generate(t, s, hsm.AES, 32, hsm.Template{Label: "fixed", NotExtractable: true})
	public, private := makePair(t, s, hsm.GeneratePairRequest{Type: hsm.RSA, Bits: 2048})
	ecPublic, _ := makePair(t, s, hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.P256})
	des := generate(t, s, hsm.DES3, 24, hsm.Template{})
	noWrap := aes(t, s, "no wrap")
	must(t, set(t, s, noWrap, hsm.AttrWrap, 0))
	wary := aes(t, s, "wary")
	must(t, set(t, s, wary, hsm.AttrWrapWithTrusted, 1))
	trusted := aes(t, s, "trusted")
	must(t, set(t, officers, trusted, hsm.AttrTrusted, 1))
	shared := aes(t, s, "shared")
	must(t, share(t, s, shared, bob, true))
	bobsKey := aes(t, bobs, "bob's")

	tests := []struct {
		name      string
		s         *hsm.Session
		key, kek  hsm.Handle
		mechanism hsm.WrapMechanism
		want      hsm.Code
	}{
		{"the owner may", s, key, kek, hsm.WrapPKCS5, hsm.Success},
		{"nobody without a login", session(t, h), key, kek, hsm.WrapPKCS5, hsm.NotAllowed},
		{"officers may not", officers, key, kek, hsm.WrapPKCS5, hsm.NotAllowed},
		{"a key that is not there", s, 999, kek, hsm.WrapPKCS5, hsm.InvalidHandle},
		{"a wrapping key that is not there", s, key, 999, hsm.WrapPKCS5, hsm.InvalidHandle},
		{"the key-encryption key is not for users", s, key, 4, hsm.WrapPKCS5, hsm.InvalidHandle},
		{"somebody else's key", bobs, key, bobsKey, hsm.WrapPKCS5, hsm.KeyAccessDenied},
		{"a shared key may not be taken out", bobs, shared, bobsKey, hsm.WrapPKCS5, hsm.KeyAccessDenied},
		{"a shared key may wrap", bobs, bobsKey, shared, hsm.WrapPKCS5, hsm.Success},
		{"somebody else's wrapping key", bobs, bobsKey, kek, hsm.WrapPKCS5, hsm.KeyAccessDenied},
		{"not extractable", s, fixed, kek, hsm.WrapPKCS5, hsm.KeyAccessDenied},
		{"a wrapping key without WRAP", s, key, noWrap, hsm.WrapPKCS5, hsm.KeyFunction},
		{"a key that wants a trusted one, with another", s, wary, kek, hsm.WrapPKCS5, hsm.PolicyViolation},
		{"a key that wants a trusted one, with one", s, wary, trusted, hsm.WrapPKCS5, hsm.Success},
		{"public keys are not wrapped", s, public, kek, hsm.WrapPKCS5, hsm.BadKeyType},
		{"DES3 does not wrap", s, key, des, hsm.WrapPKCS5, hsm.BadKeyType},
		{"AES mechanisms need an AES key", s, key, public, hsm.WrapPKCS5, hsm.BadKeyType},
		{"RSA mechanisms need a public key", s, key, private, hsm.WrapRSAOAEP, hsm.BadKeyType},
		{"RSA mechanisms need an RSA key", s, key, ecPublic, hsm.WrapRSAOAEP, hsm.BadKeyType},
		{"RSA mechanisms need no AES key", s, key, kek, hsm.WrapRSAAES, hsm.BadKeyType},
		{"an unknown mechanism", s, key, kek, 9, hsm.InvalidInput},
	}
	for _, test := range tests {
		_, err := test.s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: test.key, Wrapping: test.kek,
			Parameters: hsm.WrapParameters{Mechanism: test.mechanism}})
		wants(t, test.name, err, test.want)
	}
}

func TestParametersThatDoNotFitTheMechanism(t *testing.T) {
	h := newHSM(t)
	s := as(t, h, "alice")
	key, kek := aes(t, s, "key"), aes(t, s, "kek")
	standard := hsm.WrapIV[:]
	tests := []struct {
		name   string
		header bool
		p      hsm.WrapParameters
		want   hsm.Code
	}{
		{"the default IV, said", false, hsm.WrapParameters{Mechanism: hsm.WrapNoPad, IV: standard}, hsm.Success},
		{"another IV", false, hsm.WrapParameters{Mechanism: hsm.WrapNoPad, IV: make([]byte, 8)}, hsm.InvalidInput},
		{"an IV for RFC 5649", false, hsm.WrapParameters{Mechanism: hsm.WrapZeroPad, IV: standard}, hsm.InvalidInput},
		{"an IV and a header", true, hsm.WrapParameters{Mechanism: hsm.WrapNoPad, IV: standard}, hsm.InvalidInput},
		{"a tag of 7 bytes", false, hsm.WrapParameters{Mechanism: hsm.WrapGCM, TagSize: 7}, hsm.InvalidInput},
		{"a tag of 8 bytes", false, hsm.WrapParameters{Mechanism: hsm.WrapGCM, TagSize: 8}, hsm.Success},
		{"a tag of 17 bytes", false, hsm.WrapParameters{Mechanism: hsm.WrapGCM, TagSize: 17}, hsm.InvalidInput},
		{"a tag size and a header", true, hsm.WrapParameters{Mechanism: hsm.WrapGCM, TagSize: 12}, hsm.InvalidInput},
		{"a tag size for key wrap", false, hsm.WrapParameters{Mechanism: hsm.WrapPKCS5, TagSize: 12}, hsm.InvalidInput},
		{"additional data for key wrap", false, hsm.WrapParameters{Mechanism: hsm.WrapPKCS5, AAD: []byte{1}}, hsm.InvalidInput},
		{"too much additional data", false, hsm.WrapParameters{Mechanism: hsm.WrapGCM, AAD: make([]byte, 65<<10)}, hsm.InvalidInput},
		{"a hash for key wrap", false, hsm.WrapParameters{Mechanism: hsm.WrapPKCS5, Hash: 3}, hsm.InvalidInput},
		{"an unknown hash", false, hsm.WrapParameters{Mechanism: hsm.WrapRSAOAEP, Hash: 7}, hsm.InvalidInput},
	}
	for _, test := range tests {
		_, err := s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: key, Wrapping: kek, Header: test.header, Parameters: test.p})
		wants(t, test.name, err, test.want)
	}
}

func TestWhatUnwrapRefuses(t *testing.T) {
	h := newHSM(t)
	s, bobs, officers := as(t, h, "alice"), as(t, h, "bob"), as(t, h, "officer")
	key, kek, noUnwrap := aes(t, s, "key"), aes(t, s, "kek"), aes(t, s, "no unwrap")
	must(t, set(t, s, noUnwrap, hsm.AttrUnwrap, 0))
	public, _ := makePair(t, s, hsm.GeneratePairRequest{Type: hsm.RSA, Bits: 2048})
	p := hsm.WrapParameters{Mechanism: hsm.WrapPKCS5}
	w, err := s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: key, Wrapping: kek, Parameters: p})
	must(t, err)
	tests := []struct {
		name  string
		s     *hsm.Session
		kek   hsm.Handle
		class hsm.Class
		kind  hsm.KeyType
		tpl   hsm.Template
		want  hsm.Code
	}{
		{"nothing, where all is right", s, kek, hsm.SecretKey, hsm.AES, hsm.Template{}, hsm.Success},
		{"no login", session(t, h), kek, hsm.SecretKey, hsm.AES, hsm.Template{}, hsm.NotAllowed},
		{"officers", officers, kek, hsm.SecretKey, hsm.AES, hsm.Template{}, hsm.NotAllowed},
		{"somebody else's key", bobs, kek, hsm.SecretKey, hsm.AES, hsm.Template{}, hsm.KeyAccessDenied},
		{"a key that is not there", s, 999, hsm.SecretKey, hsm.AES, hsm.Template{}, hsm.InvalidHandle},
		{"a key without UNWRAP", s, noUnwrap, hsm.SecretKey, hsm.AES, hsm.Template{}, hsm.KeyFunction},
		{"a public key", s, public, hsm.SecretKey, hsm.AES, hsm.Template{}, hsm.BadKeyType},
		{"another type with the same length", s, kek, hsm.SecretKey, hsm.GenericSecret, hsm.Template{}, hsm.Success},
		{"a type with another length", s, kek, hsm.SecretKey, hsm.DES3, hsm.Template{}, hsm.BadKeySize},
		{"RC4", s, kek, hsm.SecretKey, hsm.RC4, hsm.Template{}, hsm.PolicyViolation},
		{"a private key that is none", s, kek, hsm.PrivateKey, hsm.RSA, hsm.Template{}, hsm.InvalidInput},
		{"a public key as class", s, kek, hsm.PublicKey, hsm.RSA, hsm.Template{}, hsm.BadKeyType},
		{"sharing with oneself", s, kek, hsm.SecretKey, hsm.AES, hsm.Template{Shared: []hsm.UserID{alice}}, hsm.InvalidInput},
	}
	for _, test := range tests {
		_, err := test.s.UnwrapKey(t.Context(), hsm.UnwrapKeyRequest{Wrapping: test.kek, Wrapped: w.Data, Class: test.class, Type: test.kind,
			Parameters: p, Template: test.tpl})
		wants(t, test.name, err, test.want)
	}
}

func TestHostDataNeedsAKeyThatEncryptsOrDecrypts(t *testing.T) {
	h := newHSM(t)
	s := as(t, h, "alice")
	kek, data := aes(t, s, "kek"), []byte("a secret of the host")
	wrapped, err := s.WrapData(t.Context(), hsm.DataRequest{Wrapping: kek, Data: data})
	must(t, err)
	other, err := s.WrapData(t.Context(), hsm.DataRequest{Wrapping: kek, Data: data, IV: []byte("12345678")})
	must(t, err)
	if string(other) == string(wrapped) {
		t.Error("another initial value changes nothing")
	}
	_, err = s.WrapData(t.Context(), hsm.DataRequest{Wrapping: kek, Data: data, IV: []byte("1234567")})
	wants(t, "an initial value of 7 bytes", err, hsm.InvalidInput)
	_, err = s.UnwrapData(t.Context(), hsm.DataRequest{Wrapping: kek, Data: other})
	wants(t, "another initial value than before", err, hsm.UnwrapFailed)
	must(t, set(t, s, kek, hsm.AttrEncrypt, 0))
	_, err = s.WrapData(t.Context(), hsm.DataRequest{Wrapping: kek, Data: data})
	wants(t, "without ENCRYPT", err, hsm.KeyFunction)
	plain, err := s.UnwrapData(t.Context(), hsm.DataRequest{Wrapping: kek, Data: wrapped})
	must(t, err)
	equal(t, "unwrapped", plain, data)
	must(t, set(t, s, kek, hsm.AttrDecrypt, 0))
	_, err = s.UnwrapData(t.Context(), hsm.DataRequest{Wrapping: kek, Data: wrapped})
	wants(t, "without DECRYPT", err, hsm.KeyFunction)
	_, err = s.WrapData(t.Context(), hsm.DataRequest{Wrapping: generate(t, s, hsm.GenericSecret, 32, hsm.Template{}), Data: data})
	wants(t, "with a generic secret", err, hsm.BadKeyType)
}
