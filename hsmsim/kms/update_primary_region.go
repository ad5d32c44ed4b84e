package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// UpdatePrimaryRegionRequest names a multi-Region primary key and the region of the replica that is to take its
// place.
type UpdatePrimaryRegionRequest struct {
	KeyID  string `json:"KeyId" required:"true" len:"1:2048"`
	Region string `json:"PrimaryRegion" required:"true" len:"1:32" pattern:"^([a-z]+-){2,3}\\d+$"`
}

// UpdatePrimaryRegion makes a replica the primary key and the primary key a replica. Automatic rotation goes on with
// the new one.
func (s *Service) UpdatePrimaryRegion(ctx context.Context, c *shape.Call, r UpdatePrimaryRegionRequest) (shape.Empty, error) {
	return shape.Empty{}, s.change(ctx, func() error {
		k, err := s.find(c, r.KeyID)
		if err != nil {
			return err
		}
		if err := s.replicable(k); err != nil {
			return err
		}
		if r.Region == k.Region {
			return shape.Errorf(unsupported, "%s is the primary key already.", s.keyARN(k))
		}
		next := s.see(r.Region).keys[k.ID]
		if next == nil || next.deleting {
			return shape.Errorf(notFound, textNoKey, s.arn(r.Region, "key/"+k.ID))
		}
		if err := s.usable(next); err != nil {
			return err
		}
		next.Rotation, k.Rotation = k.Rotation, rotation{}
		all := s.family(k)
		for _, relative := range all {
			relative.Primary = r.Region
		}
		s.putKeys(all)
		s.arm(k)
		s.arm(next)
		c.About("AWS::KMS::Key", s.keyARN(next))
		return nil
	})
}
