package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// maxOnDemand is how many times a key can be rotated on demand (KMS Developer Guide, resource quotas).
const maxOnDemand = 10

// RotateKeyOnDemand gives a key new material now, which of imported material is what was imported for it. Automatic
// rotation keeps its dates.
func (s *Service) RotateKeyOnDemand(ctx context.Context, c *shape.Call, r KeyRequest) (KeyResponse, error) {
	var answer KeyResponse
	err := s.change(ctx, func() error {
		k, err := s.find(c, r.KeyID)
		if err != nil {
			return err
		}
		if err := s.rotatableOnDemand(k); err != nil {
			return err
		}
		if k.Rotation.OnDemand >= maxOnDemand {
			return shape.Errorf(limitExceeded, "You have reached the limit of %d on-demand rotations for KMS key %s.", maxOnDemand, s.keyARN(k))
		}
		k.Rotation.OnDemand++
		if k.Origin == OriginExternal {
			s.rotateImported(k)
		} else {
			s.rotate(k, []material{s.newRotation(k, 0, s.now(), rotatedOnDemand)})
		}
		answer.KeyID = k.ID
		return nil
	})
	return answer, err
}
