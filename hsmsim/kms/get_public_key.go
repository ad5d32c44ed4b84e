package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// GetPublicKeyRequest names an asymmetric key.
type GetPublicKeyRequest struct {
	KeyID       string   `json:"KeyId" required:"true" len:"1:2048"`
	GrantTokens []string `json:"GrantTokens" len:"0:10" trail:"-"`
}

// GetPublicKeyResponse is the public key, a SubjectPublicKeyInfo in DER, and what the pair can do.
type GetPublicKeyResponse struct {
	KeyID                  string                  `json:"KeyId"`
	PublicKey              []byte                  `json:"PublicKey"`
	CustomerMasterKeySpec  KeySpec                 `json:"CustomerMasterKeySpec"`
	KeySpec                KeySpec                 `json:"KeySpec"`
	KeyUsage               KeyUsage                `json:"KeyUsage"`
	EncryptionAlgorithms   []EncryptionAlgorithm   `json:"EncryptionAlgorithms,omitempty"`
	SigningAlgorithms      []SigningAlgorithm      `json:"SigningAlgorithms,omitempty"`
	KeyAgreementAlgorithms []KeyAgreementAlgorithm `json:"KeyAgreementAlgorithms,omitempty"`
}

// GetPublicKey gives the public key of an asymmetric key.
func (s *Service) GetPublicKey(_ context.Context, c *shape.Call, r GetPublicKeyRequest) (GetPublicKeyResponse, error) {
	u, m, err := s.publicKey(c, r)
	if err != nil {
		return GetPublicKeyResponse{}, err
	}
	private, err := u.signer()
	if err != nil {
		return GetPublicKeyResponse{}, err
	}
	der, err := marshalPublic(private.Public())
	return GetPublicKeyResponse{u.arn, der, u.spec, u.spec, m.KeyUsage, m.EncryptionAlgorithms, m.SigningAlgorithms, m.KeyAgreementAlgorithms}, err
}

func (s *Service) publicKey(c *shape.Call, r GetPublicKeyRequest) (*use, KeyMetadata, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	k, err := s.findAny(c, r.KeyID)
	switch {
	case err != nil:
		return nil, KeyMetadata{}, err
	case k.Spec == SymmetricDefault || specifications[k.Spec].secret > 0:
		return nil, KeyMetadata{}, shape.Errorf(unsupported, textKeySpec, s.keyARN(k), k.Spec)
	}
	u, err := s.useKey(c, k)
	if err == nil {
		err = s.checkTokensLocked(c, r.GrantTokens)
	}
	return u, s.describe(k), err
}
