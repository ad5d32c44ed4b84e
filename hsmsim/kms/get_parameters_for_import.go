package kms

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// GetParametersForImportRequest names a key and how its material is going to be encrypted.
type GetParametersForImportRequest struct {
	KeyID     string            `json:"KeyId" required:"true" len:"1:2048"`
	Algorithm WrappingAlgorithm `json:"WrappingAlgorithm" required:"true"`
	Spec      WrappingKeySpec   `json:"WrappingKeySpec" required:"true"`
}

// GetParametersForImportResponse is a public key, a SubjectPublicKeyInfo in DER, and the token that belongs to it. KeyId
// is the key's ARN.
type GetParametersForImportResponse struct {
	KeyID     string     `json:"KeyId"`
	Token     []byte     `json:"ImportToken"`
	PublicKey []byte     `json:"PublicKey"`
	ValidTo   shape.Time `json:"ParametersValidTo"`
}

// GetParametersForImport makes a key pair for material of a key on its way to KMS. Public key and token are good for 24
// hours, as often as one likes.
func (s *Service) GetParametersForImport(ctx context.Context, c *shape.Call, r GetParametersForImportRequest) (GetParametersForImportResponse, error) {
	token := importToken{Algorithm: r.Algorithm}
	var answer GetParametersForImportResponse
	err := s.seeKey(c, r.KeyID, func(k *key) error {
		token.Region, token.KeyID = k.Region, k.ID
		answer.KeyID = s.keyARN(k)
		if err := s.importable(k); err != nil {
			return err
		}
		return s.wantWrapping(k.Spec, r.Algorithm, r.Spec)
	})
	if err != nil {
		return GetParametersForImportResponse{}, err
	}
	private, err := rsa.GenerateKey(rand.Reader, wrappingBits[r.Spec])
	if err != nil {
		return GetParametersForImportResponse{}, fmt.Errorf("cannot make a wrapping key: %w", err)
	}
	if answer.PublicKey, err = x509.MarshalPKIXPublicKey(private.Public()); err != nil {
		return GetParametersForImportResponse{}, fmt.Errorf("cannot encode a wrapping key: %w", err)
	}
	token.Private = x509.MarshalPKCS1PrivateKey(private)
	var sealer cipher.AEAD
	err = s.change(ctx, func() error {
		sealer = s.tokenSealer()
		return nil
	})
	if err != nil {
		return GetParametersForImportResponse{}, err
	}
	token.Expires = s.now().Add(importTokenLife)
	answer.ValidTo = shape.At(token.Expires)
	if answer.Token, err = token.seal(sealer); err != nil {
		return GetParametersForImportResponse{}, fmt.Errorf("cannot seal an import token: %w", err)
	}
	return answer, nil
}

// importable fails unless material can be imported into a key.
func (s *Service) importable(k *key) error {
	if err := s.wantOrigin(k, OriginExternal); err != nil {
		return err
	}
	return s.notPending(k)
}
