package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// maxStores is the quota of custom key stores of an account and region.
const maxStores = 10

// CreateCustomKeyStoreRequest describes a custom key store.
type CreateCustomKeyStoreRequest struct {
	Name        string             `json:"CustomKeyStoreName" required:"true" len:"1:256"`
	Cluster     string             `json:"CloudHsmClusterId" len:"19:24" pattern:"cluster-[0-9a-zA-Z]{11,16}" trail:"clusterId"`
	TrustAnchor string             `json:"TrustAnchorCertificate" len:"1:5000" secret:"true" trail:"-"`
	Password    string             `json:"KeyStorePassword" len:"7:32" secret:"true" trail:"-"`
	Type        CustomKeyStoreType `json:"CustomKeyStoreType"`
	ProxyURI    string             `json:"XksProxyUriEndpoint"`
	ProxyPath   string             `json:"XksProxyUriPath"`
}

// CreateCustomKeyStoreResponse names it.
type CreateCustomKeyStoreResponse struct {
	ID string `json:"CustomKeyStoreId"`
}

// CreateCustomKeyStore makes a custom key store, which is not connected yet. Whether kmsuser is there and has the
// password shows when it is.
func (s *Service) CreateCustomKeyStore(ctx context.Context, c *shape.Call, r CreateCustomKeyStoreRequest) (CreateCustomKeyStoreResponse, error) {
	if r.Type == StoreExternal || r.ProxyURI != "" || r.ProxyPath != "" {
		return CreateCustomKeyStoreResponse{}, shape.Invalid(xksUnsupportedStore)
	}
	for _, m := range []struct{ name, value string }{
		{"CloudHsmClusterId", r.Cluster}, {"TrustAnchorCertificate", r.TrustAnchor}, {"KeyStorePassword", r.Password}} {
		if m.value == "" {
			return CreateCustomKeyStoreResponse{}, shape.Invalid("%s is required for a custom key store of type AWS_CLOUDHSM.", m.name)
		}
	}
	var answer CreateCustomKeyStoreResponse
	err := s.change(ctx, func() error {
		of := s.region(c.Region)
		for _, st := range of.stores {
			if st.State == Disconnected && st.Name == r.Name && st.Cluster == r.Cluster && st.Password == r.Password && st.TrustAnchor == r.TrustAnchor {
				answer.ID = st.ID
				return nil
			}
		}
		cl, err := s.checkNewStore(of, r)
		if err != nil {
			return err
		}
		st := &keyStore{storeRecord: storeRecord{Region: c.Region, ID: "cks-" + s.newHexID("cks", 17), Name: r.Name, Cluster: r.Cluster,
			Certificate: cl.Certificate, TrustAnchor: r.TrustAnchor, Created: s.now(), State: Disconnected, Password: r.Password}}
		of.stores[st.ID] = st
		s.putStore(st)
		answer.ID = st.ID
		return nil
	})
	return answer, err
}

func (s *Service) checkNewStore(of *region, r CreateCustomKeyStoreRequest) (Cluster, error) {
	if len(of.stores) >= maxStores {
		return Cluster{}, shape.Errorf(limitExceeded, "You have reached the limit of %d custom key stores in this account and Region.", maxStores)
	}
	if of.named(r.Name) != nil {
		return Cluster{}, shape.Errorf(storeNameInUse, "Custom key store name %s is already in use.", r.Name)
	}
	cl, found := s.CloudHSM.Cluster(of.name, r.Cluster)
	if !found {
		return cl, shape.Errorf(clusterNotFound, "CloudHSM cluster %s does not exist.", r.Cluster)
	}
	if cl.State == "ACTIVE" {
		for _, st := range of.stores {
			if st.Cluster == cl.ID || string(st.Certificate) == string(cl.Certificate) {
				return cl, shape.Errorf(clusterInUse, "CloudHSM cluster %s is already associated with a custom key store, or shares a backup history with a cluster that is.", cl.ID)
			}
		}
	}
	if err := checkNetwork(cl); err != nil {
		return cl, err
	}
	if err := s.checkHSMs(of.name, cl.ID); err != nil {
		return cl, err
	}
	if !sameAnchor(r.TrustAnchor, cl.TrustAnchor) {
		return cl, shape.Errorf(incorrectAnchor, "The trust anchor certificate is not the one that CloudHSM cluster %s was initialized with.", cl.ID)
	}
	return cl, nil
}
