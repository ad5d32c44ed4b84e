package hsm_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// signers are a pair for every kind of signature.
func signers(t testing.TB, s *hsm.Session) map[string][2]hsm.Handle {
	t.Helper()
	pairs := map[string][2]hsm.Handle{}
	for name, r := range map[string]hsm.GeneratePairRequest{
		"RSA": {Type: hsm.RSA, Bits: 2048}, "P-256": {Type: hsm.EC, Curve: hsm.P256},
		"P-384": {Type: hsm.EC, Curve: hsm.P384}, "secp256k1": {Type: hsm.EC, Curve: hsm.Secp256k1},
	} {
		pub, priv := makePair(t, s, r)
		pairs[name] = [2]hsm.Handle{pub, priv}
	}
	return pairs
}

var digests = []string{"sha1", "sha256", "sha384", "sha512", "sha224"}

// opensslDigest are the arguments of openssl dgst for a mechanism.
func opensslDigest(m hsm.SignMechanism) []string {
	switch {
	case m < 5:
		return []string{"-" + digests[m]}
	case m < 10:
		return []string{"-" + digests[m-5], "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"}
	}
	return []string{"-" + []string{"sha1", "sha224", "sha256", "sha384", "sha512"}[m-15]}
}

var mechanismsOf = map[string][]hsm.SignMechanism{
	"RSA": {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, "P-256": {15, 16, 17, 18, 19}, "P-384": {15, 16, 17, 18, 19}, "secp256k1": {15, 16, 17, 18, 19},
}

func TestOpenSSLAndTheHSMVerifyEachOthersSignatures(t *testing.T) {
	h, dir := newHSM(t), t.TempDir()
	s := as(t, h, "alice")
	kek := aes(t, s, "kek")
	message := []byte("what is signed")
	write(t, dir, "message", message)
	for name, keys := range signers(t, s) {
		writePEM(t, dir, "public.pem", "PUBLIC KEY", publicDER(t, s, keys[0]))
		writePEM(t, dir, "private.pem", "PRIVATE KEY", material(t, s, keys[1], kek))
		for _, m := range mechanismsOf[name] {
			t.Run(fmt.Sprintf("%s mechanism %d", name, m), func(t *testing.T) {
				signature, err := s.Sign(t.Context(), hsm.SignRequest{Handle: keys[1], Mechanism: m, Message: hsm.Message{Data: message}})
				must(t, err)
				write(t, dir, "signature", signature)
				args := append([]string{"dgst"}, opensslDigest(m)...)
				mustOpenssl(t, dir, append(args, "-verify", "public.pem", "-signature", "signature", "message")...)
				mustOpenssl(t, dir, append(args, "-sign", "private.pem", "-out", "signature", "message")...)
				r := hsm.VerifyRequest{Handle: keys[0], Mechanism: m, Message: hsm.Message{Data: message}, Signature: read(t, dir, "signature")}
				v, err := s.Verify(t.Context(), r)
				must(t, err)
				if !v.Valid {
					t.Error("a signature of openssl is not valid")
				}
				r.Message.Data = []byte("something else")
				if v, err = s.Verify(t.Context(), r); err == nil && v.Valid {
					t.Error("a signature of another message is valid")
				}
				r.Message.Data = message
				r.Signature[len(r.Signature)/2] ^= 1
				if v, err = s.Verify(t.Context(), r); err == nil {
					t.Errorf("a changed signature can be read: %v", v)
				}
			})
		}
	}
}

func TestWhatVerifyTellsOfWrongSignatures(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	keys := signers(t, s)
	other, _ := makePair(t, s, hsm.GeneratePairRequest{Type: hsm.RSA, Bits: 2048})
	message := hsm.Message{Data: []byte("m")}
	sign := func(name string, m hsm.SignMechanism) []byte {
		b, err := s.Sign(t.Context(), hsm.SignRequest{Handle: keys[name][1], Mechanism: m, Message: message})
		must(t, err)
		return b
	}
	rsa, pss, ec := sign("RSA", 1), sign("RSA", 6), sign("P-256", 17)
	tests := []struct {
		name      string
		key       hsm.Handle
		mechanism hsm.SignMechanism
		signature []byte
		want      hsm.Code
	}{
		{"of another message", keys["RSA"][0], 1, sign("RSA", 1), hsm.Success},
		{"of another key", other, 1, rsa, hsm.BadPKCSData},
		{"with another padding", keys["RSA"][0], 1, pss, hsm.BadPKCSData},
		{"PSS of another message", keys["RSA"][0], 6, pss, hsm.BadPKCSData},
		{"one byte short", keys["RSA"][0], 1, rsa[1:], hsm.BadLength},
		{"one byte long", keys["RSA"][0], 1, append([]byte{0}, rsa...), hsm.BadLength},
		{"larger than the modulus", keys["RSA"][0], 1, bytes.Repeat([]byte{0xff}, 256), hsm.BadPKCSData},
		{"nothing", keys["RSA"][0], 1, nil, hsm.BadLength},
		{"ECDSA of another message", keys["P-256"][0], 17, ec, hsm.BadVerifyDSA},
		{"ECDSA that is no DER", keys["P-256"][0], 17, []byte{1, 2, 3}, hsm.BadVerifyDSA},
		{"ECDSA on the other curve", keys["secp256k1"][0], 17, ec, hsm.BadVerifyDSA},
	}
	for _, test := range tests {
		v, err := s.Verify(t.Context(), hsm.VerifyRequest{Handle: test.key, Mechanism: test.mechanism,
			Message: hsm.Message{Data: []byte("other")}, Signature: test.signature})
		wants(t, test.name, err, test.want)
		if v.Valid {
			t.Errorf("%s: valid", test.name)
		}
	}
}

func TestWhoMaySignAndVerifyWithWhat(t *testing.T) {
	h := newHSM(t)
	s, bobs := as(t, h, "alice"), as(t, h, "bob")
	keys := signers(t, s)
	public, private := keys["RSA"][0], keys["RSA"][1]
	dsaPublic, dsa := makePair(t, s, hsm.GeneratePairRequest{Type: hsm.DSA, Bits: 2048})
	must(t, h.ProvisionKeys(hsm.KeySpec{Handle: 9000, Class: hsm.PrivateKey, Type: hsm.EC, Curve: hsm.P521, Owner: alice},
		hsm.KeySpec{Handle: 9001, Class: hsm.PublicKey, Type: hsm.EC, Curve: hsm.P521, Owner: alice}))
	secret := aes(t, s, "secret")
	shared, mute := keys["P-256"][1], keys["P-384"]
	must(t, share(t, s, shared, bob, true))
	must(t, set(t, s, mute[1], hsm.AttrSign, 0))
	must(t, set(t, s, mute[0], hsm.AttrVerify, 0))
	message := hsm.Message{Data: []byte("m")}
	tests := []struct {
		name      string
		s         *hsm.Session
		handle    hsm.Handle
		mechanism hsm.SignMechanism
		want      hsm.Code
	}{
		{"the owner", s, private, 1, hsm.Success},
		{"a sharer", bobs, shared, 17, hsm.Success},
		{"another user", bobs, private, 1, hsm.KeyAccessDenied},
		{"nobody", session(t, h), private, 1, hsm.NotAllowed},
		{"an officer", as(t, h, "officer"), private, 1, hsm.NotAllowed},
		{"a key that is not there", s, 999, 1, hsm.InvalidHandle},
		{"a public key", s, public, 1, hsm.BadKeyType},
		{"a secret key", s, secret, 1, hsm.BadKeyType},
		{"an RSA key for ECDSA", s, private, 17, hsm.BadKeyType},
		{"an EC key for RSA", s, shared, 1, hsm.BadKeyType},
		{"a DSA key", s, dsa, 1, hsm.BadKeyType},
		{"P-521", s, 9000, 19, hsm.BadKeyType},
		{"an unknown mechanism", s, private, 10, hsm.BadKeyType},
		{"a key without SIGN", s, mute[1], 18, hsm.KeyFunction},
	}
	for _, test := range tests {
		_, err := test.s.Sign(t.Context(), hsm.SignRequest{Handle: test.handle, Mechanism: test.mechanism, Message: message})
		wants(t, "sign: "+test.name, err, test.want)
	}
	for name, test := range map[string]struct {
		handle    hsm.Handle
		mechanism hsm.SignMechanism
		want      hsm.Code
	}{
		"anybody's public key": {public, 1, hsm.BadLength}, "a private key": {private, 1, hsm.KeyAccessDenied},
		"a DSA key": {dsaPublic, 1, hsm.BadKeyType}, "P-521": {9001, 19, hsm.BadKeyType}, "a key without VERIFY": {mute[0], 18, hsm.KeyFunction},
	} {
		_, err := bobs.Verify(t.Context(), hsm.VerifyRequest{Handle: test.handle, Mechanism: test.mechanism, Message: message, Signature: []byte{1}})
		wants(t, "verify: "+name, err, test.want)
	}
}

func TestMessagesAreHashedHereOrThere(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	public, private := makePair(t, s, hsm.GeneratePairRequest{Type: hsm.RSA, Bits: 2048})
	data := make([]byte, hsm.MaxMessage)
	sum, long := sha256.Sum256(data), sha512.Sum512(data)
	signature, err := s.Sign(t.Context(), hsm.SignRequest{Handle: private, Mechanism: 1, Message: hsm.Message{Data: data}})
	must(t, err)
	v, err := s.Verify(t.Context(), hsm.VerifyRequest{Handle: public, Mechanism: 1, Message: hsm.Message{Data: sum[:], Hashed: true}, Signature: signature})
	must(t, err)
	if !v.Valid {
		t.Error("the hash does not stand for the message")
	}
	for name, m := range map[string]hsm.Message{"too long": {Data: make([]byte, hsm.MaxMessage+1)}, "no hash of the mechanism": {Data: long[:], Hashed: true}} {
		_, err := s.Sign(t.Context(), hsm.SignRequest{Handle: private, Mechanism: 1, Message: m})
		wants(t, name, err, hsm.DataLength)
	}
}
