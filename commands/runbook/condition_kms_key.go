package runbook

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// A KMSKey is a condition on a KMS key.
type KMSKey struct {
	ID      string `yaml:"id"`
	Alias   string `yaml:"alias"`
	State   string `yaml:"state"`
	Origin  string `yaml:"origin"`
	Expires *bool  `yaml:"expires"` // whether its imported material will
	Absent  bool   `yaml:"absent"`
}

func (c *KMSKey) validate() string {
	switch {
	case (c.ID == "") == (c.Alias == ""):
		return "kms_key: needs either id or alias"
	case c.State == "" && c.Origin == "" && c.Expires == nil && !c.Absent:
		return "kms_key: needs state, origin, expires or absent"
	}
	return ""
}

func (c *KMSKey) wrong(_ context.Context, w *World) string {
	i := slices.IndexFunc(w.View.Keys, func(k lab.KMSKeyView) bool {
		return k.ID == c.ID || c.Alias != "" && slices.Contains(k.Aliases, c.Alias)
	})
	name := "KMS key " + c.ID + c.Alias
	switch {
	case i < 0 && c.Absent:
		return ""
	case i < 0:
		return "there is no " + name
	case c.Absent:
		return name + " is there"
	}
	k := &w.View.Keys[i]
	switch {
	case c.State != "" && k.State != c.State:
		return fmt.Sprintf("%s is %s, not %s", name, k.State, c.State)
	case c.Origin != "" && k.Origin != c.Origin:
		return fmt.Sprintf("%s is of origin %s, not %s", name, k.Origin, c.Origin)
	case c.Expires != nil && *c.Expires && k.Expires.IsZero():
		return name + " has no material that expires"
	case c.Expires != nil && !*c.Expires && !k.Expires.IsZero():
		return fmt.Sprintf("the material of %s expires at %s", name, k.Expires.Format(time.RFC3339))
	}
	return ""
}
