package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// ReEncryptRequest is a ciphertext that another key is to encrypt, or the same one under another context.
type ReEncryptRequest struct {
	CiphertextBlob       []byte              `json:"CiphertextBlob" required:"true" len:"1:6144"`
	SourceContext        map[string]string   `json:"SourceEncryptionContext"`
	SourceKeyID          string              `json:"SourceKeyId" len:"1:2048"`
	DestinationKeyID     string              `json:"DestinationKeyId" required:"true" len:"1:2048"`
	DestinationContext   map[string]string   `json:"DestinationEncryptionContext"`
	SourceAlgorithm      EncryptionAlgorithm `json:"SourceEncryptionAlgorithm"`
	DestinationAlgorithm EncryptionAlgorithm `json:"DestinationEncryptionAlgorithm"`
	GrantTokens          []string            `json:"GrantTokens" len:"0:10" trail:"-"`
	DryRun               bool                `json:"DryRun,omitempty"`
}

// ReEncryptResponse is the new ciphertext.
type ReEncryptResponse struct {
	CiphertextBlob        []byte              `json:"CiphertextBlob"`
	SourceKeyID           string              `json:"SourceKeyId"`
	KeyID                 string              `json:"KeyId"`
	SourceAlgorithm       EncryptionAlgorithm `json:"SourceEncryptionAlgorithm"`
	DestinationAlgorithm  EncryptionAlgorithm `json:"DestinationEncryptionAlgorithm"`
	SourceMaterialID      string              `json:"SourceKeyMaterialId,omitempty"`
	DestinationMaterialID string              `json:"DestinationKeyMaterialId,omitempty"`
}

// ReEncrypt decrypts and encrypts again; the plaintext does not leave KMS.
func (s *Service) ReEncrypt(ctx context.Context, c *shape.Call, r ReEncryptRequest) (ReEncryptResponse, error) {
	from, to := r.SourceAlgorithm.orSymmetric(), r.DestinationAlgorithm.orSymmetric()
	source, err := s.decryptionKey(c, r.SourceKeyID, from, r.CiphertextBlob, "ReEncryptFrom")
	if err != nil {
		return ReEncryptResponse{}, err
	}
	destination, err := s.use(c, r.DestinationKeyID, EncryptDecrypt, "ReEncryptTo")
	if err == nil {
		err = destination.wantAlgorithm(to)
	}
	if err == nil {
		err = s.checkTokens(c, r.GrantTokens, r.DryRun)
	}
	if err != nil {
		return ReEncryptResponse{}, err
	}
	plain, source, err := s.decrypt(ctx, source, from, r.CiphertextBlob, r.SourceContext)
	if err != nil {
		return ReEncryptResponse{}, err
	}
	blob, err := s.seal(ctx, destination, to, plain, r.DestinationContext)
	return ReEncryptResponse{blob, source.arn, destination.arn, from, to, source.materialID(), destination.materialID()}, err
}
