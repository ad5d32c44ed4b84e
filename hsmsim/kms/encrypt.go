package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// EncryptRequest is data to encrypt.
type EncryptRequest struct {
	KeyID       string              `json:"KeyId" required:"true" len:"1:2048"`
	Plaintext   []byte              `json:"Plaintext" required:"true" len:"1:4096"`
	Context     map[string]string   `json:"EncryptionContext"`
	GrantTokens []string            `json:"GrantTokens" len:"0:10" trail:"-"`
	Algorithm   EncryptionAlgorithm `json:"EncryptionAlgorithm"`
	DryRun      bool                `json:"DryRun,omitempty"`
}

// EncryptResponse is the ciphertext.
type EncryptResponse struct {
	CiphertextBlob []byte              `json:"CiphertextBlob"`
	KeyID          string              `json:"KeyId"`
	Algorithm      EncryptionAlgorithm `json:"EncryptionAlgorithm"`
}

// Encrypt encrypts up to 4096 bytes.
func (s *Service) Encrypt(ctx context.Context, c *shape.Call, r EncryptRequest) (EncryptResponse, error) {
	u, err := s.use(c, r.KeyID, EncryptDecrypt, "Encrypt")
	if err != nil {
		return EncryptResponse{}, err
	}
	algorithm := r.Algorithm.orSymmetric()
	err = u.wantAlgorithm(algorithm)
	if err == nil {
		err = s.checkTokens(c, r.GrantTokens, r.DryRun)
	}
	if err != nil {
		return EncryptResponse{}, err
	}
	blob, err := s.seal(ctx, u, algorithm, r.Plaintext, r.Context)
	return EncryptResponse{blob, u.arn, algorithm}, err
}

func (a EncryptionAlgorithm) orSymmetric() EncryptionAlgorithm {
	if a == "" {
		return AlgorithmSymmetric
	}
	return a
}
