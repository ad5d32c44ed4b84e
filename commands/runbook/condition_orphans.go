package runbook

import (
	"context"
	"fmt"
)

// Orphans is the condition that kmsuser owns no key that no KMS key has its material in.
type Orphans struct {
	Cluster string `yaml:"cluster"`
}

func (c *Orphans) validate() string { return "" }

func (c *Orphans) wrong(_ context.Context, w *World) string {
	v, reason := w.cluster(c.Cluster)
	if v == nil {
		return reason
	}
	used := map[uint64]bool{}
	for _, k := range w.View.Keys {
		for _, s := range w.View.Stores {
			if s.ID == k.Store && s.Cluster == v.ID {
				for _, h := range k.Handles {
					used[h] = true
				}
			}
		}
	}
	for _, h := range v.HSMs {
		for _, k := range h.Keys {
			if k.Owner == "kmsuser" && !k.Session && !used[k.Handle] {
				return fmt.Sprintf("key %d on %s belongs to no KMS key", k.Handle, h.Address)
			}
		}
	}
	return ""
}
