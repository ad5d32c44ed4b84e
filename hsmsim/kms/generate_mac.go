package kms

import (
	"context"
	"crypto"
	"crypto/hmac"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// GenerateMacRequest is a message to authenticate.
type GenerateMacRequest struct {
	Message     []byte       `json:"Message" required:"true" len:"1:4096" trail:"-"`
	KeyID       string       `json:"KeyId" required:"true" len:"1:2048"`
	Algorithm   MacAlgorithm `json:"MacAlgorithm" required:"true"`
	GrantTokens []string     `json:"GrantTokens" len:"0:10" trail:"-"`
	DryRun      bool         `json:"DryRun,omitempty"`
}

// GenerateMacResponse is the code.
type GenerateMacResponse struct {
	Mac       []byte       `json:"Mac"`
	Algorithm MacAlgorithm `json:"MacAlgorithm"`
	KeyID     string       `json:"KeyId"`
}

// GenerateMac makes the code that authenticates a message, HMAC.
func (s *Service) GenerateMac(_ context.Context, c *shape.Call, r GenerateMacRequest) (GenerateMacResponse, error) {
	mac, arn, err := s.mac(c, r, "GenerateMac")
	return GenerateMacResponse{mac, r.Algorithm, arn}, err
}

func (s *Service) mac(c *shape.Call, r GenerateMacRequest, operation string) (mac []byte, arn string, err error) {
	u, err := s.use(c, r.KeyID, GenerateVerifyMac, operation)
	if err != nil {
		return nil, "", err
	}
	if !slices.Contains(specifications[u.spec].macs, r.Algorithm) {
		return nil, "", shape.Errorf(invalidKeyUsage, textAlgorithm, r.Algorithm, u.spec)
	}
	if err := s.checkTokens(c, r.GrantTokens, r.DryRun); err != nil {
		return nil, "", err
	}
	h := hmac.New(macHash(r.Algorithm).New, u.material.Bytes)
	h.Write(r.Message)
	return h.Sum(nil), u.arn, nil
}

func macHash(a MacAlgorithm) crypto.Hash {
	switch a {
	case "HMAC_SHA_224":
		return crypto.SHA224
	case "HMAC_SHA_384":
		return crypto.SHA384
	case "HMAC_SHA_512":
		return crypto.SHA512
	}
	return crypto.SHA256
}
