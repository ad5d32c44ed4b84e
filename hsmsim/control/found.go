package control

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/ids"
)

// A World is what there is at the beginning of a lab.
type World struct {
	Account  string
	Region   string
	Speed    float64
	Seed     ids.Seed // of what is made up
	Clusters []Founded
}

// A Founded is a cluster that is there at the beginning.
type Founded struct {
	ID         string
	ClonedFrom string // id of an earlier one
	Activated  bool   // it has an officer
	Subnets    []FoundedSubnet
	HSMs       []FoundedHSM
	Backups    []FoundedBackup
}

// A FoundedSubnet is a subnet of a cluster. An empty id is made up.
type FoundedSubnet struct {
	ID, Zone string
	CIDR     netip.Prefix
}

// A FoundedHSM is an HSM. An empty id is made up.
type FoundedHSM struct {
	ID, Zone, Address string
	Node              int
}

// A FoundedBackup is a backup of what the cluster holds at the beginning, that was made a while before.
type FoundedBackup struct {
	ID  string
	Age time.Duration
}

const (
	defaultType      = "hsm1.medium"
	defaultRetention = 90 // days
)

// Found makes the service of a new world. Nothing is durable before Provisioned.
func Found(lab Lab, log *slog.Logger, w World) (*Service, error) {
	s := &Service{lab: lab, log: log, backups: map[string]lastBackup{}, dirty: true}
	s.state = State{Account: w.Account, Speed: w.Speed, Seed: w.Seed, Families: map[string]*Family{}, Regions: map[string]*Region{}}
	var err error
	if s.state.Manufacturer, err = NewCA("hsmlab simulated manufacturer root"); err != nil {
		return nil, err
	}
	if s.state.AWS, err = NewCA("hsmlab simulated AWS CloudHSM root"); err != nil {
		return nil, err
	}
	r := &Region{Name: w.Region}
	s.state.Regions[w.Region] = r
	vpc := VPC{ID: s.stableID("vpc-", w.Account, w.Region), CIDR: covering(w.Clusters)}
	r.Network.addVPC(vpc)
	for i := range w.Clusters {
		if err := s.found(r, vpc.ID, &w.Clusters[i]); err != nil {
			return nil, fmt.Errorf("cannot set up cluster %s: %w", w.Clusters[i].ID, err)
		}
	}
	for i, c := range r.Clusters {
		if len(w.Clusters[i].Subnets) == 0 {
			r.Network.fill(vpc, w.Region, c)
		}
	}
	r.Network.addSpare(vpc, w.Region)
	s.publish()
	return s, nil
}

