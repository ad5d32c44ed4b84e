package lab

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/kms"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// hsmsBlock shows the HSMs of a cluster.
func hsmsBlock(c *lab.ClusterView) block {
	b := block{head: []line{slices.Concat(say(neutral, c.ID, " in ", c.Region, ", "), say(toneOf(c.State), c.State))}, rest: ", all up"}
	if len(c.HSMs) == 0 {
		b.items = []item{{line: say(underWay, "  no HSMs")}}
		return b
	}
	rows := [][]line{{say(faint, "Node"), say(faint, "Address"), say(faint, "State"), say(faint, "Users"), say(faint, "Keys"), say(faint, "Logged in")}}
	for _, h := range c.HSMs {
		users, keys := fmt.Sprint(len(h.Users)), fmt.Sprint(len(h.Keys))
		if len(h.Users) == 0 { // it is not there yet, or broken: what runs has an officer
			users, keys = "", ""
		}
		rows = append(rows, []line{say(neutral, fmt.Sprint(h.Node)), say(neutral, h.Address), say(toneOf(h.State), h.State), say(neutral, users), say(neutral, keys),
			say(neutral, strings.Join(loggedIn(&h), " "))})
	}
	lines := table(rows)
	b.head = append(b.head, lines[0])
	for i, l := range lines[1:] {
		b.items = append(b.items, item{l, c.HSMs[i].State != scenario.StateUp})
	}
	return b
}

// loggedIn are the names of the users as whom connections to an HSM are logged in.
func loggedIn(h *lab.HSMView) []string {
	var list []string
	for _, u := range h.Users {
		if u.Logins > 0 {
			list = append(list, u.Name)
		}
	}
	return list
}

// troubleBlock says what is not as it should be in a cluster, or that all HSMs hold the same.
func troubleBlock(c *lab.ClusterView) block {
	var b block
	add := func(t tone, sentence string) { b.items = append(b.items, item{line: say(t, "  ", sentence)}) }
	differences := outOfStep(c)
	for _, sentence := range differences {
		add(wrong, sentence)
	}
	if len(differences) == 0 && len(c.Others(lab.Difference{})) > 1 {
		add(fine, "in step: all HSMs hold the same users and keys")
	}
	for _, a := range accounts(c) {
		if a.failures < hsm.MaxLoginFailures {
			add(underWay, fmt.Sprintf("%s: %d wrong passwords, %d lock the account", a.name, a.failures, hsm.MaxLoginFailures))
		} else if a.everywhere {
			add(wrong, a.name+" is locked on all HSMs")
		}
	}
	for _, s := range subnetTrouble(c) {
		add(wrong, s)
	}
	return b
}

// An account is a user of a cluster with wrong passwords.
type account struct {
	name       string // type and name
	failures   int    // on the HSM with most of them
	everywhere bool   // it is locked on all HSMs that have it
}

// accounts are the users with wrong passwords, in the order of the HSMs.
func accounts(c *lab.ClusterView) []account {
	var list []account
	for _, h := range c.HSMs {
		for _, u := range h.Users {
			name := u.Type + " " + u.Name
			i := slices.IndexFunc(list, func(a account) bool { return a.name == name })
			if i < 0 {
				i, list = len(list), append(list, account{name: name, everywhere: true})
			}
			list[i].failures = max(list[i].failures, u.Failures)
			list[i].everywhere = list[i].everywhere && u.Locked
		}
	}
	return slices.DeleteFunc(list, func(a account) bool { return a.failures == 0 })
}

// subnetTrouble says which subnets of a cluster are full or gone.
func subnetTrouble(c *lab.ClusterView) []string {
	var list []string
	for _, s := range c.Subnets {
		switch {
		case s.Gone:
			list = append(list, fmt.Sprintf("%s in %s is gone", s.ID, s.Zone))
		case s.Free == 0:
			list = append(list, fmt.Sprintf("%s in %s is full", s.ID, s.Zone))
		}
	}
	return list
}

// storesBlock shows the custom key stores.
func storesBlock(v *lab.View) block {
	if len(v.Stores) == 0 {
		return block{}
	}
	b := block{head: []line{say(neutral, "Custom key stores")}}
	var rows [][]line
	for _, s := range v.Stores {
		rows = append(rows, []line{say(neutral, s.ID), say(neutral, s.Name).cut(24), say(toneOf(s.State), storeState(s)), say(neutral, count(s.Keys, "key"))})
	}
	for i, l := range table(rows) {
		b.items = append(b.items, item{l, v.Stores[i].State != string(kms.Connected)})
	}
	return b
}

// storeState is the state of a custom key store with its error code, if there is one.
func storeState(s lab.StoreView) string {
	if s.ErrorCode == "" {
		return s.State
	}
	return s.State + " " + s.ErrorCode
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// keysBlock shows the KMS keys that are not Enabled.
func keysBlock(v *lab.View) block {
	if len(v.Keys) == 0 {
		return block{}
	}
	var rows [][]line
	for _, k := range v.Keys {
		if k.State != string(kms.Enabled) {
			rows = append(rows, []line{say(neutral, k.ID), say(toneOf(k.State), k.State), say(neutral, k.Region), say(neutral, strings.Join(k.Aliases, " "))})
		}
	}
	title := say(neutral, "KMS: ", count(len(v.Keys), "key"), ", ")
	if len(rows) == 0 {
		return block{head: []line{slices.Concat(title, say(fine, "all Enabled"))}}
	}
	b := block{head: []line{slices.Concat(title, say(neutral, fmt.Sprintf("%d not Enabled", len(rows))))}}
	for _, l := range table(rows) {
		b.items = append(b.items, item{line: l})
	}
	return b
}

// faultsBlock shows the faults, and the HSMs that could not be started.
func faultsBlock(s sight) block {
	v := s.view
	if s.practised && len(v.Broken) == 0 {
		return block{}
	}
	if len(v.Faults)+len(v.Broken) == 0 {
		return block{head: []line{slices.Concat(say(neutral, "Faults: "), say(fine, "none"))}}
	}
	b := block{head: []line{say(neutral, "Faults")}}
	for _, f := range v.Faults {
		t := wrong
		if f.When != "" {
			t = underWay
		}
		b.items = append(b.items, item{line: say(t, "  ", f.String())})
	}
	for _, broken := range v.Broken {
		b.items = append(b.items, item{line: say(wrong, "  not started: ", broken)})
	}
	return b
}

// toneOf is what a state of anything means: clusters, HSMs, custom key stores, KMS keys.
func toneOf(state string) tone {
	switch state {
	case "ACTIVE", scenario.StateUp, string(kms.Connected), string(kms.Enabled):
		return fine
	case scenario.StateDown, scenario.StateRefused, "broken", "DEGRADED", string(kms.Failed), string(kms.Unavailable):
		return wrong
	}
	return underWay
}
