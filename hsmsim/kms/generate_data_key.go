package kms

import (
	"context"
	"crypto/rand"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// GenerateDataKeyRequest asks for a data key: of a spec, or of a number of bytes.
type GenerateDataKeyRequest struct {
	KeyID         string            `json:"KeyId" required:"true" len:"1:2048"`
	Context       map[string]string `json:"EncryptionContext"`
	NumberOfBytes *int              `json:"NumberOfBytes" range:"1:1024"`
	KeySpec       DataKeySpec       `json:"KeySpec"`
	GrantTokens   []string          `json:"GrantTokens" len:"0:10" trail:"-"`
	Recipient     *Recipient        `json:"Recipient" trail:"-"`
	DryRun        bool              `json:"DryRun,omitempty"`
}

// GenerateDataKeyResponse is the data key, as it is and encrypted.
type GenerateDataKeyResponse struct {
	CiphertextBlob []byte `json:"CiphertextBlob"`
	Plaintext      []byte `json:"Plaintext"`
	KeyID          string `json:"KeyId"`
	KeyMaterialID  string `json:"KeyMaterialId,omitempty"`
}

// GenerateDataKey makes a data key and encrypts it.
func (s *Service) GenerateDataKey(ctx context.Context, c *shape.Call, r GenerateDataKeyRequest) (GenerateDataKeyResponse, error) {
	return s.generateDataKey(ctx, c, r, "GenerateDataKey")
}

// GenerateDataKeyWithoutPlaintextResponse is the encrypted data key.
type GenerateDataKeyWithoutPlaintextResponse struct {
	CiphertextBlob []byte `json:"CiphertextBlob"`
	KeyID          string `json:"KeyId"`
	KeyMaterialID  string `json:"KeyMaterialId,omitempty"`
}

// GenerateDataKeyWithoutPlaintext makes a data key and gives it encrypted only.
func (s *Service) GenerateDataKeyWithoutPlaintext(ctx context.Context, c *shape.Call, r GenerateDataKeyRequest) (GenerateDataKeyWithoutPlaintextResponse, error) {
	d, err := s.generateDataKey(ctx, c, r, "GenerateDataKeyWithoutPlaintext")
	return GenerateDataKeyWithoutPlaintextResponse{d.CiphertextBlob, d.KeyID, d.KeyMaterialID}, err
}

func (s *Service) generateDataKey(ctx context.Context, c *shape.Call, r GenerateDataKeyRequest, operation string) (GenerateDataKeyResponse, error) {
	if err := noRecipient(r.Recipient); err != nil {
		return GenerateDataKeyResponse{}, err
	}
	if (r.NumberOfBytes == nil) == (r.KeySpec == "") {
		return GenerateDataKeyResponse{}, shape.Invalid(textDataKeySize)
	}
	u, err := s.use(c, r.KeyID, EncryptDecrypt, operation)
	if err != nil {
		return GenerateDataKeyResponse{}, err
	}
	if u.spec != SymmetricDefault {
		return GenerateDataKeyResponse{}, shape.Errorf(invalidKeyUsage, textKeySpecFor, u.arn, u.spec, operation)
	}
	if err := s.checkTokens(c, r.GrantTokens, r.DryRun); err != nil {
		return GenerateDataKeyResponse{}, err
	}
	size := 32
	if r.KeySpec == "AES_128" {
		size = 16
	}
	if r.NumberOfBytes != nil {
		size = *r.NumberOfBytes
	}
	plain := make([]byte, size)
	rand.Read(plain)
	blob, err := s.seal(ctx, u, AlgorithmSymmetric, plain, r.Context)
	return GenerateDataKeyResponse{blob, plain, u.arn, u.materialID()}, err
}
