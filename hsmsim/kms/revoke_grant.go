package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// RevokeGrantRequest names a grant.
type RevokeGrantRequest struct {
	KeyID   string `json:"KeyId" required:"true" len:"1:2048"`
	GrantID string `json:"GrantId" required:"true" len:"1:128"`
	DryRun  bool   `json:"DryRun,omitempty"`
}

// RevokeGrant removes a grant.
func (s *Service) RevokeGrant(ctx context.Context, c *shape.Call, r RevokeGrantRequest) (shape.Empty, error) {
	return shape.Empty{}, s.change(ctx, func() error {
		k, err := s.find(c, r.KeyID)
		if err != nil {
			return err
		}
		g, err := s.findGrant(k, r.GrantID)
		if err == nil && r.DryRun {
			err = errDryRun()
		}
		if err == nil {
			s.dropGrant(g)
		}
		return err
	})
}
