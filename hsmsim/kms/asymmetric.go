package kms

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	koblitz "github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
)

// newPrivate makes a private key of a spec.
func newPrivate(spec KeySpec) (crypto.Signer, error) {
	row := specifications[spec]
	switch {
	case row.rsa > 0:
		return rsa.GenerateKey(rand.Reader, row.rsa)
	case row.curve != nil:
		return ecdsa.GenerateKey(row.curve(), rand.Reader)
	case spec == Edwards25519:
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return private, err
	case spec == P256K1:
		private, err := secp256k1.GeneratePrivateKey()
		return koblitzKey{private}, err
	}
	return nil, errors.New("there are no private keys of this spec")
}

// koblitzKey is a key on secp256k1, which the standard library does not have.
type koblitzKey struct{ *secp256k1.PrivateKey }

func (k koblitzKey) Public() crypto.PublicKey { return k.PubKey() }

func (k koblitzKey) Sign(_ io.Reader, digest []byte, _ crypto.SignerOpts) ([]byte, error) {
	return koblitz.Sign(k.PrivateKey, digest).Serialize(), nil
}

// verifyKoblitz takes signatures with a high s as well, as the standard says.
func verifyKoblitz(public *secp256k1.PublicKey, digest, signature []byte) bool {
	if parsed, err := koblitz.ParseDERSignature(signature); err == nil {
		return parsed.Verify(digest, public)
	}
	return false
}

// The ASN.1 of keys on secp256k1 (RFC 5208, RFC 5915, RFC 5480).
type (
	koblitzAlgorithm struct{ Algorithm, Curve asn1.ObjectIdentifier }
	koblitzPKCS8     struct {
		Version    int
		Algorithm  koblitzAlgorithm
		PrivateKey []byte
	}
	koblitzScalar struct {
		Version    int
		PrivateKey []byte
		PublicKey  asn1.BitString `asn1:"optional,explicit,tag:1"`
	}
	koblitzSPKI struct {
		Algorithm koblitzAlgorithm
		PublicKey asn1.BitString
	}
)

var onKoblitz = koblitzAlgorithm{asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}, asn1.ObjectIdentifier{1, 3, 132, 0, 10}}

func bits(b []byte) asn1.BitString { return asn1.BitString{Bytes: b, BitLength: 8 * len(b)} }

// marshalPrivate is a private key in PKCS #8.
func marshalPrivate(private crypto.Signer) ([]byte, error) {
	k, ok := private.(koblitzKey)
	if !ok {
		return x509.MarshalPKCS8PrivateKey(private)
	}
	inner, err := asn1.Marshal(koblitzScalar{1, k.Serialize(), bits(k.PubKey().SerializeUncompressed())})
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(koblitzPKCS8{0, onKoblitz, inner})
}

// marshalPublic is a public key as a SubjectPublicKeyInfo.
func marshalPublic(public crypto.PublicKey) ([]byte, error) {
	if k, ok := public.(*secp256k1.PublicKey); ok {
		return asn1.Marshal(koblitzSPKI{onKoblitz, bits(k.SerializeUncompressed())})
	}
	return x509.MarshalPKIXPublicKey(public)
}

// parsePrivate reads a private key in PKCS #8.
func parsePrivate(der []byte) (crypto.Signer, error) {
	var k koblitzPKCS8
	if rest, err := asn1.Unmarshal(der, &k); err == nil && len(rest) == 0 && k.Algorithm.Curve.Equal(onKoblitz.Curve) {
		return parseKoblitz(k.PrivateKey)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("cannot read a private key: %w", err)
	}
	private, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("cannot use a private key: it is a %T", parsed)
	}
	return private, nil
}

func parseKoblitz(der []byte) (crypto.Signer, error) {
	var inner koblitzScalar
	if _, err := asn1.Unmarshal(der, &inner); err != nil {
		return nil, fmt.Errorf("cannot read a private key on secp256k1: %w", err)
	}
	var n secp256k1.ModNScalar
	if overflow := n.SetByteSlice(inner.PrivateKey); len(inner.PrivateKey) > 32 || overflow || n.IsZero() {
		return nil, errors.New("cannot read a private key on secp256k1: it is out of range")
	}
	return koblitzKey{secp256k1.NewPrivateKey(&n)}, nil
}
