package kms

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"slices"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// scheme is how an algorithm signs.
type scheme struct {
	hash  crypto.Hash       // of messages; 0 for those that are signed as they are
	types []MessageType     // that it takes
	opts  crypto.SignerOpts // of the library
}

var rawOrDigest = []MessageType{Raw, Digest}

// schemes are the algorithms of signatures. The salt of PSS is as long as the digest (KMS Developer Guide, key spec
// reference).
var schemes = map[SigningAlgorithm]scheme{
	PKCS1256:  {crypto.SHA256, rawOrDigest, crypto.SHA256},
	PKCS1384:  {crypto.SHA384, rawOrDigest, crypto.SHA384},
	PKCS1512:  {crypto.SHA512, rawOrDigest, crypto.SHA512},
	PSS256:    {crypto.SHA256, rawOrDigest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA256}},
	PSS384:    {crypto.SHA384, rawOrDigest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA384}},
	PSS512:    {crypto.SHA512, rawOrDigest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA512}},
	ECDSA256:  {crypto.SHA256, rawOrDigest, crypto.SHA256},
	ECDSA384:  {crypto.SHA384, rawOrDigest, crypto.SHA384},
	ECDSA512:  {crypto.SHA512, rawOrDigest, crypto.SHA512},
	Ed25519:   {0, []MessageType{Raw}, &ed25519.Options{}},
	Ed25519ph: {crypto.SHA512, []MessageType{Digest}, &ed25519.Options{Hash: crypto.SHA512}},
}

// signing finds how a key signs with an algorithm, and what: the digest of a message, or the message.
func (u *use) signing(a SigningAlgorithm, t MessageType, message []byte) (scheme, []byte, error) {
	if !slices.Contains(specifications[u.spec].signs, a) {
		return scheme{}, nil, shape.Errorf(invalidKeyUsage, textAlgorithm, a, u.spec)
	}
	if t == "" {
		t = Raw
	}
	row := schemes[a]
	switch {
	case !slices.Contains(row.types, t):
		return row, nil, shape.Invalid("Message type %s is incompatible with algorithm %s.", t, a)
	case t == Digest && len(message) != row.hash.Size():
		return row, nil, shape.Invalid("Digest is invalid length for algorithm %s.", a)
	case t == Raw && row.hash != 0:
		h := row.hash.New()
		h.Write(message)
		message = h.Sum(nil)
	}
	return row, message, nil
}

func (s scheme) sign(private crypto.Signer, digest []byte) ([]byte, error) {
	return private.Sign(rand.Reader, digest, s.opts)
}

func (s scheme) verify(public crypto.PublicKey, digest, signature []byte) bool {
	switch p := public.(type) {
	case *rsa.PublicKey:
		if pss, ok := s.opts.(*rsa.PSSOptions); ok {
			return rsa.VerifyPSS(p, s.hash, digest, signature, pss) == nil
		}
		return rsa.VerifyPKCS1v15(p, s.hash, digest, signature) == nil
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(p, digest, signature)
	case ed25519.PublicKey:
		return ed25519.VerifyWithOptions(p, digest, signature, s.opts.(*ed25519.Options)) == nil
	case *secp256k1.PublicKey:
		return verifyKoblitz(p, digest, signature)
	}
	return false
}

// signer is the private key of an asymmetric key.
func (u *use) signer() (crypto.Signer, error) {
	if u.private == nil {
		return nil, fmt.Errorf("cannot use %s: its material is no private key", u.arn)
	}
	private, err := u.private()
	if err != nil {
		return nil, fmt.Errorf("cannot use the material of %s: %w", u.arn, err)
	}
	return private, nil
}
