package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// VerifyRequest is a signature to check.
type VerifyRequest struct {
	KeyID       string           `json:"KeyId" required:"true" len:"1:2048"`
	Message     []byte           `json:"Message" required:"true" len:"1:4096" trail:"-"`
	MessageType MessageType      `json:"MessageType"`
	Signature   []byte           `json:"Signature" required:"true" len:"1:6144" trail:"-"`
	Algorithm   SigningAlgorithm `json:"SigningAlgorithm" required:"true"`
	GrantTokens []string         `json:"GrantTokens" len:"0:10" trail:"-"`
	DryRun      bool             `json:"DryRun,omitempty"`
}

// VerifyResponse says that the signature is the key's.
type VerifyResponse struct {
	KeyID     string           `json:"KeyId"`
	Valid     bool             `json:"SignatureValid"`
	Algorithm SigningAlgorithm `json:"SigningAlgorithm"`
}

// Verify checks a signature. One that is not the key's is an exception.
func (s *Service) Verify(_ context.Context, c *shape.Call, r VerifyRequest) (VerifyResponse, error) {
	u, err := s.use(c, r.KeyID, SignVerify, "Verify")
	if err != nil {
		return VerifyResponse{}, err
	}
	how, digest, err := u.signing(r.Algorithm, r.MessageType, r.Message)
	if err == nil {
		err = s.checkTokens(c, r.GrantTokens, r.DryRun)
	}
	if err != nil {
		return VerifyResponse{}, err
	}
	private, err := u.signer()
	if err != nil {
		return VerifyResponse{}, err
	}
	if !how.verify(private.Public(), digest, r.Signature) {
		return VerifyResponse{}, shape.Errorf(invalidSignature, "")
	}
	return VerifyResponse{u.arn, true, r.Algorithm}, nil
}
