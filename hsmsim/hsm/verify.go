package hsm

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"math/big"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	secp256k1ecdsa "github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
)

// VerifyRequest is a signature to check with a public key.
type VerifyRequest struct {
	Handle    Handle
	Mechanism SignMechanism
	Message   Message
	Signature []byte
}

// Verification is how a signature that can be read stands to the message.
type Verification struct {
	_     struct{} `cbor:",toarray"`
	Valid bool
}

// Verify checks a signature. Errors: NotAllowed, InvalidHandle, KeyAccessDenied, BadKeyType, KeyFunction, DataLength; BadLength for a signature that is not as long as the modulus, BadPKCSData for one
// with RSA that no private half of this key has made, BadVerifyDSA for one with ECDSA that is wrong.
func (s *Session) Verify(_ context.Context, r VerifyRequest) (Verification, error) {
	k, row, err := s.signing(r.Handle, r.Mechanism, PublicKey, flagVerify)
	if err != nil {
		return Verification{}, err
	}
	digest, err := r.Message.digest(row.hash)
	if err != nil {
		return Verification{}, err
	}
	half, err := k.half()
	if err != nil {
		return Verification{}, err
	}
	valid := false
	switch key := half.(type) {
	case *rsa.PublicKey:
		return verifyRSA(key, row, digest, r.Signature)
	case *ecdsa.PublicKey:
		valid = ecdsa.VerifyASN1(key, digest, r.Signature)
	case *secp256k1.PublicKey:
		valid = verifySecp256k1(key, digest, r.Signature)
	}
	if !valid {
		return Verification{}, BadVerifyDSA
	}
	return Verification{Valid: true}, nil
}

// verifyRSA tells a signature that this key has not made from one of another message.
func verifyRSA(key *rsa.PublicKey, row signRow, digest, signature []byte) (Verification, error) {
	if len(signature) != key.Size() {
		return Verification{}, BadLength
	}
	if row.scheme == schemePSS {
		if rsa.VerifyPSS(key, row.hash, digest, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) != nil {
			return Verification{}, BadPKCSData
		}
		return Verification{Valid: true}, nil
	}
	if rsa.VerifyPKCS1v15(key, row.hash, digest, signature) == nil {
		return Verification{Valid: true}, nil
	}
	if !padded(key, row.hash, signature) {
		return Verification{}, BadPKCSData
	}
	return Verification{}, nil
}

// padded reports whether a signature that does not fit has the padding of PKCS #1 v1.5 all the same.
func padded(key *rsa.PublicKey, hash crypto.Hash, signature []byte) bool {
	m := new(big.Int).Exp(new(big.Int).SetBytes(signature), big.NewInt(int64(key.E)), key.N)
	block := m.FillBytes(make([]byte, key.Size()))
	if block[0] != 0 || block[1] != 1 {
		return false
	}
	rest := bytes.TrimLeft(block[2:], "\xff")
	return len(block)-2-len(rest) >= 8 && len(rest) > 1+hash.Size() && rest[0] == 0
}

// verifySecp256k1 takes high s as well, as the standard says; the library makes low ones only.
func verifySecp256k1(key *secp256k1.PublicKey, digest, signature []byte) bool {
	s, err := secp256k1ecdsa.ParseDERSignature(signature)
	return err == nil && s.Verify(digest, key)
}
