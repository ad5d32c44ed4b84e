package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// ListKeysRequest asks for a page.
type ListKeysRequest struct {
	Limit  *int   `json:"Limit" range:"1:1000"`
	Marker string `json:"Marker" len:"1:1024"`
}

// ListKeysResponse is a page of keys.
type ListKeysResponse struct {
	Keys       []KeyListEntry `json:"Keys"`
	NextMarker string         `json:"NextMarker,omitempty"`
	Truncated  bool           `json:"Truncated"`
}

// KeyListEntry names a key.
type KeyListEntry struct {
	KeyID string `json:"KeyId"`
	ARN   string `json:"KeyArn"`
}

// ListKeys lists all keys of the region, also those whose deletion is scheduled, in order of their ids. A page has
// 100 keys unless the request says otherwise.
func (s *Service) ListKeys(_ context.Context, c *shape.Call, r ListKeysRequest) (ListKeysResponse, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	ids, next, err := page(s.see(c.Region).order, r.Limit, 100, r.Marker, "ListKeys")
	if err != nil {
		return ListKeysResponse{}, err
	}
	answer := ListKeysResponse{Keys: make([]KeyListEntry, len(ids)), NextMarker: next, Truncated: next != ""}
	prefix := s.arn(c.Region, "key/")
	for i, id := range ids {
		answer.Keys[i] = KeyListEntry{id, prefix + id}
	}
	return answer, nil
}
