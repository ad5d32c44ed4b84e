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
	Absent bool   `yaml:"absent"`
}

func (c *Cluster) validate() string {
	if c.State == "" && c.HSMs == nil && !c.Absent {
		return "cluster: needs state, hsms or absent"
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
	up := 0
	for _, h := range v.HSMs {
		if h.State == "up" {
			up++
		}
	}
	if c.HSMs != nil && up < *c.HSMs {
		return fmt.Sprintf("cluster %s has %s that answer, not %d", v.ID, plural(up, "HSM"), *c.HSMs)
	}
	return ""
}
