package runbook

import (
	"context"
	"fmt"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// A Store is a condition on a custom key store.
type Store struct {
	ID      string `yaml:"id"`
	Name    string `yaml:"name"`
	State   string `yaml:"state"`
	Cluster string `yaml:"cluster"` // the one that it is of; new is one that the scenario did not begin with
	Absent  bool   `yaml:"absent"`
}

func (c *Store) validate() string {
	switch {
	case c.ID == "" && c.Name == "":
		return "store: needs id or name"
	case c.State == "" && c.Cluster == "" && !c.Absent:
		return "store: needs state, cluster or absent"
	}
	return ""
}

func (c *Store) wrong(_ context.Context, w *World) string {
	i := slices.IndexFunc(w.View.Stores, func(s lab.StoreView) bool {
		return (c.ID == "" || s.ID == c.ID) && (c.Name == "" || s.Name == c.Name)
	})
	switch {
	case i < 0 && c.Absent:
		return ""
	case i < 0:
		return fmt.Sprintf("there is no key store %s%s", c.ID, c.Name)
	case c.Absent:
		return fmt.Sprintf("key store %s is there", w.View.Stores[i].Name)
	}
	s := &w.View.Stores[i]
	if c.State != "" && s.State != c.State {
		why := ""
		if s.ErrorCode != "" {
			why = " (" + s.ErrorCode + ")"
		}
		return fmt.Sprintf("key store %s is %s%s, not %s", s.Name, s.State, why, c.State)
	}
	if c.Cluster != "" {
		want, reason := w.cluster(c.Cluster)
		if want == nil {
			return reason
		}
		if s.Cluster != want.ID {
			return fmt.Sprintf("key store %s is of cluster %s, not of %s", s.Name, s.Cluster, want.ID)
		}
	}
	return ""
}
