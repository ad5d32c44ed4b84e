package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// AliasRequest is an alias and the key that it is to belong to.
type AliasRequest struct {
	Name   string `json:"AliasName" required:"true" len:"1:256" pattern:"^[a-zA-Z0-9:/_-]+$"`
	Target string `json:"TargetKeyId" required:"true" len:"1:2048"`
}

// CreateAlias gives a key another name.
func (s *Service) CreateAlias(ctx context.Context, c *shape.Call, r AliasRequest) (shape.Empty, error) {
	if err := checkAliasName(r.Name); err != nil {
		return shape.Empty{}, err
	}
	if r.Name == aliasPrefix {
		return shape.Empty{}, shape.Errorf(invalidAliasName, "%s is not a valid alias name.", r.Name)
	}
	return shape.Empty{}, s.change(ctx, func() error {
		of := s.region(c.Region)
		if of.aliases[r.Name] != nil {
			return shape.Errorf(alreadyExists, textAliasExists, s.arn(c.Region, r.Name))
		}
		k, err := s.findTarget(c, r.Target)
		if err == nil {
			err = s.checkAliases(k)
		}
		if err != nil {
			return err
		}
		now := s.now()
		a := &alias{aliasRecord: aliasRecord{Region: c.Region, Name: r.Name, Key: k.ID, Created: now, Updated: now}}
		of.aliases[a.Name] = a
		s.putAlias(a)
		c.About("AWS::KMS::Alias", s.arn(c.Region, a.Name))
		return nil
	})
}
