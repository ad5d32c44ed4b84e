package control

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
)

// SubnetsNamed are the ids of the subnets that an id means, or an availability zone: of those in the zone, the ones that
// clusters are configured for.
func (s *Service) SubnetsNamed(name string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[string]bool{}
	for _, r := range s.state.Regions {
		if r.Network.subnet(name) != nil {
			found[name] = true
		}
		for _, c := range r.Clusters {
			if id := c.Subnets[name]; c.State != Deleted && r.Network.subnet(id) != nil {
				found[id] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// inSubnet does something with a subnet of whatever region, and makes it durable.
func (s *Service) inSubnet(id string, do func(r *Region, subnet *Subnet) error) (err error) {
	s.enter()
	defer s.leave(&err)
	for _, r := range s.state.Regions {
		if subnet := r.Network.subnet(id); subnet != nil {
			return do(r, subnet)
		}
	}
	return fmt.Errorf("subnet %q: there is none with this id", id)
}

// Fill takes all addresses of a subnet that are free: with network interfaces that belong to the account, so that
// whoever needs an address can delete one.
func (s *Service) Fill(subnet string) error {
	return s.inSubnet(subnet, func(r *Region, subnet *Subnet) error {
		used := map[netip.Addr]bool{}
		for _, other := range s.state.Regions {
			for i := range other.Network.Interfaces {
				used[other.Network.Interfaces[i].Address] = true
			}
		}
		first, last := bounds(subnet.CIDR)
		for a := first; a.Compare(last) <= 0; a = a.Next() {
			if !used[a] {
				r.Network.Interfaces = append(r.Network.Interfaces, Interface{ID: s.newHexID("eni-", "filler"), Subnet: subnet.ID, Address: a,
					Description: "application", Filler: true})
			}
		}
		s.dirty = true
		return nil
	})
}

// Empty gives back what Fill has taken.
func (s *Service) Empty(subnet string) error {
	return s.inSubnet(subnet, func(r *Region, subnet *Subnet) error {
		r.Network.Interfaces = slices.DeleteFunc(r.Network.Interfaces, func(i Interface) bool { return i.Filler && i.Subnet == subnet.ID })
		s.dirty = true
		return nil
	})
}

// Filled are the subnets in which Fill has addresses.
func (s *Service) Filled() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[string]bool{}
	for _, r := range s.state.Regions {
		for i := range r.Network.Interfaces {
			if x := &r.Network.Interfaces[i]; x.Filler {
				found[x.Subnet] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// Abandon deletes a subnet for good. One with interfaces of HSMs or of KMS cannot go, as everywhere; what Fill has there
// goes with it.
func (s *Service) Abandon(subnet string) error {
	return s.inSubnet(subnet, func(r *Region, subnet *Subnet) error {
		for i := range r.Network.Interfaces {
			if x := &r.Network.Interfaces[i]; x.Subnet == subnet.ID && !x.Filler {
				return fmt.Errorf("subnet %s cannot be deleted: %s (%s) is in it", subnet.ID, x.ID, cmp.Or(x.Description, "no description"))
			}
		}
		id := subnet.ID // of the list that changes now
		r.Network.Interfaces = slices.DeleteFunc(r.Network.Interfaces, func(i Interface) bool { return i.Subnet == id })
		r.Network.Subnets = slices.DeleteFunc(r.Network.Subnets, func(x Subnet) bool { return x.ID == id })
		s.dirty = true
		return nil
	})
}
