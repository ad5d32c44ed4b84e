package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// DescribeCustomKeyStoresRequest names a custom key store by its id or its name, or asks for a page of all.
type DescribeCustomKeyStoresRequest struct {
	ID     string `json:"CustomKeyStoreId" len:"1:64"`
	Name   string `json:"CustomKeyStoreName" len:"1:256"`
	Limit  *int   `json:"Limit" range:"1:1000"`
	Marker string `json:"Marker" len:"1:1024"`
}

// DescribeCustomKeyStoresResponse is a page of custom key stores.
type DescribeCustomKeyStoresResponse struct {
	Stores     []CustomKeyStore `json:"CustomKeyStores"`
	NextMarker string           `json:"NextMarker,omitempty"`
	Truncated  bool             `json:"Truncated"`
}

// CustomKeyStore describes a custom key store. Its password is nobody's to see.
type CustomKeyStore struct {
	ID          string             `json:"CustomKeyStoreId"`
	Name        string             `json:"CustomKeyStoreName"`
	Cluster     string             `json:"CloudHsmClusterId"`
	TrustAnchor string             `json:"TrustAnchorCertificate"`
	Created     shape.Time         `json:"CreationDate"`
	State       ConnectionState    `json:"ConnectionState"`
	ErrorCode   ErrorCode          `json:"ConnectionErrorCode,omitempty"`
	Type        CustomKeyStoreType `json:"CustomKeyStoreType,omitempty"` // in the current edition
}

// DescribeCustomKeyStores describes custom key stores. The reason of a failed connection stays to be seen when the
// store is disconnected after it, since the guide's procedure reads it then.
func (s *Service) DescribeCustomKeyStores(_ context.Context, c *shape.Call, r DescribeCustomKeyStoresRequest) (DescribeCustomKeyStoresResponse, error) {
	if r.ID != "" && r.Name != "" {
		return DescribeCustomKeyStoresResponse{}, shape.Invalid("Specify either CustomKeyStoreId or CustomKeyStoreName, not both.")
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	answer := DescribeCustomKeyStoresResponse{Stores: []CustomKeyStore{}}
	of := s.see(c.Region)
	if r.ID != "" || r.Name != "" {
		st := of.stores[r.ID]
		if r.Name != "" {
			st = of.named(r.Name)
		}
		if st == nil {
			return answer, shape.Errorf(storeNotFound, "Custom key store %s does not exist.", r.ID+r.Name)
		}
		answer.Stores = append(answer.Stores, s.describeStore(st))
		return answer, nil
	}
	all := of.sortedStores()
	ids := make([]string, len(all))
	for i, st := range all {
		ids[i] = st.ID
	}
	from, err := after(ids, r.Marker, "DescribeCustomKeyStores")
	if err != nil {
		return answer, err
	}
	to := min(from+pageSize(r.Limit, 1000), len(all))
	for _, st := range all[from:to] {
		answer.Stores = append(answer.Stores, s.describeStore(st))
	}
	if to < len(all) {
		answer.Truncated, answer.NextMarker = true, marker(ids[to-1], "DescribeCustomKeyStores")
	}
	return answer, nil
}

func (s *Service) describeStore(st *keyStore) CustomKeyStore {
	d := CustomKeyStore{ID: st.ID, Name: st.Name, Cluster: st.Cluster, TrustAnchor: st.TrustAnchor, Created: shape.At(st.Created), State: st.State}
	if st.State == Failed || st.State == Disconnected || st.State == Disconnecting {
		d.ErrorCode = st.ErrorCode
	}
	if s.Current {
		d.Type = StoreCloudHSM
		if st.State != Failed {
			d.ErrorCode = ""
		}
	}
	return d
}
