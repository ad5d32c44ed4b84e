package control

import (
	"maps"
	"slices"
)

// An Overview is how a cluster stands.
type Overview struct {
	ID, Region, State string
	Subnets           []SubnetOverview // in order of their zones
	Backups           []string         // ids of those in the cluster's region that are READY, in order of creation
	HSMs              []HSMOverview    // in order of creation
}

// A SubnetOverview is a subnet of a cluster's configuration.
type SubnetOverview struct {
	ID, Zone, CIDR string
	Free           int      // addresses
	Gone           bool     // it was deleted
	Interfaces     []string // descriptions of the network interfaces in it
}

// An HSMOverview is an HSM as the service has it.
type HSMOverview struct {
	ID, Address, Zone, State string
	Node                     int
	Running                  bool // the lab has it
}

// Overview tells how all clusters stand.
func (s *Service) Overview() []Overview {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.run()
	s.report(s.settle())
	var list []Overview
	for r, c := range s.clusters() {
		if c.State != Deleted {
			list = append(list, r.overview(c))
		}
	}
	return list
}

func (r *Region) overview(c *Cluster) Overview {
	o := Overview{ID: c.ID, Region: r.Name, State: c.State}
	for _, zone := range slices.Sorted(maps.Keys(c.Subnets)) {
		subnet := SubnetOverview{ID: c.Subnets[zone], Zone: zone, Gone: true}
		if s := r.Network.subnet(subnet.ID); s != nil {
			subnet.CIDR, subnet.Free, subnet.Gone = s.CIDR.String(), r.Network.free(s), false
		}
		for _, i := range r.Network.Interfaces {
			if i.Subnet == subnet.ID {
				subnet.Interfaces = append(subnet.Interfaces, i.Description)
			}
		}
		o.Subnets = append(o.Subnets, subnet)
	}
	for _, b := range r.Backups {
		if b.Cluster == c.ID && b.State == Ready {
			o.Backups = append(o.Backups, b.ID)
		}
	}
	for _, h := range c.HSMs {
		o.HSMs = append(o.HSMs, HSMOverview{h.ID, h.Address, h.Zone, h.State, h.Node, h.Running})
	}
	return o
}
