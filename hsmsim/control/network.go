package control

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
)

// Net is the network of the account in one region.
type Net struct {
	VPCs       []VPC
	Subnets    []Subnet
	Interfaces []Interface
	Groups     []*Group
	ACLs       []*ACL
}

// VPC is a virtual private cloud.
type VPC struct {
	ID      string
	CIDR    netip.Prefix
	Default bool
}

// Subnet is a subnet in one availability zone.
type Subnet struct {
	ID   string
	VPC  string
	Zone string
	CIDR netip.Prefix
}

// reserved is how many addresses of a subnet AWS keeps for itself (VPC user guide): the first four and the last.
const reserved = 5

// Interface is a network interface, which takes an address.
type Interface struct {
	ID          string
	Subnet      string
	Address     netip.Addr
	Description string
	Groups      []string
	Requester   string // the service that has it, "" for the account's own
	Store       string // custom key store that it is for, if any
	Filler      bool   `json:",omitempty"` // there only to have an address, see Fill
}

// The services that have interfaces.
const (
	requesterHSM = "cloudhsm"
	requesterKMS = "kms"
)

// Group is a security group.
type Group struct {
	ID, Name, Description, VPC string
	Rules                      []Rule
}

// Rule is a rule of a security group: traffic that it lets pass.
type Rule struct {
	ID       string
	Egress   bool
	Protocol string // tcp, udp, icmp; -1 for all
	From, To int    // ports; -1 for all
	Group    string // peer, or
	CIDR     string // peer
}

// The ports of an HSM (user guide, security groups).
const (
	firstPort = 2223
	lastPort  = 2225
)

// ACL is a network access control list, that of all subnets of a VPC.
type ACL struct {
	ID, VPC string
	Entries []Entry // in order of number, egress apart from ingress
}

// Entry is an entry of a network access control list.
type Entry struct {
	Number   int
	Protocol string // a number; -1 for all
	Allow    bool
	Egress   bool
	CIDR     netip.Prefix
	From, To int // ports; both 0 for all
}

// lastEntry is the number of the entries that deny what no other has allowed.
const lastEntry = 32767

func (n *Net) vpc(id string) *VPC { return find(n.VPCs, func(v *VPC) bool { return v.ID == id }) }
func (n *Net) subnet(id string) *Subnet {
	return find(n.Subnets, func(s *Subnet) bool { return s.ID == id })
}
func (n *Net) networkInterface(id string) *Interface {
	return find(n.Interfaces, func(i *Interface) bool { return i.ID == id })
}

func find[T any](list []T, ok func(*T) bool) *T {
	for i := range list {
		if ok(&list[i]) {
			return &list[i]
		}
	}
	return nil
}

func (n *Net) group(id string) *Group {
	for _, g := range n.Groups {
		if g.ID == id {
			return g
		}
	}
	return nil
}

func (n *Net) acl(vpc string) *ACL {
	for _, a := range n.ACLs {
		if a.VPC == vpc {
			return a
		}
	}
	return nil
}

func (n *Net) removeGroup(id string) {
	n.Groups = slices.DeleteFunc(n.Groups, func(g *Group) bool { return g.ID == id })
}

func (n *Net) removeInterface(id string) {
	n.Interfaces = slices.DeleteFunc(n.Interfaces, func(i Interface) bool { return i.ID == id })
}

// free is how many addresses of a subnet nobody has.
func (n *Net) free(s *Subnet) int {
	count := 1<<(32-s.CIDR.Bits()) - reserved
	for i := range n.Interfaces {
		if n.Interfaces[i].Subnet == s.ID {
			count--
		}
	}
	return max(0, count)
}

// addVPC makes a VPC with its list of access control, which lets everything pass.
func (n *Net) addVPC(v VPC) {
	n.VPCs = append(n.VPCs, v)
	everything := netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	acl := &ACL{ID: stableID("acl-", v.ID), VPC: v.ID}
	for _, egress := range []bool{true, false} {
		acl.Entries = append(acl.Entries, Entry{Number: 100, Protocol: "-1", Allow: true, Egress: egress, CIDR: everything},
			Entry{Number: lastEntry, Protocol: "-1", Egress: egress, CIDR: everything})
	}
	n.ACLs = append(n.ACLs, acl)
}

