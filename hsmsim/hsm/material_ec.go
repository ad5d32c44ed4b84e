package hsm

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"fmt"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
)

// A Curve is an elliptic curve under the number that the tools give it (genECCKeyPair -i).
type Curve uint8

// The curves that have keys here. A cluster in FIPS mode makes keys on P-256, P-384 and secp256k1 only;
// keys on P-521 can be part of a scenario.
const (
	P256      Curve = 2
	P384      Curve = 14
	P521      Curve = 15
	Secp256k1 Curve = 16
)

type curveRow struct {
	name string
	nid  uint32 // OpenSSL number, OBJ_ATTR_MODULUS_BITS of keys on it
	std  elliptic.Curve
	fips bool
	oid  asn1.ObjectIdentifier
}

var curves = map[Curve]curveRow{
	P256:      {"P-256", 415, elliptic.P256(), true, asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}},
	P384:      {"P-384", 715, elliptic.P384(), true, asn1.ObjectIdentifier{1, 3, 132, 0, 34}},
	P521:      {"P-521", 716, elliptic.P521(), false, asn1.ObjectIdentifier{1, 3, 132, 0, 35}},
	Secp256k1: {"secp256k1", 714, nil, true, asn1.ObjectIdentifier{1, 3, 132, 0, 10}},
}

// ParseCurve finds a curve by its usual name.
func ParseCurve(name string) (Curve, bool) {
	for c, r := range curves {
		if r.name == name {
			return c, true
		}
	}
	return 0, false
}

// ecKey is a key on any of the curves: the scalar in the curve's length and the uncompressed point.
type ecKey struct {
	curve  curveRow
	scalar []byte
	point  []byte
}

func newEC(c Curve) (ecKey, error) {
	row, ok := curves[c]
	if !ok {
		return ecKey{}, fmt.Errorf("cannot make a key on curve %d: not supported", c)
	}
	if row.std == nil {
		k, err := secp256k1.GeneratePrivateKey()
		if err != nil {
			return ecKey{}, fmt.Errorf("cannot make a key on %s: %w", row.name, err)
		}
		return ecKey{row, k.Serialize(), k.PubKey().SerializeUncompressed()}, nil
	}
	k, err := ecdsa.GenerateKey(row.std, rand.Reader)
	if err != nil {
		return ecKey{}, fmt.Errorf("cannot make a key on %s: %w", row.name, err)
	}
	scalar, err := k.Bytes()
	if err != nil {
		return ecKey{}, fmt.Errorf("cannot encode a key on %s: %w", row.name, err)
	}
	point, err := k.PublicKey.Bytes()
	if err != nil {
		return ecKey{}, fmt.Errorf("cannot encode a key on %s: %w", row.name, err)
	}
	return ecKey{row, scalar, point}, nil
}

// The ASN.1 forms are written here because the standard library refuses secp256k1.
type spkiForm struct {
	Algorithm algorithmForm
	PublicKey asn1.BitString
}

type algorithmForm struct{ Algorithm, Curve asn1.ObjectIdentifier }

type pkcs8Form struct {
	Version    int
	Algorithm  algorithmForm
	PrivateKey []byte
}

type ecPrivateForm struct {
	Version    int
	PrivateKey []byte
	PublicKey  asn1.BitString `asn1:"optional,explicit,tag:1"`
}

var oidEC = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}

// spki is the SubjectPublicKeyInfo of the public half.
func (k ecKey) spki() ([]byte, error) {
	return asn1.Marshal(spkiForm{algorithmForm{oidEC, k.curve.oid}, asn1.BitString{Bytes: k.point, BitLength: 8 * len(k.point)}})
}

// pkcs8 is the unencrypted PKCS #8 form of the private half, as openssl writes it.
func (k ecKey) pkcs8() ([]byte, error) {
	if k.curve.std != nil {
		std, err := ecdsa.ParseRawPrivateKey(k.curve.std, k.scalar)
		if err != nil {
			return nil, err
		}
		return x509.MarshalPKCS8PrivateKey(std)
	}
	inner, err := asn1.Marshal(ecPrivateForm{1, k.scalar, asn1.BitString{Bytes: k.point, BitLength: 8 * len(k.point)}})
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(pkcs8Form{0, algorithmForm{oidEC, k.curve.oid}, inner})
}

// fillEC sets the halves of a pair from its key; either half may be nil.
func fillEC(pub, priv *keyRecord, key ecKey) error {
	spki, err := key.spki()
	if err != nil {
		return fmt.Errorf("cannot encode an EC public key: %w", err)
	}
	for _, k := range []*keyRecord{pub, priv} {
		if k == nil {
			continue
		}
		k.Modulus, k.ModulusBits = key.point, key.curve.nid
		k.KCV = publicKCV(spki)
		k.ValueLen = uint32(len(key.point))
	}
	if priv == nil {
		return nil
	}
	pkcs8, err := key.pkcs8()
	if err != nil {
		return fmt.Errorf("cannot encode an EC private key: %w", err)
	}
	priv.Material, priv.ValueLen = pkcs8, uint32(len(pkcs8))
	return nil
}

// privateKey makes a key of its scalar, whose leading zeros may be missing.
func (c curveRow) privateKey(scalar []byte) (any, error) {
	if c.std != nil {
		size := (c.std.Params().BitSize + 7) / 8
		if len(scalar) < size {
			scalar = append(make([]byte, size-len(scalar)), scalar...)
		}
		return ecdsa.ParseRawPrivateKey(c.std, scalar)
	}
	var n secp256k1.ModNScalar
	if overflow := n.SetByteSlice(scalar); len(scalar) > 32 || overflow || n.IsZero() {
		return nil, fmt.Errorf("cannot read a key on %s: its scalar is out of range", c.name)
	}
	return secp256k1.NewPrivateKey(&n), nil
}

// publicKey makes a key of its uncompressed point.
func (c curveRow) publicKey(point []byte) (any, error) {
	if c.std != nil {
		return ecdsa.ParseUncompressedPublicKey(c.std, point)
	}
	if len(point) == 0 || point[0] != 4 {
		return nil, fmt.Errorf("cannot read a key on %s: the point is not uncompressed", c.name)
	}
	return secp256k1.ParsePubKey(point)
}
