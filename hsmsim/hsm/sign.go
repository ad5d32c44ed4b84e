package hsm

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	secp256k1ecdsa "github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
)

// SignRequest asks for a signature with a private key.
type SignRequest struct {
	Handle    Handle
	Mechanism SignMechanism
	Message   Message
}

// Sign signs. Owner and sharers may. Signatures with RSA are as long as the modulus, those with EC keys are DER.
// Errors: NotAllowed, InvalidHandle, KeyAccessDenied, BadKeyType, KeyFunction, QuorumMissing, DataLength.
func (s *Session) Sign(_ context.Context, r SignRequest) ([]byte, error) {
	k, row, err := s.signing(r.Handle, r.Mechanism, PrivateKey, flagSign)
	if err != nil {
		return nil, err
	}
	digest, err := r.Message.digest(row.hash)
	if err != nil {
		return nil, err
	}
	half, err := k.half()
	if err != nil {
		return nil, err
	}
	signature, err := row.sign(half, digest)
	if err == nil {
		err = s.spend(k)
	}
	if err != nil {
		return nil, err
	}
	return signature, nil
}

func (r signRow) sign(half any, digest []byte) ([]byte, error) {
	switch key := half.(type) {
	case *rsa.PrivateKey:
		return key.Sign(rand.Reader, digest, r.options())
	case *ecdsa.PrivateKey:
		return ecdsa.SignASN1(rand.Reader, key, digest)
	case *secp256k1.PrivateKey:
		return secp256k1ecdsa.Sign(key, digest).Serialize(), nil
	}
	return nil, BadKeyType
}

// options are those of the RSA schemes.
func (r signRow) options() crypto.SignerOpts {
	if r.scheme == schemePSS {
		return &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: r.hash}
	}
	return r.hash
}
