package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// maxOnDemand is how many times a key can be rotated on demand (KMS Developer Guide, resource quotas).
const maxOnDemand = 10

// RotateKeyOnDemand gives a key new material now. Automatic rotation keeps its dates.
func (s *Service) RotateKeyOnDemand(ctx context.Context, c *shape.Call, r KeyRequest) (KeyResponse, error) {
	var answer KeyResponse
	err := s.change(ctx, func() error {
		k, err := s.find(c, r.KeyID)
		if err != nil {
			return err
		}
		if k.Origin == OriginExternal && s.Current && k.Spec == SymmetricDefault {
			if err := s.usable(k); err != nil {
				return err
			}
			return shape.Errorf(invalidState, textNoPending, s.keyARN(k))
		}
		if err := s.rotatable(k); err != nil {
			return err
		}
		if k.Rotation.OnDemand >= maxOnDemand {
			return shape.Errorf(limitExceeded, "You have reached the limit of %d on-demand rotations for KMS key %s.", maxOnDemand, s.keyARN(k))
		}
		k.Rotation.OnDemand++
		s.rotate(k, []material{newRotation(k, s.now(), rotatedOnDemand)})
		answer.KeyID = k.ID
		return nil
	})
	return answer, err
}
