package runbook

import (
	"context"
	"fmt"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// A Subnet is a condition on a subnet of a cluster's configuration.
type Subnet struct {
	Cluster string `yaml:"cluster"`
	Zone    string `yaml:"zone"`
	Free    int    `yaml:"free"` // addresses, at least

	Interfaces map[string]int `yaml:"interfaces"` // how many network interfaces have a description
}

func (c *Subnet) validate() string {
	if c.Zone == "" {
		return "subnet: zone is missing"
	}
	return ""
}

func (c *Subnet) wrong(_ context.Context, w *World) string {
	v, reason := w.cluster(c.Cluster)
	if v == nil {
		return reason
	}
	for _, s := range v.Subnets {
		switch {
		case s.Zone != c.Zone:
		case s.Gone:
			return fmt.Sprintf("subnet %s is gone", s.ID)
		case s.Free < c.Free:
			return fmt.Sprintf("subnet %s has %d free addresses, not %d", s.ID, s.Free, c.Free)
		default:
			return c.wrongInterfaces(&s)
		}
	}
	return fmt.Sprintf("cluster %s has no subnet in %s", v.ID, c.Zone)
}

func (c *Subnet) wrongInterfaces(s *lab.SubnetView) string {
	for _, description := range sortedKeys(c.Interfaces) {
		n := 0
		for _, d := range s.Interfaces {
			if d == description {
				n++
			}
		}
		if want := c.Interfaces[description]; n != want {
			return fmt.Sprintf("subnet %s has %s %s, not %d", s.ID, plural(n, "network interface"), description, want)
		}
	}
	return ""
}
