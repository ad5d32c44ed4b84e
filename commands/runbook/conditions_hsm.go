package runbook

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
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

// The words of a place.
const (
	onAll  = "all"
	onNone = "none"
)

// places checks on which HSMs something is: on all of them, on none, or on those of a list of addresses.
func places(name, on string, hsms []lab.HSMView, has func(*lab.HSMView) bool) string {
	var with, without []string
	for i := range hsms {
		h := &hsms[i]
		if has(h) {
			with = append(with, h.Address)
		} else {
			without = append(without, h.Address)
		}
	}
	switch on {
	case onNone:
		if len(with) > 0 {
			return fmt.Sprintf("%s on %s", name, strings.Join(with, ", "))
		}
		return ""
	case onAll, "":
		if len(without) > 0 || len(with) == 0 {
			return fmt.Sprintf("no %s on %s", name, strings.Join(without, ", "))
		}
		return ""
	}
	want := strings.Fields(strings.ReplaceAll(on, ",", " "))
	slices.Sort(want)
	slices.Sort(with)
	if !slices.Equal(want, with) {
		return fmt.Sprintf("%s on %s, not on %s", name, orNone(with), strings.Join(want, ", "))
	}
	return ""
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "no HSM"
	}
	return strings.Join(list, ", ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// A User is a condition on a user of a cluster's HSMs.
type User struct {
	Cluster   string `yaml:"cluster"`
	Name      string `yaml:"name"`
	Type      string `yaml:"type"`
	On        string `yaml:"on"` // all (the default), none, or addresses
	Locked    *bool  `yaml:"locked"`
	LoggedIn  *bool  `yaml:"logged_in"`
	TwoFactor *bool  `yaml:"two_factor"`
	QuorumKey *bool  `yaml:"quorum_key"`
}

func (c *User) validate() string {
	if c.Name == "" {
		return "user: name is missing"
	}
	return ""
}

func (c *User) wrong(_ context.Context, w *World) string {
	v, reason := w.cluster(c.Cluster)
	if v == nil {
		return reason
	}
	name := "user " + c.Name
	if c.Type != "" {
		name = c.Type + " " + c.Name
	}
	find := func(h *lab.HSMView) *lab.UserView {
		for i := range h.Users {
			if u := &h.Users[i]; u.Name == c.Name && (c.Type == "" || u.Type == c.Type) {
				return u
			}
		}
		return nil
	}
	if reason := places(name, c.On, v.HSMs, func(h *lab.HSMView) bool { return find(h) != nil }); reason != "" {
		return reason
	}
	for i := range v.HSMs {
		u := find(&v.HSMs[i])
		if u == nil {
			continue
		}
		for _, f := range []struct {
			want *bool
			is   bool
			what string
		}{
			{c.Locked, u.Locked, "locked"}, {c.LoggedIn, u.Logins > 0, "logged in"},
			{c.TwoFactor, u.TwoFactor, "asked for a second factor"}, {c.QuorumKey, u.QuorumKey, "registered with a quorum key"},
		} {
			if f.want != nil && *f.want != f.is {
				return fmt.Sprintf("%s is %s%s on %s", name, not(f.is), f.what, v.HSMs[i].Address)
			}
		}
	}
	return ""
}

func not(is bool) string {
	if is {
		return ""
	}
	return "not "
}

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
	if reason := places(name, c.On, v.HSMs, func(h *lab.HSMView) bool { return find(h) != nil }); reason != "" {
		return reason
	}
	for i := range v.HSMs {
		if k := find(&v.HSMs[i]); k != nil {
			if reason := c.differs(k); reason != "" {
				return fmt.Sprintf("%s on %s %s", name, v.HSMs[i].Address, reason)
			}
		}
	}
	return ""
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

// InStep is the condition that all HSMs of a cluster have the same users and token keys.
type InStep struct {
	Cluster string `yaml:"cluster"`
}

func (c *InStep) validate() string { return "" }

func (c *InStep) wrong(_ context.Context, w *World) string {
	v, reason := w.cluster(c.Cluster)
	if v == nil {
		return reason
	}
	list := v.OutOfStep()
	if len(list) == 0 {
		return ""
	}
	d := list[0]
	name := "user " + d.User
	if d.Key != 0 {
		name = fmt.Sprintf("key %d", d.Key)
	}
	return fmt.Sprintf("%s is out of step (%s) on %s", name, d.What, strings.Join(d.HSMs, ", "))
}

// Quorum is a condition on how many approvals a service needs on all HSMs.
type Quorum struct {
	Cluster string `yaml:"cluster"`
	Service int    `yaml:"service"`
	Value   int    `yaml:"value"`
}

func (c *Quorum) validate() string {
	if c.Service != 3 && c.Service != 4 || c.Value < 1 || c.Value > 8 {
		return "quorum: service must be 3 or 4, and value 1 to 8"
	}
	return ""
}

func (c *Quorum) wrong(_ context.Context, w *World) string {
	v, reason := w.cluster(c.Cluster)
	if v == nil {
		return reason
	}
	for _, h := range v.HSMs {
		if is := max(h.Quorum[fmt.Sprint(c.Service)], 1); is != c.Value {
			return fmt.Sprintf("service %d needs %s on %s, not %d", c.Service, plural(is, "approval"), h.Address, c.Value)
		}
	}
	return ""
}

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
