package kms

import (
	"context"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// KeyRequest names a key by its id or ARN, for operations that need no more.
type KeyRequest struct {
	KeyID string `json:"KeyId" required:"true" len:"1:2048"`
}

// KeyResponse names a key. KeyId is its ARN.
type KeyResponse struct {
	KeyID string `json:"KeyId"`
}

// CancelKeyDeletion takes a scheduled deletion back. The key is disabled then. Whoever asks while the key is being
// deleted is too late.
func (s *Service) CancelKeyDeletion(ctx context.Context, c *shape.Call, r KeyRequest) (KeyResponse, error) {
	var answer KeyResponse
	err := s.change(ctx, func() error {
		k, err := s.find(c, r.KeyID)
		if err != nil {
			return err
		}
		if k.DeleteAt.IsZero() && k.Waiting == 0 {
			return shape.Errorf(invalidState, "%s is not pending deletion.", s.keyARN(k))
		}
		k.DeleteAt, k.Waiting, k.Disabled = time.Time{}, 0, true
		s.putKey(k)
		s.arm(k)
		answer.KeyID = s.keyARN(k)
		return nil
	})
	return answer, err
}
