package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// DeleteAliasRequest names an alias.
type DeleteAliasRequest struct {
	Name string `json:"AliasName" required:"true" len:"1:256" pattern:"^[a-zA-Z0-9:/_-]+$"`
}

// DeleteAlias removes an alias, whatever the state of its key.
func (s *Service) DeleteAlias(ctx context.Context, c *shape.Call, r DeleteAliasRequest) (shape.Empty, error) {
	if err := checkAliasName(r.Name); err != nil {
		return shape.Empty{}, err
	}
	return shape.Empty{}, s.change(ctx, func() error {
		of := s.region(c.Region)
		a := of.aliases[r.Name]
		if a == nil {
			return s.aliasNotFound(c.Region, r.Name)
		}
		c.About("AWS::KMS::Alias", s.arn(c.Region, a.Name))
		c.About("AWS::KMS::Key", s.arn(c.Region, "key/"+a.Key))
		if err := s.authorize(c, of.keys[a.Key], c.Action); err != nil {
			return err
		}
		s.drop(bucketAliases, a.serial)
		delete(of.aliases, a.Name)
		return nil
	})
}
