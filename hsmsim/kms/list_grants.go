package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// ListGrantsRequest asks for a page of a key's grants, all or some.
type ListGrantsRequest struct {
	Limit   *int   `json:"Limit" range:"1:1000"`
	Marker  string `json:"Marker" len:"1:1024"`
	KeyID   string `json:"KeyId" required:"true" len:"1:2048"`
	GrantID string `json:"GrantId" len:"1:128"`
	Grantee string `json:"GranteePrincipal" len:"1:256"`
}

// ListGrants lists a key's grants, 50 a page unless the request says otherwise.
func (s *Service) ListGrants(_ context.Context, c *shape.Call, r ListGrantsRequest) (ListGrantsResponse, error) {
	var answer ListGrantsResponse
	err := s.seeKey(c, r.KeyID, func(k *key) (err error) {
		if r.GrantID != "" && !grantIDForm().MatchString(r.GrantID) {
			return shape.Errorf(invalidGrantID, textGrantID, r.GrantID)
		}
		answer, err = s.listGrants(k.grants, func(g *grant) bool {
			return (r.GrantID == "" || g.ID == r.GrantID) && (r.Grantee == "" || g.Grantee == r.Grantee)
		}, r.Limit, r.Marker, "ListGrants")
		return err
	})
	return answer, err
}
