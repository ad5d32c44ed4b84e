package hsm

import (
	"crypto/dsa" //lint:ignore SA1019 the original has DSA keys
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/big"
)

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
