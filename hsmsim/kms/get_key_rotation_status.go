package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// GetKeyRotationStatusResponse tells a key's automatic rotation. Rotations on demand are complete at once; so there
// is none to tell of.
type GetKeyRotationStatusResponse struct {
	Enabled bool        `json:"KeyRotationEnabled"`
	KeyID   string      `json:"KeyId"`
	Days    int         `json:"RotationPeriodInDays,omitempty"`
	Next    *shape.Time `json:"NextRotationDate,omitempty"`
}

// GetKeyRotationStatus tells whether and when a key is rotated. While its deletion is scheduled it is not.
func (s *Service) GetKeyRotationStatus(_ context.Context, c *shape.Call, r KeyRequest) (GetKeyRotationStatusResponse, error) {
	var answer GetKeyRotationStatusResponse
	err := s.seeKey(c, r.KeyID, func(k *key) error {
		if err := s.rotating(k); err != nil {
			return err
		}
		answer.KeyID = k.ID
		if p := s.primary(k); p.Rotation.Days > 0 && k.DeleteAt.IsZero() && k.Waiting == 0 {
			answer.Enabled, answer.Days, answer.Next = true, p.Rotation.Days, shape.Ref(p.Rotation.Next)
		}
		return nil
	})
	return answer, err
}
