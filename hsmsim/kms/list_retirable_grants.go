package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// ListRetirableGrantsRequest names a principal.
type ListRetirableGrantsRequest struct {
	Limit    *int   `json:"Limit" range:"1:1000"`
	Marker   string `json:"Marker" len:"1:1024"`
	Retiring string `json:"RetiringPrincipal" required:"true" len:"1:256"`
}

// ListRetirableGrants lists the grants of the region that a principal can retire, 50 a page unless the request says
// otherwise.
func (s *Service) ListRetirableGrants(_ context.Context, c *shape.Call, r ListRetirableGrantsRequest) (ListGrantsResponse, error) {
	if err := checkPrincipal(r.Retiring); err != nil {
		return ListGrantsResponse{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.listGrants(s.see(c.Region).grants, func(g *grant) bool { return g.Retiring == r.Retiring }, r.Limit, r.Marker, "ListRetirableGrants")
}
