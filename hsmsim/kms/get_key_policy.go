package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// GetKeyPolicyRequest names a key. Its policy has one name only.
type GetKeyPolicyRequest struct {
	KeyID string `json:"KeyId" required:"true" len:"1:2048"`
	Name  string `json:"PolicyName" len:"1:128" pattern:"[\\w]+"`
}

// GetKeyPolicyResponse is a key's policy, JSON in a text.
type GetKeyPolicyResponse struct {
	Policy string `json:"Policy"`
	Name   string `json:"PolicyName"`
}

// GetKeyPolicy gives a key's policy as it was put.
func (s *Service) GetKeyPolicy(_ context.Context, c *shape.Call, r GetKeyPolicyRequest) (GetKeyPolicyResponse, error) {
	answer := GetKeyPolicyResponse{Name: policyName}
	err := s.seeKey(c, r.KeyID, func(k *key) error {
		answer.Policy = s.policy(k)
		return checkPolicyName(r.Name)
	})
	return answer, err
}

func checkPolicyName(name string) error {
	if name != "" && name != policyName {
		return shape.Errorf(notFound, textNoPolicy)
	}
	return nil
}
