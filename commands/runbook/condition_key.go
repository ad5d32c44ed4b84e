package runbook

import (
	"context"
	"fmt"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// A Key is a condition on a key of a cluster's HSMs.
type Key struct {
	Cluster    string          `yaml:"cluster"`
	Handle     uint64          `yaml:"handle"`
	Label      string          `yaml:"label"`
	On         string          `yaml:"on"` // all (the default), none, or addresses
	Owner      string          `yaml:"owner"`
	Shared     []string        `yaml:"shared"`
	Attributes map[string]bool `yaml:"attributes"` // by name without OBJ_ATTR_
}

func (c *Key) validate() string {
	if (c.Handle == 0) == (c.Label == "") {
		return "key: needs either handle or label"
	}
	return ""
}

func (c *Key) wrong(_ context.Context, w *World) string {
	v, reason := w.cluster(c.Cluster)
	if v == nil {
		return reason
	}
	name := fmt.Sprintf("key %d", c.Handle)
	if c.Label != "" {
		name = fmt.Sprintf("key with the label %s", c.Label)
	}
	find := func(h *lab.HSMView) *lab.KeyView {
		for i := range h.Keys {
			if k := &h.Keys[i]; !k.Session && (k.Handle == c.Handle || c.Label != "" && k.Label == c.Label) {
				return k
			}
		}
		return nil
	}
	return eachOn(name, c.On, v.HSMs, find, c.differs)
}

func (c *Key) differs(k *lab.KeyView) string {
	if c.Owner != "" && c.Owner != k.Owner {
		return fmt.Sprintf("is owned by %s, not by %s", k.Owner, c.Owner)
	}
	for _, name := range c.Shared {
		if !slices.Contains(k.Shared, name) {
			return fmt.Sprintf("is not shared with %s", name)
		}
	}
	for _, name := range sortedKeys(c.Attributes) {
		if is, known := k.Attributes[name]; !known || is != c.Attributes[name] {
			return fmt.Sprintf("has OBJ_ATTR_%s %t", name, is)
		}
	}
	return ""
}
