package cluster_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func hsmID(id int) hsm.UserID { return hsm.UserID(id) }

var userTypes = map[string]hsm.UserType{"CO": hsm.CO, "CU": hsm.CU}

// A generator chooses steps. What it knows of the model makes most of them meaningful.
type generator struct{ *rand.Rand }

// weights say how often each step is chosen.
var weights = []struct {
	weight int
	do     string
	app    bool
}{
	{90, "login", false}, {4, "login with a password", false}, {15, "logout", false}, {30, "list users", false},
	{20, "create user", false}, {15, "delete user", false}, {8, "change password", false},
	{40, "find all keys", false}, {50, "find keys", false}, {70, "share", false}, {90, "set attribute", false},
	{80, "look at key", false}, {60, "generate", false}, {60, "delete key", false}, {15, "tombstone", false},
	{60, "copy key", false}, {15, "copy user", false}, {40, "connect", false},

	{5, "login", true}, {2, "logout", true}, {120, "create", true}, {80, "delete key", true}, {30, "find keys", true},
	{50, "find key", true}, {25, "make token", true}, {40, "look at key", true},

	{4, "down", false}, {8, "up", false}, {3, "restart", false}, {10, "sweep", false}, {25, "synchronise", false},
}

func pick[T any](g *generator, list ...T) T { return list[g.IntN(len(list))] }

// chance is true so many times of a hundred.
func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func (g *generator) next(m *model) op {
	total := 0
	for _, w := range weights {
		total += w.weight
	}
	n := g.IntN(total)
	for _, w := range weights {
		if n -= w.weight; n >= 0 {
			continue
		}
		o := op{Do: w.do, By: g.IntN(fleets), Node: -1, To: g.IntN(modelNodes)}
		if w.app {
			o.By += fleets
			if m.apps[o.By].login == nil && g.chance(20) { // seldom, since it stretches the password
				o.Do = "login"
			}
		}
		return g.fill(m, o)
	}
	panic("unreachable")
}

// fill chooses the rest of a step.
func (g *generator) fill(m *model, o op) op {
	one := pick(g, m.nodes...)
	if o.By < fleets && g.chance(60) && o.Do != "login" && o.Do != "connect" {
		o.By = 1
		if officers[o.Do] {
			o.By = 0
		}
	}
	if worldSteps[o.Do] != nil || o.Do == "copy key" || o.Do == "copy user" || o.Do == "connect" {
		o.Node = one.id
	}
	if o.Do == "up" { // the first that is down
		for _, n := range m.nodes {
			if !n.up {
				o.Node = n.id
			}
		}
	}
	if (o.Do == "down" || o.Do == "restart") && g.chance(60) {
		o.Do = "up"
	}
	if o.By < fleets && o.Node < 0 && g.chance(35) && o.Do != "find all keys" && o.Do != "login with a password" {
		o.Node = one.id
	}
	if o.Do == "connect" && g.chance(80) && one.sessions[o.By].open {
		o.Do = "list users"
	}
	g.person(&o, one)
	o.Handle = g.handle(one, one.sessions[o.By].user)
	o.User = g.IntN(8)
	if u := pick(g, one.sortedUsers()...); g.chance(70) {
		o.User = u.id
	}
	o.Attribute = pick(g, append([]string{"LABEL", "TOKEN", "TRUSTED", "TRUSTED", "CLASS", "EXTRACTABLE"}, free...)...)
	o.Number = pick(g, 0, 1, 1, 1, 2, 3)
	o.Text = pick(g, "", "red", "green")
	o.On = g.chance(60)
	if o.Do == "generate" || o.Do == "create" {
		o.Key = g.key()
		if o.Key.Kind == 3 && o.Do == "generate" {
			o.Key.Kind, o.Key.Size = 31, 16
		}
		o.Number = pick(g, 0, 0, 0, 1, 2, 3, 4)
	}
	return o
}

// person chooses a user, mostly one of a node, mostly with the right type and password.
func (g *generator) person(o *op, n *modelNode) {
	o.Type, o.Name, o.Password = pick(g, "CU", "CU", "CO", "PCO", "PRECO", "AU", "XX"), g.name(), g.password()
	users := n.sortedUsers()
	if o.Do == "create user" {
		o.Type = pick(g, "CU", "CU", "CU", "CO", "PCO", "PRECO", "AU", "XX")
	} else if u := pick(g, users...); g.chance(90) {
		for tries := 0; o.Do == "login" && u.kind != g.kind(o) && tries < 20; tries++ {
			u = pick(g, users...)
		}
		o.Name = u.name
		if g.chance(93) {
			o.Type = u.kind
		}
		if g.chance(85) && o.Do != "change password" {
			o.Password = u.password
		}
	}
	if o.Do == "create user" || o.Do == "change password" {
		if g.chance(8) {
			o.Password = pick(g, "", "short", "this password is longer than it may be")
		}
	}
}

// kind is the type of user who most likely logs in: the first management tool is an officer's.
func (g *generator) kind(o *op) string {
	if o.By == 0 && g.chance(90) {
		return "CO"
	}
	return "CU"
}

// officers is what officers do.
var officers = map[string]bool{"create user": true, "delete user": true, "change password": true, "find all keys": true, "copy user": true}

func (g *generator) name() string {
	return pick(g, "admin", "alice", "Alice", "bob", "carol", "dave", "erin", "frank", "no-name", "")
}

func (g *generator) password() string { return pick(g, "password1", "password2", "password3") }

// handle chooses a key of a node, rather one's own, or something near.
func (g *generator) handle(n *modelNode, who *modelUser) int {
	if keys := n.sortedKeys(); len(keys) > 0 && g.chance(92) {
		k := pick(g, keys...)
		for tries := 0; who != nil && k.owner != who.id && tries < 2; tries++ {
			k = pick(g, keys...)
		}
		return k.handle
	}
	return g.IntN(modelNodes)*262144 + g.IntN(12)
}

func (g *generator) key() newKey {
	k := newKey{Kind: 31, Size: pick(g, 16, 24, 32), Label: pick(g, "red", "green", "blue"), Session: g.chance(25), Nex: g.chance(30)}
	switch g.IntN(8) {
	case 0, 1:
		k.Kind, k.Size = 16, pick(g, 1, 20, 3583, 3584, 0)
	case 2:
		k.Size = pick(g, 17, 0)
	case 3:
		k.Kind, k.Size = 3, 0
	}
	if g.chance(15) {
		k.ID = fmt.Sprint("id", g.IntN(4))
	}
	if g.chance(25) && !k.Session {
		for range g.IntN(3) + 1 {
			k.Shared = append(k.Shared, g.IntN(7)+1)
		}
		k.Need = pick(g, 0, 0, 1, 2, 3)
	}
	return k
}
