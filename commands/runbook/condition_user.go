package runbook

import (
	"context"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

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
	Password  string `yaml:"password"` // that is right wherever the user is
}

func (c *User) validate() string {
	if c.Name == "" {
		return "user: name is missing"
	}
	return ""
}

func (c *User) wrong(ctx context.Context, w *World) string {
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
	if reason := eachOn(name, c.On, v.HSMs, find, c.differs); reason != "" || c.Password == "" {
		return reason
	}
	fitting, err := w.Fitting(ctx, v.ID, c.Name, c.Password)
	if err != nil {
		return err.Error()
	}
	return eachOn(name, c.On, v.HSMs, func(h *lab.HSMView) *lab.HSMView {
		if find(h) == nil {
			return nil
		}
		return h
	}, func(h *lab.HSMView) string {
		if slices.Contains(fitting, h.Address) {
			return ""
		}
		return "has another password"
	})
}

func (c *User) differs(u *lab.UserView) string {
	for _, f := range []struct {
		want *bool
		is   bool
		what string
	}{
		{c.Locked, u.Locked, "locked"}, {c.LoggedIn, u.Logins > 0, "logged in"},
		{c.TwoFactor, u.TwoFactor, "asked for a second factor"}, {c.QuorumKey, u.QuorumKey, "registered with a quorum key"},
	} {
		if f.want != nil && *f.want != f.is {
			return "is " + not(f.is) + f.what
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
