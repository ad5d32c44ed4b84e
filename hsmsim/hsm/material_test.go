package hsm_test

import (
	"bytes"
	"crypto"
	aescipher "crypto/aes"
	"crypto/des"
	"crypto/dsa" //lint:ignore SA1019 the original makes DSA keys
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	secpecdsa "github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/store"
)

// keyStore is an HSM with a session of alice whose journal can be looked into.
func keyStore(t *testing.T) (*hsm.Session, hsm.Journal) {
	t.Helper()
	j := store.Memory()
	return as(t, newHSM(t, func(o *hsm.Options) { o.Journal = j }), "alice"), j
}

func TestTheCheckValueOfASecretKeyIsAnEncryptedZeroBlock(t *testing.T) {
	s, j := keyStore(t)
	for _, size := range []int{16, 24, 32} {
		h := generate(t, s, hsm.AES, size, hsm.Template{})
		c, err := aescipher.NewCipher(stored(t, j, hsm.BucketKeys, h).Material)
		must(t, err)
		block := make([]byte, 16)
		c.Encrypt(block, block)
		if a := attributes(t, s, h); !bytes.Equal(a["KCV"].Bytes, block[:3]) {
			t.Errorf("AES of %d bytes: %x, want %x", size, a["KCV"].Bytes, block[:3])
		}
	}
	h := generate(t, s, hsm.DES3, 24, hsm.Template{})
	c, err := des.NewTripleDESCipher(stored(t, j, hsm.BucketKeys, h).Material)
	must(t, err)
	block := make([]byte, 8)
	c.Encrypt(block, block)
	if a := attributes(t, s, h); !bytes.Equal(a["KCV"].Bytes, block[:3]) {
		t.Errorf("3DES: %x, want %x", a["KCV"].Bytes, block[:3])
	}
}

func TestSecretKeysAreRandom(t *testing.T) {
	s, j := keyStore(t)
	one, two := stored(t, j, hsm.BucketKeys, aes(t, s, "")), stored(t, j, hsm.BucketKeys, aes(t, s, ""))
	if bytes.Equal(one.Material, two.Material) || bytes.Equal(one.Material, make([]byte, 32)) {
		t.Errorf("keys %x and %x", one.Material, two.Material)
	}
}

func TestAnRSAPairWorks(t *testing.T) {
	for _, e := range []uint64{65537, 65539, 1<<31 - 1} {
		t.Run(fmt.Sprint("with exponent ", e), func(t *testing.T) {
			t.Parallel()
			s, j := keyStore(t)
			g := pair(t, s, hsm.GeneratePairRequest{Type: hsm.RSA, Bits: 2048, Exponent: e})
			pub := attributes(t, s, g.Public.Handle)
			key := &rsa.PublicKey{N: new(big.Int).SetBytes(pub["MODULUS"].Bytes), E: int(e)}
			if got := new(big.Int).SetBytes(pub["PUBLIC_EXPONENT"].Bytes).Uint64(); got != e {
				t.Errorf("exponent %d", got)
			}
			if key.N.BitLen() != 2048 || pub["MODULUS_BITS"].Number != 2048 || pub["VALUE_LEN"].Number != 0x200 {
				t.Errorf("attributes of the public key: %v", pub)
			}
			pkcs8 := stored(t, j, hsm.BucketKeys, g.Private.Handle).Material
			parsed, err := x509.ParsePKCS8PrivateKey(pkcs8)
			must(t, err)
			sum := sha256.Sum256([]byte("text"))
			sig, err := rsa.SignPKCS1v15(rand.Reader, parsed.(*rsa.PrivateKey), crypto.SHA256, sum[:])
			must(t, err)
			must(t, rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sig))
			spki, err := x509.MarshalPKIXPublicKey(key)
			must(t, err)
			checkPair(t, s, j, g, spki, pkcs8)
		})
	}
}

