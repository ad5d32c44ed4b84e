package hsm

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"

	"github.com/fxamacker/cbor/v2"
)

// AttestRequest asks for proof that this HSM holds a key.
type AttestRequest struct {
	Handle Handle
	Nonce  []byte // at most 64 bytes, from the asker
}

// A Statement is what an HSM attests of a key.
type Statement struct {
	HSM    string
	Handle Handle
	KCV    []byte
	Nonce  []byte
}

// Attestation is a statement, encoded, and its signature with the key of the cluster certificate.
type Attestation struct {
	Statement []byte
	Signature []byte // over SHA-256: ECDSA in ASN.1 or RSA PKCS #1 v1.5, as the key is
}

// Attest signs a statement about a key. Errors: NotAllowed, InvalidHandle, KeyAccessDenied, InvalidInput.
func (s *Session) Attest(_ context.Context, r AttestRequest) (Attestation, error) {
	var st Statement
	err := s.read(func(h *HSM) error {
		k, err := h.usable(s, r.Handle)
		if err != nil {
			return err
		}
		st = Statement{HSM: h.identity.ID, Handle: k.Handle, KCV: k.KCV, Nonce: r.Nonce}
		return nil
	})
	if err != nil {
		return Attestation{}, err
	}
	if len(r.Nonce) > 64 || s.hsm.options.Attestation == nil {
		return Attestation{}, InvalidInput
	}
	b := encode(st)
	sum := sha256.Sum256(b)
	sig, err := s.hsm.options.Attestation.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return Attestation{}, InvalidInput
	}
	return Attestation{Statement: b, Signature: sig}, nil
}

// Decode reads the statement of an attestation.
func (a Attestation) Decode() (Statement, error) {
	var st Statement
	err := cbor.Unmarshal(a.Statement, &st)
	return st, err
}
