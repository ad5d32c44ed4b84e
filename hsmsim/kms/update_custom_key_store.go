package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// UpdateCustomKeyStoreRequest says what is to change of a custom key store.
type UpdateCustomKeyStoreRequest struct {
	ID        string `json:"CustomKeyStoreId" required:"true" len:"1:64"`
	Name      string `json:"NewCustomKeyStoreName" len:"1:256"`
	Password  string `json:"KeyStorePassword" len:"7:32" secret:"true" trail:"-"`
	Cluster   string `json:"CloudHsmClusterId" len:"19:24" pattern:"cluster-[0-9a-zA-Z]{11,16}" trail:"clusterId"`
	ProxyURI  string `json:"XksProxyUriEndpoint"`
	ProxyPath string `json:"XksProxyUriPath"`
}

// UpdateCustomKeyStore changes a custom key store's name, what KMS knows as kmsuser's password, or its cluster: all
// that is asked for, or nothing. The password in the cluster stays what it is. A new cluster must share the backup
// history of the old one.
func (s *Service) UpdateCustomKeyStore(ctx context.Context, c *shape.Call, r UpdateCustomKeyStoreRequest) (shape.Empty, error) {
	if r.ProxyURI != "" || r.ProxyPath != "" {
		return shape.Empty{}, shape.Invalid(xksUnsupportedStore)
	}
	return shape.Empty{}, s.change(ctx, func() error {
		st, err := s.store(c, r.ID)
		if err != nil {
			return err
		}
		defer st.about(c)
		if r.Name+r.Password+r.Cluster == "" {
			return shape.Invalid("Specify at least one of NewCustomKeyStoreName, KeyStorePassword and CloudHsmClusterId.")
		}
		renameOnly := r.Password == "" && r.Cluster == ""
		if st.State != Disconnected && !(renameOnly && st.State == Connected) {
			return st.wrongState()
		}
		if other := s.region(c.Region).named(r.Name); r.Name != "" && other != nil && other != st {
			return shape.Errorf(storeNameInUse, "Custom key store name %s is already in use.", r.Name)
		}
		if r.Cluster != "" {
			if err := s.checkReplacement(st, r.Cluster); err != nil {
				return err
			}
			st.Cluster = r.Cluster
		}
		if r.Name != "" {
			st.Name = r.Name
		}
		if r.Password != "" {
			st.Password, st.Next, st.Proof = r.Password, "", nil
		}
		s.putStore(st)
		return nil
	})
}

// checkReplacement checks a cluster that is to take the place of a key store's own.
func (s *Service) checkReplacement(st *keyStore, id string) error {
	cl, err := s.checkCluster(st.Region, id)
	if err != nil {
		return err
	}
	if err := s.checkHSMs(st.Region, id); err != nil {
		return err
	}
	if string(cl.Certificate) != string(st.Certificate) {
		return shape.Errorf(clusterNotRelated, "CloudHSM cluster %s does not have the same cluster certificate as the cluster that custom key store %s was created with.", id, st.ID)
	}
	return nil
}