// checkPair looks at what the halves of every pair have in common.
func checkPair(t *testing.T, s *hsm.Session, j hsm.Journal, g hsm.GeneratedPair, spki, pkcs8 []byte) {
	t.Helper()
	sum := sha1.Sum(spki)
	pub, priv := attributes(t, s, g.Public.Handle), attributes(t, s, g.Private.Handle)
	for _, a := range []map[string]hsm.Attribute{pub, priv} {
		if !bytes.Equal(a["KCV"].Bytes, sum[:3]) {
			t.Errorf("check value %x, want %x", a["KCV"].Bytes, sum[:3])
		}
	}
	if !bytes.Equal(pub["MODULUS"].Bytes, priv["MODULUS"].Bytes) {
		t.Error("the halves differ in the modulus")
	}
	if got := priv["VALUE_LEN"].Number; got != uint64(len(pkcs8)) {
		t.Errorf("the private key has length %d, its PKCS #8 form %d", got, len(pkcs8))
	}
	if m := stored(t, j, hsm.BucketKeys, g.Public.Handle).Material; len(m) > 0 && !bytes.Equal(m, spki) {
		t.Errorf("the public key has material that is not public: %x", m)
	}
}

func TestAnECPairWorks(t *testing.T) {
	tests := []struct {
		name     string
		curve    hsm.Curve
		std      elliptic.Curve
		nid, der uint64
	}{
		{"P-256", hsm.P256, elliptic.P256(), 415, 0x8a},
		{"P-384", hsm.P384, elliptic.P384(), 715, 185},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, j := keyStore(t)
			g := pair(t, s, hsm.GeneratePairRequest{Type: hsm.EC, Curve: tt.curve})
			a := attributes(t, s, g.Private.Handle)
			if a["MODULUS_BITS"].Number != tt.nid || a["VALUE_LEN"].Number != tt.der {
				t.Errorf("attributes of the private key: %v", a)
			}
			pub, err := ecdsa.ParseUncompressedPublicKey(tt.std, a["MODULUS"].Bytes)
			must(t, err)
			pkcs8 := stored(t, j, hsm.BucketKeys, g.Private.Handle).Material
			parsed, err := x509.ParsePKCS8PrivateKey(pkcs8)
			must(t, err)
			sum := sha256.Sum256([]byte("text"))
			sig, err := ecdsa.SignASN1(rand.Reader, parsed.(*ecdsa.PrivateKey), sum[:])
			must(t, err)
			if !ecdsa.VerifyASN1(pub, sum[:], sig) {
				t.Error("the public key refuses the private key's signature")
			}
			spki, err := x509.MarshalPKIXPublicKey(pub)
			must(t, err)
			checkPair(t, s, j, g, spki, pkcs8)
		})
	}
}

// The forms of RFC 5480 and RFC 5958 for a curve that the standard library refuses.
type curveAlgorithm struct{ Algorithm, Curve asn1.ObjectIdentifier }

type curvePrivate struct {
	Version    int
	Algorithm  curveAlgorithm
	PrivateKey []byte
}

type curvePublic struct {
	Algorithm curveAlgorithm
	PublicKey asn1.BitString
}

type sec1 struct {
	Version    int
	PrivateKey []byte
	PublicKey  asn1.BitString `asn1:"optional,explicit,tag:1"`
}

func parse(t *testing.T, der []byte, v any) {
	t.Helper()
	rest, err := asn1.Unmarshal(der, v)
	must(t, err)
	if len(rest) > 0 {
		t.Fatalf("%d bytes after the structure", len(rest))
	}
}

