package scenario

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"
)

const (
	maxBackups = 100
	maxAge     = 379 * 24 * time.Hour // the longest time that backups are kept for
)

// checkSubnets checks the subnets of a cluster. Two clusters may share a subnet; otherwise no two have an address in
// common.
func (f *file) checkSubnets(path, region string, c *Cluster, u unique) {
	zones := taken{}
	for i, s := range c.Subnets {
		path := fmt.Sprintf("%s.subnets[%d]", path, i)
		f.checkZone(path+".zone", region, s.Zone)
		f.take(zones, path+".zone", s.Zone)
		if s.ID != "" && !subnetID().MatchString(s.ID) {
			f.fail(path+".id", "must be subnet- and 8 or 17 hexadecimal digits")
		}
		block, err := netip.ParsePrefix(s.CIDR)
		if err != nil || !block.Addr().Is4() || block != block.Masked() || block.Bits() < 16 || block.Bits() > 28 {
			f.fail(path+".cidr", "must be an IPv4 block of 16 to 65536 addresses such as 10.0.2.0/24")
			continue
		}
		f.checkOverlap(path, s, block, u.subnets)
		for _, h := range c.HSMs {
			if a, err := netip.ParseAddr(h.Address); err == nil && h.Zone == s.Zone && !block.Contains(a) {
				f.fail(path+".cidr", "the HSM %s of this zone has no address in it", h.Address)
			}
		}
	}
}

func (f *file) checkOverlap(path string, s Subnet, block netip.Prefix, earlier map[string]Subnet) {
	for _, other := range slices.Sorted(maps.Keys(earlier)) {
		o := earlier[other]
		same := o.Zone == s.Zone && o.CIDR == s.CIDR && o.ID == s.ID
		switch p, _ := netip.ParsePrefix(o.CIDR); {
		case same:
		case s.ID != "" && s.ID == o.ID:
			f.fail(path+".id", "%s is already taken by %s", quote(s.ID), other)
		case p.Overlaps(block):
			f.fail(path+".cidr", "has addresses of %s", other)
		}
	}
	earlier[path] = s
}

func (f *file) checkBackups(path string, c *Cluster, u unique) {
	if !f.count(path+".backups", len(c.Backups), 0, maxBackups) {
		return
	}
	if len(c.Backups) > 0 && countType(c.Users, PCO, CO) == 0 {
		f.fail(path+".backups", "a cluster that is not activated has none")
	}
	for i, b := range c.Backups {
		path := fmt.Sprintf("%s.backups[%d]", path, i)
		if b.ID != "" {
			if !backupID().MatchString(b.ID) {
				f.fail(path+".id", "must be backup- and 11 of 0-9 and a-z")
			}
			f.take(u.backups, path+".id", b.ID)
		}
		within(f, path+".age", b.Age, 0, maxAge)
	}
}
