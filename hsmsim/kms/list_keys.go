package kms

import (
	"context"
	"sort"

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
	order := s.see(c.Region).order
	from, err := after(order, r.Marker, "ListKeys")
	if err != nil {
		return ListKeysResponse{}, err
	}
	to := min(from+pageSize(r.Limit, 100), len(order))
	page := ListKeysResponse{Keys: make([]KeyListEntry, 0, to-from)}
	prefix := s.arn(c.Region, "key/")
	for _, id := range order[from:to] {
		page.Keys = append(page.Keys, KeyListEntry{id, prefix + id})
	}
	if to < len(order) {
		page.Truncated, page.NextMarker = true, marker(order[to-1], "ListKeys")
	}
	return page, nil
}

// after is where the page behind a marker begins in a sorted list of names. A marker stays good when what it names
// is gone.
func after(order []string, mark, operation string) (int, error) {
	if mark == "" {
		return 0, nil
	}
	last, err := unmark(mark, operation)
	if err != nil {
		return 0, err
	}
	i := sort.SearchStrings(order, last)
	if i < len(order) && order[i] == last {
		i++
	}
	return i, nil
}

func pageSize(limit *int, standard int) int {
	if limit == nil {
		return standard
	}
	return *limit
}
