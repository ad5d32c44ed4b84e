package runbook

import (
	"context"
	"fmt"
)

// A Cluster is a condition on a cluster.
type Cluster struct {
	ID     string `yaml:"id"`    // or new; default the first
	State  string `yaml:"state"` // of the CloudHSM service
	HSMs   *int   `yaml:"hsms"`  // how many of them answer, at least
	Zones  *int   `yaml:"zones"` // in how many zones those are, at least
	Absent bool   `yaml:"absent"`
}

func (c *Cluster) validate() string {
	if c.State == "" && c.HSMs == nil && c.Zones == nil && !c.Absent {
		return "cluster: needs state, hsms, zones or absent"
	}
	return ""
}

func (c *Cluster) wrong(_ context.Context, w *World) string {
	v, reason := w.cluster(c.ID)
	switch {
	case c.Absent && v != nil:
		return fmt.Sprintf("cluster %s is there", v.ID)
	case c.Absent:
		return ""
	case v == nil:
		return reason
	case c.State != "" && v.State != c.State:
		return fmt.Sprintf("cluster %s is %s, not %s", v.ID, v.State, c.State)
	}
	up, zones := 0, map[string]bool{}
	for _, h := range v.HSMs {
		if h.State == "up" {
			up++
			zones[h.Zone] = true
		}
	}
	if c.HSMs != nil && up < *c.HSMs {
		return fmt.Sprintf("cluster %s has %s answering, not %d", v.ID, plural(up, "HSM"), *c.HSMs)
	}
	if c.Zones != nil && len(zones) < *c.Zones {
		return fmt.Sprintf("the HSMs of cluster %s that answer are in %s, not %d", v.ID, plural(len(zones), "zone"), *c.Zones)
	}
	return ""
}
