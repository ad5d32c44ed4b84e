package kms

import (
	"context"
	"crypto/hmac"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// VerifyMacRequest is a message and the code that is to authenticate it.
type VerifyMacRequest struct {
	Message     []byte       `json:"Message" required:"true" len:"1:4096" trail:"-"`
	KeyID       string       `json:"KeyId" required:"true" len:"1:2048"`
	Algorithm   MacAlgorithm `json:"MacAlgorithm" required:"true"`
	Mac         []byte       `json:"Mac" required:"true" len:"1:6144" trail:"-"`
	GrantTokens []string     `json:"GrantTokens" len:"0:10" trail:"-"`
	DryRun      bool         `json:"DryRun,omitempty"`
}

// VerifyMacResponse says that the code is right.
type VerifyMacResponse struct {
	KeyID     string       `json:"KeyId"`
	Valid     bool         `json:"MacValid"`
	Algorithm MacAlgorithm `json:"MacAlgorithm"`
}

// VerifyMac checks a code that GenerateMac made. A wrong one is an exception.
func (s *Service) VerifyMac(_ context.Context, c *shape.Call, r VerifyMacRequest) (VerifyMacResponse, error) {
	want, arn, err := s.mac(c, GenerateMacRequest{r.Message, r.KeyID, r.Algorithm, r.GrantTokens, r.DryRun}, "VerifyMac")
	if err != nil {
		return VerifyMacResponse{}, err
	}
	if !hmac.Equal(want, r.Mac) {
		return VerifyMacResponse{}, shape.Errorf(invalidMAC, "")
	}
	return VerifyMacResponse{arn, true, r.Algorithm}, nil
}
