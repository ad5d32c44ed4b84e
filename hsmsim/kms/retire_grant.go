package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// RetireGrantRequest names a grant: by a grant token, or by its key and id.
type RetireGrantRequest struct {
	Token   string `json:"GrantToken" len:"1:8192" trail:"-"`
	KeyID   string `json:"KeyId" len:"1:2048"`
	GrantID string `json:"GrantId" len:"1:128"`
	DryRun  bool   `json:"DryRun,omitempty"`
}

// RetireGrant removes a grant that has done its work. Its retiring principal and its grantee may, whatever policies say.
func (s *Service) RetireGrant(ctx context.Context, c *shape.Call, r RetireGrantRequest) (shape.Empty, error) {
	if (r.KeyID == "") != (r.GrantID == "") || (r.Token == "") == (r.KeyID == "") {
		return shape.Empty{}, shape.Invalid("Specify either GrantToken, or both KeyId and GrantId.")
	}
	return shape.Empty{}, s.change(ctx, func() error {
		g, err := s.toRetire(c, r)
		if err == nil && g.Retiring != c.ARN() && g.Grantee != c.ARN() {
			err = s.authorize(c, s.region(g.Region).keys[g.Key], c.Action)
		}
		if err == nil && r.DryRun {
			err = errDryRun()
		}
		if err != nil {
			return err
		}
		c.About("AWS::KMS::Key", s.arn(g.Region, "key/"+g.Key))
		s.dropGrant(g)
		return nil
	})
}

// toRetire finds the grant that a request names; s.mu is held.
func (s *Service) toRetire(c *shape.Call, r RetireGrantRequest) (*grant, error) {
	if r.Token != "" {
		return s.granted(c, r.Token)
	}
	unasked := *c
	unasked.Action = "" // the grant decides whether the caller may
	k, err := s.find(&unasked, r.KeyID)
	c.Resources = unasked.Resources
	if err != nil {
		return nil, err
	}
	return s.findGrant(k, r.GrantID)
}
