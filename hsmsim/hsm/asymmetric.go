package hsm

import (
	"bytes"
	"crypto/dsa" //lint:ignore SA1019 the original has DSA keys
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
)

// half is an asymmetric key as the crypto library has it: *rsa.PrivateKey, *ecdsa.PrivateKey,
// *secp256k1.PrivateKey, *dsa.PrivateKey or the public type of one of these. It is made once in the life of a
// key, so that using a key costs what the library costs. Code BadKeyType for a secret key.
func (k *key) half() (any, error) {
	k.parseOnce.Do(func() {
		switch {
		case k.Class == PrivateKey:
			k.parsed, k.parseErr = parsePrivate(k.Material)
		case k.Class == PublicKey:
			k.parsed, k.parseErr = k.public()
		default:
			k.parseErr = BadKeyType
		}
	})
	return k.parsed, k.parseErr
}

// public makes the public key of a record, which has the numbers of the key only.
func (k *keyRecord) public() (any, error) {
	switch k.Type {
	case RSA:
		e := new(big.Int).SetBytes(k.Exponent)
		return &rsa.PublicKey{N: new(big.Int).SetBytes(k.Modulus), E: int(e.Int64())}, nil
	case EC:
		for _, row := range curves {
			if row.nid == k.ModulusBits {
				return row.publicKey(k.Modulus)
			}
		}
	case DSA:
		return parsePublic(k.Material)
	}
	return nil, BadKeyType
}

// A pkcs8Frame is a PKCS #8 file as far as all key types have it alike.
type pkcs8Frame struct {
	Version    int
	Algorithm  algorithmFrame
	PrivateKey []byte
	Attributes asn1.RawValue `asn1:"optional,tag:0"`
	PublicKey  asn1.RawValue `asn1:"optional,tag:1"`
}

type spkiFrame struct {
	Algorithm algorithmFrame
	PublicKey asn1.BitString
}

type algorithmFrame struct {
	Algorithm  asn1.ObjectIdentifier
	Parameters asn1.RawValue `asn1:"optional"`
}

var oidRSA = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}

// maxKeyFile bounds the DER of a key, bytes.
const maxKeyFile = 8 << 10

// unmarshal reads DER that must have nothing after it.
func unmarshal(der []byte, value any) error {
	if len(der) > maxKeyFile {
		return fmt.Errorf("cannot read a key of %d bytes: more than %d", len(der), maxKeyFile)
	}
	rest, err := asn1.Unmarshal(der, value)
	if err != nil {
		return fmt.Errorf("cannot read a key: %w", err)
	}
	if len(rest) > 0 {
		return fmt.Errorf("cannot read a key: %d bytes too many", len(rest))
	}
	return nil
}

// An AlgorithmError names the algorithm of a key that HSMs do not have.
type AlgorithmError struct{ Algorithm asn1.ObjectIdentifier }

func (e *AlgorithmError) Error() string {
	return fmt.Sprintf("cannot use a key of algorithm %s", e.Algorithm)
}

// keyType is the type that an algorithm identifier names.
func (a algorithmFrame) keyType() (KeyType, error) {
	switch {
	case a.Algorithm.Equal(oidRSA):
		return RSA, nil
	case a.Algorithm.Equal(oidEC):
		return EC, nil
	case a.Algorithm.Equal(oidDSA):
		return DSA, nil
	}
	return 0, &AlgorithmError{a.Algorithm}
}

// curve finds the curve that an EC algorithm identifier names. Error: PolicyViolation for another one.
func (a algorithmFrame) curve() (curveRow, error) {
	var oid asn1.ObjectIdentifier
	if err := unmarshal(a.Parameters.FullBytes, &oid); err != nil {
		return curveRow{}, err
	}
	for _, row := range curves {
		if row.oid.Equal(oid) {
			return row, nil
		}
	}
	return curveRow{}, PolicyViolation
}

// PrivateKeyType reads a private key, PKCS #8 in DER, and tells its type. A curve that HSMs do not have, and
// numbers that they refuse, are no errors.
func PrivateKeyType(der []byte) (KeyType, error) {
	var f pkcs8Frame
	if err := unmarshal(der, &f); err != nil {
		return 0, err
	}
	if _, err := parsePrivate(der); err != nil && err != PolicyViolation {
		return 0, err
	}
	return f.Algorithm.keyType()
}

