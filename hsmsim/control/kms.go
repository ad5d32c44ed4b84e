package control

import (
	"maps"
	"net/netip"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/kms"
)

var _ kms.CloudHSM = (*Service)(nil)

// Cluster describes a cluster for KMS.
func (s *Service) Cluster(region, id string) (kms.Cluster, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.run()
	r := s.state.Regions[region]
	if r == nil || r.cluster(id) == nil {
		return kms.Cluster{}, false
	}
	c := r.cluster(id)
	k := kms.Cluster{ID: c.ID, State: c.State, Subnets: c.subnets(), Zones: len(c.Subnets), GroupIntact: r.Network.group(c.Group).intact()}
	if f := s.state.Families[c.Family]; f != nil {
		k.Certificate, k.TrustAnchor = f.Certificate, f.TrustAnchor
	}
	for _, h := range c.HSMs {
		if h.State == Active && h.Running {
			k.HSMs = append(k.HSMs, kms.Member{Member: hsm.Member{Node: h.Node, Address: h.Address}, Zone: h.Zone})
		}
	}
	return k, true
}

// subnets are those of a cluster's configuration, in order of their zones.
func (c *Cluster) subnets() []string {
	var list []string
	for _, zone := range slices.Sorted(maps.Keys(c.Subnets)) {
		list = append(list, c.Subnets[zone])
	}
	return list
}

// Attach gives a custom key store its place in the cluster's subnets.
func (s *Service) Attach(region, cluster, store string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.state.Regions[region]
	if r == nil || r.cluster(cluster) == nil {
		return kms.ErrSubnetNotFound
	}
	c := r.cluster(cluster)
	if slices.Contains(c.Stores, store) {
		return nil
	}
	for _, id := range c.subnets() {
		subnet := r.Network.subnet(id)
		switch {
		case subnet == nil:
			return kms.ErrSubnetNotFound
		case r.Network.free(subnet) == 0:
			return kms.ErrNoFreeAddress
		}
	}
	before := slices.Clone(r.Network.Interfaces)
	group := &Group{ID: s.newHexID("sg-", requesterKMS), Name: "kms-" + store, VPC: c.VPC, Description: "Security group for KMS custom key store " + store,
		Rules: []Rule{{ID: s.newHexID("sgr-", requesterKMS), Protocol: "tcp", From: firstPort, To: lastPort, Group: c.Group}}}
	for _, id := range c.subnets() {
		_, err := s.place(r, Interface{Subnet: id, Description: "KMS managed ENI for cluster " + c.ID, Requester: requesterKMS, Store: store,
			Groups: []string{group.ID, c.Group}})
		if err != nil { // other regions have all of its addresses
			r.Network.Interfaces = before
			return kms.ErrNoFreeAddress
		}
	}
	r.Network.Groups = append(r.Network.Groups, group)
	c.Stores = append(c.Stores, store)
	return s.settle()
}

// Detach takes that back.
func (s *Service) Detach(region, cluster, store string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.state.Regions[region]
	if r == nil {
		return
	}
	for _, c := range r.Clusters { // also a deleted one
		i := slices.Index(c.Stores, store)
		if c.ID != cluster || i < 0 {
			continue
		}
		c.Stores = slices.Delete(c.Stores, i, i+1)
		r.Network.Interfaces = slices.DeleteFunc(r.Network.Interfaces, func(i Interface) bool { return i.Store == store })
		r.Network.Groups = slices.DeleteFunc(r.Network.Groups, func(g *Group) bool { return g.Name == "kms-"+store })
		s.dirty = true
	}
	s.report(s.settle())
}

// Open reports whether packets get from KMS to the HSMs of a cluster.
func (s *Service) Open(region, cluster string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.state.Regions[region]
	if r == nil || r.cluster(cluster) == nil {
		return false
	}
	c := r.cluster(cluster)
	for _, id := range c.Subnets {
		if !r.Network.reachable(id) {
			return false
		}
	}
	return r.Network.group(c.Group).intact()
}

// address reads an IPv4 address; the zero value for "".
func address(text string) (netip.Addr, bool) {
	if text == "" {
		return netip.Addr{}, true
	}
	a, err := netip.ParseAddr(text)
	return a, err == nil && a.Is4()
}