func (s *Service) found(r *Region, vpc string, f *Founded) error {
	c := &Cluster{ID: f.ID, State: Initialized, Created: s.lab.Now(), Type: defaultType, Mode: "FIPS", NetworkType: "IPV4",
		Retention: defaultRetention, VPC: vpc, Subnets: map[string]string{}}
	for _, b := range f.Backups {
		c.Created = earlier(c.Created, s.lab.Now().Add(-b.Age))
	}
	switch {
	case f.Activated:
		c.State, c.Daily = Active, s.lab.Now().Add(backupEvery)
	case len(f.HSMs) == 0:
		c.State = Uninitialized
	}
	c.Group = s.addGroup(&r.Network, vpc, c.ID).ID
	if source := r.cluster(f.ClonedFrom); source != nil && source.Family != "" {
		c.Family = source.Family
	} else if c.State != Uninitialized {
		family, err := newFamily(c.ID)
		if err != nil {
			return err
		}
		s.state.Families[c.ID], c.Family = family, c.ID
	}
	for _, wanted := range subnetsOf(f) {
		c.Subnets[wanted.Zone] = r.Network.addSubnet(vpc, wanted)
	}
	r.Clusters = append(r.Clusters, c)
	for _, h := range f.HSMs {
		if err := s.foundHSM(r, c, h); err != nil {
			return err
		}
	}
	return nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func (s *Service) foundHSM(r *Region, c *Cluster, f FoundedHSM) error {
	a, err := netip.ParseAddr(f.Address)
	if err != nil {
		return err
	}
	h := &HSM{ID: cmp.Or(f.ID, s.newID("hsm-")), State: Active, Message: msgHSMCreated, Zone: f.Zone, Subnet: c.Subnets[f.Zone],
		Interface: s.stableID("eni-", f.Address), Address: f.Address, Node: f.Node, Running: true}
	r.Network.Interfaces = append(r.Network.Interfaces, Interface{ID: h.Interface, Subnet: h.Subnet, Address: a,
		Description: interfaceDescription(h.ID), Groups: []string{c.Group}, Requester: requesterHSM})
	if h.Hardware, err = newHardware(s.state.Manufacturer, h.ID); err != nil {
		return err
	}
	key, err := s.state.Families[c.Family].Private()
	if err != nil {
		return err
	}
	if h.Certificate, err = sign(clusterTemplate(partition(h.ID)), key.Public(), h.Hardware); err != nil {
		return err
	}
	c.HSMs = append(c.HSMs, h)
	return nil
}

func interfaceDescription(hsmID string) string { return "CloudHSM " + hsmID }

// Provisioned makes the backups of a new world, whose HSMs now hold what they are to hold. content gives what the HSMs of
// an activated cluster without any would hold, and does not call back.
func (s *Service) Provisioned(w World, content func(cluster string, f *Family) ([]byte, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.state.Regions[w.Region]
	for i := range w.Clusters {
		if err := s.foundBackups(r, r.cluster(w.Clusters[i].ID), &w.Clusters[i], content); err != nil {
			return fmt.Errorf("cannot make the backups of cluster %s: %w", w.Clusters[i].ID, err)
		}
	}
	slices.SortStableFunc(r.Backups, func(a, b *Backup) int { return a.Created.Compare(b.Created) })
	return nil
}

func (s *Service) foundBackups(r *Region, c *Cluster, f *Founded, content func(cluster string, f *Family) ([]byte, error)) error {
	if c.State != Active || len(f.Backups) == 0 && len(c.HSMs) > 0 {
		return nil
	}
	var name string
	var err error
	if len(c.HSMs) > 0 {
		name, err = s.captureAny(c)
	} else {
		var data []byte
		if data, err = content(c.ID, s.state.Families[c.Family]); err == nil {
			name, err = s.keep(data)
			c.Content = name
		}
	}
	if err != nil {
		return err
	}
	for _, b := range f.Backups {
		r.Backups = append(r.Backups, &Backup{ID: cmp.Or(b.ID, s.newID("backup-")), State: Ready, Cluster: c.ID, Family: c.Family, Content: name,
			Created: s.lab.Now().Add(-b.Age), Type: c.Type, Mode: c.Mode})
	}
	return nil
}

// Document is the state to be saved with the rest of a new world.
func (s *Service) Document() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dirty = false
	return s.encode()
}

// subnetsOf are the subnets of a cluster, one in each zone: those that are given, and else those that its HSMs'
// addresses are in.
func subnetsOf(f *Founded) []FoundedSubnet {
	byZone := map[string]FoundedSubnet{}
	for _, s := range f.Subnets {
		byZone[s.Zone] = s
	}
	for _, h := range f.HSMs {
		a := netip.MustParseAddr(h.Address)
		s, there := byZone[h.Zone]
		if !there {
			s = FoundedSubnet{Zone: h.Zone, CIDR: netip.PrefixFrom(a, 24).Masked()}
		}
		for !s.CIDR.Contains(a) {
			s.CIDR = netip.PrefixFrom(s.CIDR.Addr(), s.CIDR.Bits()-1).Masked()
		}
		byZone[h.Zone] = s
	}
	var list []FoundedSubnet
	for _, zone := range slices.Sorted(maps.Keys(byZone)) {
		list = append(list, byZone[zone])
	}
	return list
}

// addSubnet adds a subnet, or finds the one that is there with the same zone and addresses.
func (n *Net) addSubnet(vpc string, f FoundedSubnet) string {
	for _, s := range n.Subnets {
		if s.Zone == f.Zone && s.CIDR == f.CIDR && (f.ID == "" || f.ID == s.ID) {
			return s.ID
		}
	}
	s := Subnet{ID: cmp.Or(f.ID, stableID("subnet-", vpc, f.Zone, f.CIDR.String())), VPC: vpc, Zone: f.Zone, CIDR: f.CIDR}
	n.Subnets = append(n.Subnets, s)
	return s.ID
}

// fill gives a cluster subnets in the first three zones where it has none.
func (n *Net) fill(vpc VPC, region string, c *Cluster) {
	base := vpc.CIDR.Addr().As4()
	third := byte(1)
	for _, letter := range []string{"a", "b", "c"} {
		zone := region + letter
		for ; c.Subnets[zone] == "" && third < 128; third++ {
			block := netip.PrefixFrom(netip.AddrFrom4([4]byte{base[0], base[1], third, 0}), 24)
			if !slices.ContainsFunc(n.Subnets, func(other Subnet) bool { return other.CIDR.Overlaps(block) }) {
				c.Subnets[zone] = n.addSubnet(vpc.ID, FoundedSubnet{Zone: zone, CIDR: block})
			}
		}
	}
}

// covering is the smallest block, at least a /16, that has the addresses of all clusters.
func covering(clusters []Founded) netip.Prefix {
	var block netip.Prefix
	for i := range clusters {
		for _, s := range subnetsOf(&clusters[i]) {
			if !block.IsValid() {
				block = netip.PrefixFrom(s.CIDR.Addr(), min(16, s.CIDR.Bits())).Masked()
			}
			for !(block.Bits() <= s.CIDR.Bits() && block.Contains(s.CIDR.Addr())) {
				block = netip.PrefixFrom(block.Addr(), block.Bits()-1).Masked()
			}
		}
	}
	if !block.IsValid() {
		return netip.MustParsePrefix("10.0.0.0/16")
	}
	return block
}

// addSpare adds subnets to make other clusters in: three roomy ones and a tiny one.
func (n *Net) addSpare(vpc VPC, region string) {
	base := vpc.CIDR.Addr().As4()
	third := byte(128)
	for _, s := range []struct {
		zone string
		bits int
	}{{"a", 20}, {"b", 20}, {"c", 20}, {"a", 28}} {
		for ; third >= 128; third += 16 { // until it comes round
			block := netip.PrefixFrom(netip.AddrFrom4([4]byte{base[0], base[1], third, 0}), s.bits)
			if !slices.ContainsFunc(n.Subnets, func(other Subnet) bool { return other.CIDR.Overlaps(block) }) {
				n.addSubnet(vpc.ID, FoundedSubnet{Zone: region + s.zone, CIDR: block})
				third += 16
				break
			}
		}
	}
}

// defaultNetwork is what a region has before anybody makes something in it: a default VPC with three subnets. Its
// addresses are those of no other region.
func (s *Service) defaultNetwork(region string) Net {
	var n Net
	vpc := VPC{ID: s.stableID("vpc-", s.state.Account, region), CIDR: s.freeBlock(), Default: true}
	n.addVPC(vpc)
	base := vpc.CIDR.Addr().As4()
	for i, zone := range []string{"a", "b", "c"} {
		block := netip.PrefixFrom(netip.AddrFrom4([4]byte{base[0], base[1], byte(16 * i), 0}), 20)
		n.addSubnet(vpc.ID, FoundedSubnet{Zone: region + zone, CIDR: block})
	}
	return n
}

// freeBlock finds addresses for the default VPC of another region: those that AWS gives where they are free.
func (s *Service) freeBlock() netip.Prefix {
	for i := range 80 {
		block := netip.PrefixFrom(netip.AddrFrom4([4]byte{172, byte(31 - i), 0, 0}), 16)
		if i > 15 {
			block = netip.PrefixFrom(netip.AddrFrom4([4]byte{100, byte(64 + i - 16), 0, 0}), 16)
		}
		free := true
		for _, r := range s.state.Regions {
			for _, other := range r.Network.Subnets {
				free = free && !other.CIDR.Overlaps(block)
			}
		}
		if free {
			return block
		}
	}
	return netip.MustParsePrefix("198.18.0.0/16") // more regions than there are
}