// parsePrivate reads a private key, PKCS #8 in DER. Error: PolicyViolation for an unknown curve.
func parsePrivate(der []byte) (any, error) {
	var f pkcs8Frame
	if err := unmarshal(der, &f); err != nil {
		return nil, err
	}
	t, err := f.Algorithm.keyType()
	if err != nil {
		return nil, err
	}
	switch t {
	case RSA:
		return parseRSA(f.PrivateKey)
	case DSA:
		return f.dsa()
	}
	row, err := f.Algorithm.curve()
	if err != nil {
		return nil, err
	}
	var inner struct {
		Version    int
		PrivateKey []byte
		Parameters asn1.RawValue  `asn1:"optional,explicit,tag:0"`
		PublicKey  asn1.BitString `asn1:"optional,explicit,tag:1"`
	}
	if err := unmarshal(f.PrivateKey, &inner); err != nil {
		return nil, err
	}
	return row.privateKey(inner.PrivateKey)
}

// maxRSABits bounds the numbers of RSA keys that are looked at. The standard library checks them all, which takes
// minutes where they are absurd.
const maxRSABits = 4096

// parseRSA reads a key of the form of PKCS #1. Error: PolicyViolation for one that is too large.
func parseRSA(der []byte) (*rsa.PrivateKey, error) {
	var n struct {
		Version                     int
		N, E, D, P, Q, DP, DQ, QInv *big.Int
	}
	if err := unmarshal(der, &n); err != nil {
		return nil, err
	}
	for _, x := range []*big.Int{n.N, n.E, n.D, n.P, n.Q, n.DP, n.DQ, n.QInv} {
		if x.BitLen() > maxRSABits {
			return nil, PolicyViolation
		}
	}
	return x509.ParsePKCS1PrivateKey(der)
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

func (f pkcs8Frame) dsa() (*dsa.PrivateKey, error) {
	key := &dsa.PrivateKey{}
	if err := f.Algorithm.dsaParameters(&key.Parameters); err != nil {
		return nil, err
	}
	if err := unmarshal(f.PrivateKey, &key.X); err != nil {
		return nil, err
	}
	if key.X.Sign() <= 0 || key.X.Cmp(key.Q) >= 0 {
		return nil, fmt.Errorf("cannot read a DSA key: its secret number is out of range")
	}
	key.Y = new(big.Int).Exp(key.G, key.X, key.P)
	return key, nil
}

// dsaParameters reads domain parameters; they are of a size that this HSM has.
func (a algorithmFrame) dsaParameters(p *dsa.Parameters) error {
	var read struct{ P, Q, G *big.Int }
	if err := unmarshal(a.Parameters.FullBytes, &read); err != nil {
		return err
	}
	one := big.NewInt(1)
	switch {
	case read.P.Sign() <= 0 || !dsaSizeOK(read.P.BitLen()):
		return PolicyViolation
	case read.Q.Sign() <= 0 || read.Q.BitLen() > 256 || read.P.Bit(0) == 0,
		read.G.Cmp(one) <= 0 || read.G.Cmp(read.P) >= 0:
		return fmt.Errorf("cannot read a DSA key: its domain parameters do not fit together")
	}
	p.P, p.Q, p.G = read.P, read.Q, read.G
	return nil
}

// PublicKeyType reads a public key, SubjectPublicKeyInfo in DER, and tells its type, as PrivateKeyType does.
func PublicKeyType(der []byte) (KeyType, error) {
	var f spkiFrame
	if err := unmarshal(der, &f); err != nil {
		return 0, err
	}
	if _, err := parsePublic(der); err != nil && err != PolicyViolation {
		return 0, err
	}
	return f.Algorithm.keyType()
}

// typeOf is the type of a key that has been read.
func typeOf(half any) KeyType {
	switch half.(type) {
	case *rsa.PrivateKey, *rsa.PublicKey:
		return RSA
	case *dsa.PrivateKey, *dsa.PublicKey:
		return DSA
	}
	return EC
}

// parsePublic reads a public key, SubjectPublicKeyInfo in DER. Error: PolicyViolation for an unknown curve.
func parsePublic(der []byte) (any, error) {
	var f spkiFrame
	if err := unmarshal(der, &f); err != nil {
		return nil, err
	}
	t, err := f.Algorithm.keyType()
	if err != nil {
		return nil, err
	}
	switch t {
	case RSA:
		return x509.ParsePKCS1PublicKey(f.PublicKey.RightAlign())
	case EC:
		row, err := f.Algorithm.curve()
		if err != nil {
			return nil, err
		}
		return row.publicKey(f.PublicKey.RightAlign())
	}
	key := &dsa.PublicKey{}
	if err := f.Algorithm.dsaParameters(&key.Parameters); err != nil {
		return nil, err
	}
	if err := unmarshal(f.PublicKey.RightAlign(), &key.Y); err != nil {
		return nil, err
	}
	if key.Y.Cmp(big.NewInt(1)) <= 0 || key.Y.Cmp(key.P) >= 0 {
		return nil, fmt.Errorf("cannot read a DSA key: its public number is out of range")
	}
	return key, nil
}

// allowed checks a key from outside against what FIPS mode allows to be made inside. Error: PolicyViolation.
func allowed(half any) error {
	ok := false
	switch h := half.(type) {
	case *rsa.PrivateKey:
		ok = rsaSizeOK(h.N.BitLen()) && rsaExponentOK(uint64(h.E)) && len(h.Primes) == 2
	case *rsa.PublicKey:
		ok = rsaSizeOK(h.N.BitLen()) && rsaExponentOK(uint64(h.E))
	case *ecdsa.PrivateKey:
		ok = curveOf(&h.PublicKey).fips
	case *ecdsa.PublicKey:
		ok = curveOf(h).fips
	case *secp256k1.PrivateKey, *secp256k1.PublicKey:
		ok = curves[Secp256k1].fips
	case *dsa.PrivateKey, *dsa.PublicKey:
		ok = true // other sizes are not read
	}
	if !ok {
		return PolicyViolation
	}
	return nil
}

func curveOf(k *ecdsa.PublicKey) curveRow {
	for _, row := range curves {
		if row.std == k.Curve {
			return row
		}
	}
	return curveRow{}
}

// fillPrivate sets what a private key's record says of its material.
func (k *keyRecord) fillPrivate(half any) error {
	switch h := half.(type) {
	case *rsa.PrivateKey:
		return fillRSA(nil, k, h)
	case *dsa.PrivateKey:
		return fillDSA(nil, k, h)
	case *ecdsa.PrivateKey:
		scalar, err := h.Bytes()
		if err != nil {
			return fmt.Errorf("cannot encode an EC key: %w", err)
		}
		point, err := h.PublicKey.Bytes()
		if err != nil {
			return fmt.Errorf("cannot encode an EC key: %w", err)
		}
		return fillEC(nil, k, ecKey{curveOf(&h.PublicKey), scalar, point})
	case *secp256k1.PrivateKey:
		return fillEC(nil, k, ecKey{curves[Secp256k1], h.Serialize(), h.PubKey().SerializeUncompressed()})
	}
	return BadKeyType
}

// fillPublic sets what a public key's record says of it.
func (k *keyRecord) fillPublic(half any) error {
	switch h := half.(type) {
	case *rsa.PublicKey:
		return fillRSA(k, nil, &rsa.PrivateKey{PublicKey: *h})
	case *dsa.PublicKey:
		return fillDSA(k, nil, &dsa.PrivateKey{PublicKey: *h})
	case *ecdsa.PublicKey:
		point, err := h.Bytes()
		if err != nil {
			return fmt.Errorf("cannot encode an EC key: %w", err)
		}
		return fillEC(k, nil, ecKey{curve: curveOf(h), point: point})
	case *secp256k1.PublicKey:
		return fillEC(k, nil, ecKey{curve: curves[Secp256k1], point: h.SerializeUncompressed()})
	}
	return BadKeyType
}

// spki is the SubjectPublicKeyInfo of a public key's record.
func (k *keyRecord) spki() ([]byte, error) {
	if k.Type == DSA {
		return bytes.Clone(k.Material), nil
	}
	half, err := k.public()
	if err != nil {
		return nil, err
	}
	if p, ok := half.(*secp256k1.PublicKey); ok {
		return ecKey{curve: curves[Secp256k1], point: p.SerializeUncompressed()}.spki()
	}
	return x509.MarshalPKIXPublicKey(half)
}
