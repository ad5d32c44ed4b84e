package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// PutKeyPolicyRequest is a key's new policy.
type PutKeyPolicyRequest struct {
	KeyID             string `json:"KeyId" required:"true" len:"1:2048"`
	Name              string `json:"PolicyName" len:"1:128" pattern:"[\\w]+"`
	Policy            string `json:"Policy" required:"true" len:"1:131072" secret:"true"`
	BypassSafetyCheck bool   `json:"BypassPolicyLockoutSafetyCheck"`
}

// PutKeyPolicy replaces a key's policy.
func (s *Service) PutKeyPolicy(ctx context.Context, c *shape.Call, r PutKeyPolicyRequest) (shape.Empty, error) {
	return shape.Empty{}, s.changeKey(ctx, c, r.KeyID, func(k *key) error {
		if err := checkPolicyName(r.Name); err != nil {
			return err
		}
		text, err := s.newPolicy(c, s.keyARN(k), &r.Policy, r.BypassSafetyCheck)
		if err != nil {
			return err
		}
		k.Policy = text
		return nil
	})
}
