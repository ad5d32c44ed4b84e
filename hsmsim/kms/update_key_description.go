package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// UpdateKeyDescriptionRequest is a key's new description, which may be empty.
type UpdateKeyDescriptionRequest struct {
	KeyID       string  `json:"KeyId" required:"true" len:"1:2048"`
	Description *string `json:"Description" required:"true" len:"0:8192"`
}

// UpdateKeyDescription changes a key's description.
func (s *Service) UpdateKeyDescription(ctx context.Context, c *shape.Call, r UpdateKeyDescriptionRequest) (shape.Empty, error) {
	return shape.Empty{}, s.changeKey(ctx, c, r.KeyID, func(k *key) error {
		if err := s.notPending(k); err != nil {
			return err
		}
		k.Description = *r.Description
		return nil
	})
}
