package kms

import (
	"context"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// ListAliasesRequest asks for a page of all aliases of the region, or of those of one key.
type ListAliasesRequest struct {
	KeyID  string `json:"KeyId" len:"1:2048"`
	Limit  *int   `json:"Limit" range:"1:1000"`
	Marker string `json:"Marker" len:"1:1024"`
}

// ListAliasesResponse is a page of aliases.
type ListAliasesResponse struct {
	Aliases    []AliasListEntry `json:"Aliases"`
	NextMarker string           `json:"NextMarker,omitempty"`
	Truncated  bool             `json:"Truncated"`
}

// AliasListEntry describes an alias.
type AliasListEntry struct {
	Name    string     `json:"AliasName"`
	ARN     string     `json:"AliasArn"`
	Target  string     `json:"TargetKeyId"` // id
	Created shape.Time `json:"CreationDate"`
	Updated shape.Time `json:"LastUpdatedDate"`
}

// ListAliases lists aliases in order of their names. A page has 50 unless the request says otherwise. Those of AWS's
// own keys, which have no keys before somebody uses them, are not there.
func (s *Service) ListAliases(_ context.Context, c *shape.Call, r ListAliasesRequest) (ListAliasesResponse, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	of, id := s.see(c.Region), ""
	if r.KeyID != "" {
		k, err := s.find(c, r.KeyID)
		if err != nil {
			return ListAliasesResponse{}, err
		}
		id = k.ID
	}
	names := make([]string, 0, len(of.aliases))
	for name, a := range of.aliases {
		if id == "" || a.Key == id {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	names, next, err := page(names, r.Limit, 50, r.Marker, "ListAliases")
	if err != nil {
		return ListAliasesResponse{}, err
	}
	answer := ListAliasesResponse{Aliases: make([]AliasListEntry, len(names)), NextMarker: next, Truncated: next != ""}
	for i, name := range names {
		a := of.aliases[name]
		answer.Aliases[i] = AliasListEntry{a.Name, s.arn(c.Region, a.Name), a.Key, shape.At(a.Created), shape.At(a.Updated)}
	}
	return answer, nil
}
