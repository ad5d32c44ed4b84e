package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// SignRequest is a message, or its digest, to sign.
type SignRequest struct {
	KeyID       string           `json:"KeyId" required:"true" len:"1:2048"`
	Message     []byte           `json:"Message" required:"true" len:"1:4096" trail:"-"`
	MessageType MessageType      `json:"MessageType"`
	GrantTokens []string         `json:"GrantTokens" len:"0:10" trail:"-"`
	Algorithm   SigningAlgorithm `json:"SigningAlgorithm" required:"true"`
	DryRun      bool             `json:"DryRun,omitempty"`
}

// SignResponse is the signature: DER of ECDSA, as long as the modulus of RSA, 64 bytes of Ed25519.
type SignResponse struct {
	KeyID     string           `json:"KeyId"`
	Signature []byte           `json:"Signature"`
	Algorithm SigningAlgorithm `json:"SigningAlgorithm"`
}

// Sign signs with an asymmetric key.
func (s *Service) Sign(_ context.Context, c *shape.Call, r SignRequest) (SignResponse, error) {
	u, err := s.use(c, r.KeyID, SignVerify, "Sign")
	if err != nil {
		return SignResponse{}, err
	}
	how, digest, err := u.signing(r.Algorithm, r.MessageType, r.Message)
	if err == nil {
		err = s.checkTokens(c, r.GrantTokens, r.DryRun)
	}
	if err != nil {
		return SignResponse{}, err
	}
	private, err := u.signer()
	if err != nil {
		return SignResponse{}, err
	}
	signature, err := how.sign(private, digest)
	return SignResponse{u.arn, signature, r.Algorithm}, err
}