// addGroup makes the security group of a cluster: TCP 2223 to 2225 from and to itself.
func (s *Service) addGroup(n *Net, vpc, cluster string) *Group {
	g := &Group{ID: stableID("sg-", vpc, cluster), Name: "cloudhsm-" + cluster + "-sg", VPC: vpc,
		Description: "Security group for AWS CloudHSM Cluster " + cluster}
	for _, egress := range []bool{false, true} {
		g.Rules = append(g.Rules, Rule{ID: s.newHexID("sgr-", ""), Egress: egress, Protocol: "tcp", From: firstPort, To: lastPort, Group: g.ID})
	}
	n.Groups = append(n.Groups, g)
	return g
}

// used reports whether an address belongs to an interface anywhere: HSMs of all regions have their sockets in one lab.
func (s *Service) used(a netip.Addr) bool {
	for _, r := range s.state.Regions {
		for i := range r.Network.Interfaces {
			if r.Network.Interfaces[i].Address == a {
				return true
			}
		}
	}
	return false
}

// place adds an interface with a free address of its subnet, the one that it asks for or the lowest. Errors:
// errNoAddress, errAddressTaken, errAddressOutside.
func (s *Service) place(r *Region, i Interface) (*Interface, error) {
	subnet := r.Network.subnet(i.Subnet)
	first, last := bounds(subnet.CIDR)
	switch {
	case r.Network.free(subnet) == 0:
		return nil, errNoAddress
	case i.Address.IsValid() && !(subnet.CIDR.Contains(i.Address) && i.Address.Compare(first) >= 0 && i.Address.Compare(last) <= 0):
		return nil, errAddressOutside
	case i.Address.IsValid() && s.used(i.Address):
		return nil, errAddressTaken
	case !i.Address.IsValid():
		a := first
		for ; s.used(a); a = a.Next() {
			if a == last {
				return nil, errNoAddress
			}
		}
		i.Address = a
	}
	i.ID = s.newHexID("eni-", i.Requester)
	r.Network.Interfaces = append(r.Network.Interfaces, i)
	s.dirty = true
	return &r.Network.Interfaces[len(r.Network.Interfaces)-1], nil
}

var (
	errNoAddress      = fmt.Errorf("the subnet has no free address")
	errAddressTaken   = fmt.Errorf("the address is in use")
	errAddressOutside = fmt.Errorf("the address is not one of the subnet's")
)

// bounds are the first and the last address of a subnet that interfaces can have.
func bounds(p netip.Prefix) (first, last netip.Addr) {
	base := binary.BigEndian.Uint32(p.Masked().Addr().AsSlice())
	return addr(base + reserved - 1), addr(base + 1<<(32-p.Bits()) - 2)
}

func addr(n uint32) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], n)
	return netip.AddrFrom4(b)
}

// lets reports whether an access control list lets the HSMs of a subnet and their clients talk. An entry decides if it
// is about the whole subnet.
func (a *ACL) lets(subnet netip.Prefix) bool {
	const clientPort = 32768 // answers go there
	return a.passes(subnet, false, firstPort) && a.passes(subnet, true, clientPort) &&
		a.passes(subnet, true, firstPort) && a.passes(subnet, false, clientPort)
}

func (a *ACL) passes(subnet netip.Prefix, egress bool, port int) bool {
	var first *Entry
	for i := range a.Entries {
		e := &a.Entries[i]
		about := e.CIDR.Bits() <= subnet.Bits() && e.CIDR.Contains(subnet.Addr()) && e.Egress == egress &&
			(e.Protocol == "-1" || e.Protocol == "6" && (e.From == 0 && e.To == 0 || e.From <= port && port <= e.To))
		if about && (first == nil || e.Number < first.Number) {
			first = e
		}
	}
	return first != nil && first.Allow
}

// cut are the HSMs that nobody can reach, by id.
func (s *Service) cut() map[string]bool {
	cut := map[string]bool{}
	for r, c := range s.clusters() {
		for _, h := range c.HSMs {
			if h.Running && !r.Network.reachable(h.Subnet) {
				cut[h.ID] = true
			}
		}
	}
	return cut
}

// reachable reports whether the access control list lets clients reach a subnet.
func (n *Net) reachable(subnet string) bool {
	s := n.subnet(subnet)
	if s == nil {
		return true // its HSMs would keep it from being deleted
	}
	acl := n.acl(s.VPC)
	return acl == nil || acl.lets(s.CIDR)
}

// intact reports whether a security group still has the rules that a cluster needs.
func (g *Group) intact() bool {
	return g != nil && g.open(false) && g.open(true)
}

func (g *Group) open(egress bool) bool {
	return slices.ContainsFunc(g.Rules, func(r Rule) bool {
		return r.Egress == egress && r.Group == g.ID &&
			(r.Protocol == "-1" || r.Protocol == "tcp" && r.From <= firstPort && r.To >= lastPort)
	})
}
