package kms

import (
	"context"
	"encoding/pem"
	"sort"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// keyStore is a custom key store.
type keyStore struct {
	storeRecord
	serial  uint64
	conn    *connection // nil unless CONNECTED
	attempt uint64      // counts what was begun: whatever belongs to an earlier one is too late
	timer   clock.Timer // of the transition that it is in
	cancel  context.CancelFunc
}

// storeRecord is a custom key store as the journal holds it.
type storeRecord struct {
	Region, ID, Name string
	Cluster          string
	Certificate      []byte // of the cluster, which tells whether another one is related to it
	TrustAnchor      string // as it was given
	Created          time.Time
	State            ConnectionState
	ErrorCode        ErrorCode // of the last attempt; it stays when the store is disconnected

	Password string     // of kmsuser, as KMS knows it
	Next     string     // what a rotation that may not be complete is changing it to
	Proof    *hsm.Proof // of a password that nobody knows, instead of one
}

// store finds a custom key store by its id; s.mu is held.
func (s *Service) store(c *shape.Call, id string) (*keyStore, error) {
	st := s.see(c.Region).stores[id]
	if st == nil {
		return nil, shape.Errorf(storeNotFound, "Custom key store %s does not exist.", id)
	}
	return st, nil
}

// about notes for CloudTrail which custom key store a call was about.
func (st *keyStore) about(c *shape.Call) {
	c.Note("customKeyStoreName", st.Name)
	c.Note("clusterId", st.Cluster)
}

// connected finds a connected custom key store; s.mu is held.
func (s *Service) connected(c *shape.Call, id string) (*keyStore, *connection, error) {
	st, err := s.store(c, id)
	if err != nil {
		return nil, nil, err
	}
	if st.State != Connected || st.conn == nil {
		return nil, nil, st.wrongState()
	}
	return st, st.conn, nil
}

// connectedStore is a key's custom key store where that is connected, else nil; s.mu is held.
func (s *Service) connectedStore(k *key) *keyStore {
	if st := s.see(k.Region).stores[k.Store]; st != nil && st.State == Connected && st.conn != nil {
		return st
	}
	return nil
}

func (st *keyStore) wrongState() error {
	return shape.Errorf(storeInvalidState, "Custom key store %s is in connection state %s, which is not valid for this operation.", st.ID, st.State)
}

// named finds a custom key store by its name; s.mu is held.
func (r *region) named(name string) *keyStore {
	for _, st := range r.stores {
		if st.Name == name {
			return st
		}
	}
	return nil
}

// sortedStores lists the custom key stores in order of their ids.
func (r *region) sortedStores() []*keyStore {
	list := make([]*keyStore, 0, len(r.stores))
	for _, st := range r.stores {
		list = append(list, st)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ID < list[j].ID })
	return list
}

// checkCluster looks a cluster up and checks what all key stores need of it: that it is ACTIVE, and its network.
func (s *Service) checkCluster(region, id string) (Cluster, error) {
	cl, found := s.CloudHSM.Cluster(region, id)
	if !found {
		return cl, shape.Errorf(clusterNotFound, "CloudHSM cluster %s does not exist.", id)
	}
	return cl, checkNetwork(cl)
}

func checkNetwork(cl Cluster) error {
	switch {
	case cl.State != "ACTIVE":
		return shape.Errorf(clusterNotActive, "CloudHSM cluster %s is in state %s. Initialize and activate the cluster first.", cl.ID, cl.State)
	case cl.Zones < 2:
		return shape.Errorf(clusterInvalid, "CloudHSM cluster %s must have private subnets in at least two Availability Zones.", cl.ID)
	case !cl.GroupIntact:
		return shape.Errorf(clusterInvalid, "The security group cloudhsm-cluster-%s-sg must allow TCP traffic on ports 2223-2225 from and to itself.",
			trimCluster(cl.ID))
	}
	return nil
}

func trimCluster(id string) string {
	if len(id) > len("cluster-") {
		return id[len("cluster-"):]
	}
	return id
}

// checkHSMs fails unless a cluster has two active HSMs in different availability zones.
func (s *Service) checkHSMs(region, id string) error {
	cl, found := s.CloudHSM.Cluster(region, id)
	zones := map[string]bool{}
	for _, m := range cl.HSMs {
		zones[m.Zone] = true
	}
	if !found || len(zones) < 2 {
		return shape.Errorf(clusterInvalid, "CloudHSM cluster %s must contain at least two active HSMs in different Availability Zones.", id)
	}
	return nil
}

// sameAnchor reports whether a text is the certificate, whatever its white space.
func sameAnchor(text string, der []byte) bool {
	block, _ := pem.Decode([]byte(text))
	return block != nil && block.Type == "CERTIFICATE" && string(block.Bytes) == string(der)
}
