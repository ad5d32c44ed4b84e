package lab

import (
	"maps"
	"slices"
	"strings"
)

// A Difference is something that is not the same on all HSMs of a cluster.
type Difference struct {
	User string `json:",omitempty"` // type and name, such as "CU alice"; "" of a key
	Key  uint64 `json:",omitempty"` // handle; 0 of a user
	What DifferenceKind

	// HSMs are the addresses of those that lack it, on which it is locked or needs a second factor, or that have another
	// id, owner, … than most have; of equal numbers, than the first one has.
	HSMs []string

	Attributes []string `json:",omitempty"` // that differ, by name
}

// A DifferenceKind is what differs.
type DifferenceKind string

// What can differ.
const (
	DiffMissing    DifferenceKind = "missing"
	DiffID         DifferenceKind = "id"
	DiffLocked     DifferenceKind = "locked"
	DiffTwoFactor  DifferenceKind = "second factor"
	DiffOwner      DifferenceKind = "owner"
	DiffShared     DifferenceKind = "shared"
	DiffAttributes DifferenceKind = "attributes"
)

// OutOfStep tells which users and token keys are not the same on all HSMs of the cluster: users by type and name, then
// keys by handle. HSMs that come, go or are broken do not count.
func (c *ClusterView) OutOfStep() []Difference {
	there := c.standing()
	if len(there) < 2 {
		return nil
	}
	return slices.Concat(usersOutOfStep(there), keysOutOfStep(there))
}

// Others are the addresses of the HSMs that count and that a difference does not name.
func (c *ClusterView) Others(d Difference) []string {
	var list []string
	for _, h := range c.standing() {
		if !slices.Contains(d.HSMs, h.Address) {
			list = append(list, h.Address)
		}
	}
	return list
}

// standing are the HSMs that neither come nor go nor are broken.
func (c *ClusterView) standing() []*HSMView {
	var list []*HSMView
	for i := range c.HSMs {
		if slices.Contains(states, c.HSMs[i].State) {
			list = append(list, &c.HSMs[i])
		}
	}
	return list
}

func usersOutOfStep(hsms []*HSMView) []Difference {
	users := make([]map[string]*UserView, len(hsms))
	names := map[string]string{} // as one of the HSMs writes it; names are not case-sensitive
	for i, h := range hsms {
		users[i] = map[string]*UserView{}
		for j := range h.Users {
			u := &h.Users[j]
			name := u.Type + " " + u.Name
			users[i][strings.ToLower(name)] = u
			if _, ok := names[strings.ToLower(name)]; !ok {
				names[strings.ToLower(name)] = name
			}
		}
	}
	var list []Difference
	for _, folded := range slices.Sorted(maps.Keys(names)) {
		c := newComparison(hsms, users, folded)
		c.on(DiffMissing, c.absent)
		c.on(DiffID, c.odd(func(a, b *UserView) bool { return a.ID == b.ID }))
		c.on(DiffLocked, c.some(func(u *UserView) bool { return u.Locked }))
		c.on(DiffTwoFactor, c.some(func(u *UserView) bool { return u.TwoFactor }))
		for _, d := range c.found {
			d.User = names[folded]
			list = append(list, d)
		}
	}
	return list
}

func keysOutOfStep(hsms []*HSMView) []Difference {
	keys := make([]map[uint64]*KeyView, len(hsms))
	all := map[uint64]bool{}
	for i, h := range hsms {
		keys[i] = map[uint64]*KeyView{}
		for j := range h.Keys {
			if k := &h.Keys[j]; !k.Session {
				keys[i][k.Handle], all[k.Handle] = k, true
			}
		}
	}
	var list []Difference
	for _, handle := range slices.Sorted(maps.Keys(all)) {
		c := newComparison(hsms, keys, handle)
		c.on(DiffMissing, c.absent)
		c.on(DiffOwner, c.odd(func(a, b *KeyView) bool { return strings.EqualFold(a.Owner, b.Owner) }))
		c.on(DiffShared, c.odd(func(a, b *KeyView) bool { return slices.EqualFunc(a.Shared, b.Shared, strings.EqualFold) }))
		c.on(DiffAttributes, c.odd((*KeyView).alike))
		for _, d := range c.found {
			d.Key = handle
			if d.What == DiffAttributes {
				d.Attributes = attributesOutOfStep(c.copies)
			}
			list = append(list, d)
		}
	}
	return list
}

// alike reports whether two copies of a key have the same attributes.
func (k *KeyView) alike(other *KeyView) bool {
	return k.Label == other.Label && k.ID == other.ID && k.Class == other.Class && k.Type == other.Type && k.MValue == other.MValue &&
		maps.Equal(k.Attributes, other.Attributes)
}

// attributesOutOfStep names the attributes that are not the same in all copies of a key.
func attributesOutOfStep(copies []*KeyView) []string {
	differ := map[string]bool{}
	for _, k := range copies[1:] {
		first := copies[0]
		differ["LABEL"] = differ["LABEL"] || k.Label != first.Label
		differ["ID"] = differ["ID"] || k.ID != first.ID
		differ["CLASS"] = differ["CLASS"] || k.Class != first.Class
		differ["KEY_TYPE"] = differ["KEY_TYPE"] || k.Type != first.Type
		differ["M_VALUE"] = differ["M_VALUE"] || k.MValue != first.MValue
		for _, list := range []map[string]bool{k.Attributes, first.Attributes} {
			for name := range list {
				differ[name] = differ[name] || k.Attributes[name] != first.Attributes[name]
			}
		}
	}
	maps.DeleteFunc(differ, func(_ string, differs bool) bool { return !differs })
	return slices.Sorted(maps.Keys(differ))
}

// A comparison is of the copies of one user or key.
type comparison[T any] struct {
	copies []*T
	at     []string // addresses of their HSMs
	absent []string // of the HSMs that have none
	found  []Difference
}

func newComparison[K comparable, T any](hsms []*HSMView, held []map[K]*T, name K) *comparison[T] {
	c := &comparison[T]{}
	for i, h := range hsms {
		if v := held[i][name]; v != nil {
			c.copies, c.at = append(c.copies, v), append(c.at, h.Address)
		} else {
			c.absent = append(c.absent, h.Address)
		}
	}
	return c
}

// on notes a difference if there are HSMs that have it.
func (c *comparison[T]) on(what DifferenceKind, hsms []string) {
	if len(hsms) > 0 {
		c.found = append(c.found, Difference{What: what, HSMs: hsms})
	}
}

// some are the HSMs whose copy is of a kind, unless all are.
func (c *comparison[T]) some(is func(v *T) bool) []string {
	var list []string
	for i, v := range c.copies {
		if is(v) {
			list = append(list, c.at[i])
		}
	}
	if len(list) == len(c.copies) {
		return nil
	}
	return list
}

// odd are the HSMs whose copy is not the same as most.
func (c *comparison[T]) odd(same func(a, b *T) bool) []string {
	var fewest []string
	for i, v := range c.copies {
		var others []string
		for j, w := range c.copies {
			if !same(v, w) {
				others = append(others, c.at[j])
			}
		}
		if len(others) == 0 {
			return nil
		}
		if i == 0 || len(others) < len(fewest) {
			fewest = others
		}
	}
	return fewest
}
