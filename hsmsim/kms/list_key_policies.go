package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// ListKeyPoliciesRequest asks for a page of the names of a key's policies.
type ListKeyPoliciesRequest struct {
	KeyID  string `json:"KeyId" required:"true" len:"1:2048"`
	Limit  *int   `json:"Limit" range:"1:1000"`
	Marker string `json:"Marker" len:"1:1024"`
}

// ListKeyPoliciesResponse is a page of names.
type ListKeyPoliciesResponse struct {
	Names      []string `json:"PolicyNames"`
	NextMarker string   `json:"NextMarker,omitempty"`
	Truncated  bool     `json:"Truncated"`
}

// ListKeyPolicies lists the names of a key's policies, of which there is one.
func (s *Service) ListKeyPolicies(_ context.Context, c *shape.Call, r ListKeyPoliciesRequest) (ListKeyPoliciesResponse, error) {
	var answer ListKeyPoliciesResponse
	err := s.seeKey(c, r.KeyID, func(*key) error {
		names, next, err := page([]string{policyName}, r.Limit, 100, r.Marker, "ListKeyPolicies")
		if isException(err, invalidMarker) { // the operation's model has no such exception
			err = shape.Invalid("%s", err.(*shape.Exception).Message)
		}
		answer = ListKeyPoliciesResponse{names, next, next != ""}
		return err
	})
	return answer, err
}
