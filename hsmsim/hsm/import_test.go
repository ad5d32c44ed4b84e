package hsm_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// opensslKeys are arguments of openssl genpkey, by the type of the key.
var opensslKeys = []struct {
	name string
	kind hsm.KeyType
	args []string
	want hsm.Code
}{
	{"RSA-2048", hsm.RSA, []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"}, hsm.Success},
	{"RSA-2048 with a large exponent", hsm.RSA, []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_pubexp:65539"}, hsm.Success},
	{"P-256", hsm.EC, []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"}, hsm.Success},
	{"P-384", hsm.EC, []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"}, hsm.Success},
	{"secp256k1", hsm.EC, []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"}, hsm.Success},
	{"RSA-1024", hsm.RSA, []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"}, hsm.PolicyViolation},
	{"RSA-2047", hsm.RSA, []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2047"}, hsm.PolicyViolation},
	{"RSA with exponent 3", hsm.RSA, []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_pubexp:3"}, hsm.PolicyViolation},
	{"P-224", hsm.EC, []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-224"}, hsm.PolicyViolation},
	{"P-521", hsm.EC, []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"}, hsm.PolicyViolation},
	{"brainpool", hsm.EC, []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"}, hsm.PolicyViolation},
	{"sect571r1", hsm.EC, []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:sect571r1"}, hsm.PolicyViolation},
}

func TestKeysOfOpenSSLGoInAndComeOutAgain(t *testing.T) {
	s, dir := as(t, newHSM(t), "alice"), t.TempDir()
	kek := aes(t, s, "kek")
	for _, k := range opensslKeys {
		t.Run(k.name, func(t *testing.T) {
			mustOpenssl(t, dir, append([]string{"genpkey", "-out", "key.pem"}, k.args...)...)
			mustOpenssl(t, dir, "pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
			private, err := put(t, s, hsm.PrivateKey, k.kind, kek, der(t, dir, "key.pem"))
			wants(t, "private", err, k.want)
			public, err := s.CreatePublicKey(t.Context(), hsm.CreatePublicKeyRequest{Key: der(t, dir, "public.pem"), Template: hsm.Template{Label: k.name}})
			wants(t, "public", err, k.want)
			if k.want != hsm.Success {
				return
			}
			equal(t, "the public key that comes out", publicDER(t, s, public.Handle), der(t, dir, "public.pem"))
			out := material(t, s, private, kek)
			writePEM(t, dir, "out.pem", "PRIVATE KEY", out)
			mustOpenssl(t, dir, "pkey", "-in", "out.pem", "-check", "-pubout", "-out", "public2.pem")
			if !bytes.Contains(read(t, dir, "public2.pem"), read(t, dir, "public.pem")) {
				t.Error("the private key that comes out is another one")
			}
			at := attributes(t, s, private)
			if at["LOCAL"].Number != 0 || int(at["VALUE_LEN"].Number) != len(out) || at["EXTRACTABLE"].Number != 1 {
				t.Errorf("attributes: %v", at)
			}
			equal(t, "check value", at["KCV"].Bytes, attributes(t, s, public.Handle)["KCV"].Bytes)
		})
	}
}

func TestDSAKeysOfOpenSSLGoInAndComeOutAgain(t *testing.T) {
	s, dir := as(t, newHSM(t), "alice"), t.TempDir()
	kek := aes(t, s, "kek")
	_, ours := makePair(t, s, hsm.GeneratePairRequest{Type: hsm.DSA, Bits: 2048})
	writePEM(t, dir, "ours.pem", "PRIVATE KEY", material(t, s, ours, kek))
	mustOpenssl(t, dir, "pkey", "-in", "ours.pem", "-text", "-noout")
	mustOpenssl(t, dir, "genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:1024", "-out", "small")
	mustOpenssl(t, dir, "genpkey", "-paramfile", "small", "-out", "small.pem")
	_, err := put(t, s, hsm.PrivateKey, hsm.DSA, kek, der(t, dir, "small.pem"))
	wants(t, "1024 bits", err, hsm.PolicyViolation)
	back := mustPut(t, s, hsm.PrivateKey, hsm.DSA, kek, material(t, s, ours, kek))
	equal(t, "private", material(t, s, back, kek), material(t, s, ours, kek))
}

func TestPublicKeysOfEveryKindComeOutAsOpenSSLReadsThem(t *testing.T) {
	s, dir := as(t, newHSM(t), "alice"), t.TempDir()
	for name, r := range map[string]hsm.GeneratePairRequest{
		"RSA": {Type: hsm.RSA, Bits: 2048, Exponent: 65539}, "P-256": {Type: hsm.EC, Curve: hsm.P256}, "P-384": {Type: hsm.EC, Curve: hsm.P384},
		"secp256k1": {Type: hsm.EC, Curve: hsm.Secp256k1}, "DSA": {Type: hsm.DSA, Bits: 3072},
	} {
		public, private := makePair(t, s, r)
		writePEM(t, dir, "public.pem", "PUBLIC KEY", publicDER(t, s, public))
		mustOpenssl(t, dir, "pkey", "-pubin", "-in", "public.pem", "-pubcheck", "-noout")
		again, err := s.CreatePublicKey(t.Context(), hsm.CreatePublicKeyRequest{Key: publicDER(t, s, public)})
		must(t, err)
		equal(t, name, publicDER(t, s, again.Handle), publicDER(t, s, public))
		_, err = s.ExportPublicKey(t.Context(), hsm.HandleRequest{Handle: private})
		wants(t, name+", the private half", err, hsm.BadKeyType)
	}
}

func TestKeysThatAreNoneAreRefused(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	kek := aes(t, s, "kek")
	_, private := makePair(t, s, hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.P256})
	public, _ := makePair(t, s, hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.Secp256k1})
	good := material(t, s, private, kek)
	for name, data := range map[string][]byte{"text": []byte("not a key, by any means"), "more than a key": append(bytes.Clone(good), 0),
		"half a key": good[:len(good)/2], "scalar 0": bytes.Replace(bytes.Clone(good), good[36:68], make([]byte, 32), 1)} {
		_, err := put(t, s, hsm.PrivateKey, hsm.EC, kek, data)
		wants(t, name, err, hsm.InvalidInput)
	}
	_, err := put(t, s, hsm.PrivateKey, hsm.RSA, kek, good)
	wants(t, "another type", err, hsm.BadKeyType)
	spki := publicDER(t, s, public)
	spki[len(spki)-1] ^= 1
	_, err = s.CreatePublicKey(t.Context(), hsm.CreatePublicKeyRequest{Key: spki})
	wants(t, "a point that is not on the curve", err, hsm.InvalidInput)
	_, err = s.CreatePublicKey(t.Context(), hsm.CreatePublicKeyRequest{Key: make([]byte, 9000)})
	wants(t, "9,000 bytes", err, hsm.InvalidInput)
}

func TestSecretKeysGoInInTheirSizesOnly(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	kek := aes(t, s, "kek")
	for _, test := range []struct {
		kind hsm.KeyType
		size int
		want hsm.Code
	}{
		{hsm.AES, 16, hsm.Success}, {hsm.AES, 24, hsm.Success}, {hsm.AES, 32, hsm.Success}, {hsm.AES, 20, hsm.BadKeySize},
		{hsm.DES3, 24, hsm.Success}, {hsm.DES3, 8, hsm.BadKeySize}, {hsm.RC4, 16, hsm.PolicyViolation},
		{hsm.GenericSecret, 8, hsm.Success}, {hsm.GenericSecret, 3583, hsm.Success}, {hsm.GenericSecret, 3584, hsm.BadKeySize}, {99, 16, hsm.BadKeySize},
	} {
		h, err := put(t, s, hsm.SecretKey, test.kind, kek, bytes.Repeat([]byte{7}, test.size))
		wants(t, fmt.Sprintf("type %d with %d bytes", test.kind, test.size), err, test.want)
		if err == nil {
			equal(t, "material", material(t, s, h, kek), bytes.Repeat([]byte{7}, test.size))
		}
	}
}
