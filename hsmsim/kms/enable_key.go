package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// EnableKey lets a key be used. What its automatic rotation missed while it was disabled is made up for with one
// rotation (KMS Developer Guide, rotating keys).
func (s *Service) EnableKey(ctx context.Context, c *shape.Call, r KeyRequest) (shape.Empty, error) {
	return shape.Empty{}, s.setDisabled(ctx, c, r, false)
}

// DisableKey keeps a key from being used.
func (s *Service) DisableKey(ctx context.Context, c *shape.Call, r KeyRequest) (shape.Empty, error) {
	return shape.Empty{}, s.setDisabled(ctx, c, r, true)
}

func (s *Service) setDisabled(ctx context.Context, c *shape.Call, r KeyRequest, to bool) error {
	return s.changeKey(ctx, c, r.KeyID, func(k *key) error {
		if err := s.notPending(k); err != nil {
			return err
		}
		if err := s.imported(k); err != nil {
			return err
		}
		if k.Disabled != to {
			k.Disabled = to
			s.catchUp(k)
			s.arm(k)
		}
		return nil
	})
}
