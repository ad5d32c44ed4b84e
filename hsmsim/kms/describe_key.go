package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// DescribeKeyRequest names a key.
type DescribeKeyRequest struct {
	KeyID       string   `json:"KeyId" required:"true" len:"1:2048"`
	GrantTokens []string `json:"GrantTokens" len:"0:10"`
}

// DescribeKeyResponse is the key's metadata.
type DescribeKeyResponse struct {
	KeyMetadata KeyMetadata `json:"KeyMetadata"`
}

// DescribeKey describes a key. For one of a connected custom key store it looks whether its material is still in
// the cluster.
func (s *Service) DescribeKey(ctx context.Context, c *shape.Call, r DescribeKeyRequest) (DescribeKeyResponse, error) {
	s.mu.RLock()
	k, err := s.findAny(c, r.KeyID)
	var st *keyStore
	if err == nil && !s.Current {
		st = s.connectedStore(k)
	}
	s.mu.RUnlock()
	if err != nil {
		return DescribeKeyResponse{}, err
	}
	if st != nil {
		s.missMaterial(ctx, st, k)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return DescribeKeyResponse{s.describe(k)}, nil
}
