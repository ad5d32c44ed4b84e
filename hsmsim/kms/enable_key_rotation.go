package kms

import (
	"context"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// standardRotation is the period of automatic rotation where the request has none, in days.
const standardRotation = 365

// EnableKeyRotationRequest names a key and the days between two rotations.
type EnableKeyRotationRequest struct {
	KeyID string `json:"KeyId" required:"true" len:"1:2048"`
	Days  *int   `json:"RotationPeriodInDays" range:"90:2560"`
}

// EnableKeyRotation begins automatic rotation: the first is due when the period has passed.
func (s *Service) EnableKeyRotation(ctx context.Context, c *shape.Call, r EnableKeyRotationRequest) (shape.Empty, error) {
	return shape.Empty{}, s.changeKey(ctx, c, r.KeyID, func(k *key) error {
		if err := s.rotatable(k); err != nil {
			return err
		}
		k.Rotation.Days = standardRotation
		if r.Days != nil {
			k.Rotation.Days = *r.Days
		}
		k.Rotation.Next = s.now().Add(time.Duration(k.Rotation.Days) * day)
		s.arm(k)
		return nil
	})
}

// DisableKeyRotation ends automatic rotation.
func (s *Service) DisableKeyRotation(ctx context.Context, c *shape.Call, r KeyRequest) (shape.Empty, error) {
	return shape.Empty{}, s.changeKey(ctx, c, r.KeyID, func(k *key) error {
		if err := s.rotatable(k); err != nil {
			return err
		}
		k.Rotation.Days, k.Rotation.Next = 0, time.Time{}
		s.arm(k)
		return nil
	})
}