func TestASecp256k1PairWorks(t *testing.T) {
	s, j := keyStore(t)
	g := pair(t, s, hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.Secp256k1})
	a := attributes(t, s, g.Public.Handle)
	pub, err := secp256k1.ParsePubKey(a["MODULUS"].Bytes)
	must(t, err)
	if a["MODULUS_BITS"].Number != 714 {
		t.Errorf("curve number %d", a["MODULUS_BITS"].Number)
	}
	pkcs8 := stored(t, j, hsm.BucketKeys, g.Private.Handle).Material
	var outer curvePrivate
	var inner sec1
	parse(t, pkcs8, &outer)
	parse(t, outer.PrivateKey, &inner)
	algorithm := curveAlgorithm{asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}, asn1.ObjectIdentifier{1, 3, 132, 0, 10}}
	if !outer.Algorithm.Algorithm.Equal(algorithm.Algorithm) || !outer.Algorithm.Curve.Equal(algorithm.Curve) {
		t.Errorf("algorithm %v", outer.Algorithm)
	}
	sum := sha256.Sum256([]byte("text"))
	sig := secpecdsa.Sign(secp256k1.PrivKeyFromBytes(inner.PrivateKey), sum[:])
	if !sig.Verify(sum[:], pub) || !bytes.Equal(inner.PublicKey.Bytes, a["MODULUS"].Bytes) {
		t.Error("the halves do not belong together")
	}
	point := asn1.BitString{Bytes: a["MODULUS"].Bytes, BitLength: 8 * len(a["MODULUS"].Bytes)}
	spki, err := asn1.Marshal(curvePublic{algorithm, point})
	must(t, err)
	checkPair(t, s, j, g, spki, pkcs8)
}

func TestADSAPairWorks(t *testing.T) {
	for _, bits := range []int{2048, 3072} {
		t.Run(fmt.Sprint(bits, " bits"), func(t *testing.T) {
			s, j := keyStore(t)
			g := pair(t, s, hsm.GeneratePairRequest{Type: hsm.DSA, Bits: bits})
			a := attributes(t, s, g.Public.Handle)
			pkcs8 := stored(t, j, hsm.BucketKeys, g.Private.Handle).Material
			var form struct {
				Version   int
				Algorithm struct {
					Algorithm  asn1.ObjectIdentifier
					Parameters struct{ P, Q, G *big.Int }
				}
				PrivateKey []byte
			}
			parse(t, pkcs8, &form)
			p := form.Algorithm.Parameters
			key := &dsa.PrivateKey{PublicKey: dsa.PublicKey{Parameters: dsa.Parameters{P: p.P, Q: p.Q, G: p.G}}, X: new(big.Int)}
			parse(t, form.PrivateKey, &key.X)
			key.Y = new(big.Int).SetBytes(a["MODULUS"].Bytes)
			sum := sha256.Sum256([]byte("text"))
			r, sign, err := dsa.Sign(rand.Reader, key, sum[:])
			must(t, err)
			if !dsa.Verify(&key.PublicKey, sum[:], r, sign) {
				t.Error("the halves do not belong together")
			}
			if p.P.BitLen() != bits || a["MODULUS_BITS"].Number != uint64(bits) || !p.P.ProbablyPrime(5) || !p.Q.ProbablyPrime(5) {
				t.Errorf("the prime has %d bits, the attribute says %d", p.P.BitLen(), a["MODULUS_BITS"].Number)
			}
			parsed := marshalDSA(t, key)
			checkPair(t, s, j, g, parsed, pkcs8)
		})
	}
}

// marshalDSA is the SubjectPublicKeyInfo of a DSA key (RFC 3279).
func marshalDSA(t *testing.T, key *dsa.PrivateKey) []byte {
	t.Helper()
	y, err := asn1.Marshal(key.Y)
	must(t, err)
	var form struct {
		Algorithm struct {
			Algorithm  asn1.ObjectIdentifier
			Parameters struct{ P, Q, G *big.Int }
		}
		PublicKey asn1.BitString
	}
	form.Algorithm.Algorithm = asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}
	form.Algorithm.Parameters.P, form.Algorithm.Parameters.Q, form.Algorithm.Parameters.G = key.P, key.Q, key.G
	form.PublicKey = asn1.BitString{Bytes: y, BitLength: 8 * len(y)}
	spki, err := asn1.Marshal(form)
	must(t, err)
	if parsed, err := x509.ParsePKIXPublicKey(spki); err != nil || parsed.(*dsa.PublicKey).Y.Cmp(key.Y) != 0 {
		t.Errorf("the standard library reads %v, %v", parsed, err)
	}
	return spki
}
