package cluster_test

import (
	"fmt"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// Clients of the model test, by number.
const (
	fleets  = 2 // 0 and 1 are management tools
	clients = 4 // 2 and 3 are applications
)

// A model is a cluster with its clients.
type model struct {
	nodes []*modelNode
	apps  map[int]*modelApp
}

// A modelApp is an application: the HSM that serves it and the login that it repeats on HSMs that are back.
type modelApp struct {
	home     int
	minNodes int
	login    *op // nil while nobody is logged in
}

// appSettings are home and create_object_minimum_nodes of the applications.
var appSettings = map[int]modelApp{2: {home: 0}, 3: {home: 2, minNodes: 2}}

func newModel(nodes int) *model {
	m := &model{apps: map[int]*modelApp{}}
	for i := range nodes {
		n := newModelNode(i)
		for j := range n.sessions {
			n.sessions[j].open = true
		}
		m.nodes = append(m.nodes, n)
	}
	for i, a := range appSettings {
		m.apps[i] = &a
	}
	return m
}

func hex(c hsm.Code) string { return fmt.Sprintf("%#x", uint32(c)) }

// show is one answer of a management tool's server.
func show(value any, c hsm.Code) string {
	if c != ok {
		return hex(c)
	}
	return fmt.Sprint(hex(c), " ", value)
}

// servers asks one server or, with -1, all.
func (m *model) servers(client, node int, ask func(*modelNode, *modelSession) string) string {
	var list []string
	for _, n := range m.nodes {
		if node >= 0 && n.id != node {
			continue
		}
		s := &n.sessions[client]
		if !s.open {
			list = append(list, "lost")
			continue
		}
		list = append(list, ask(n, s))
	}
	return strings.Join(list, " | ")
}

func (m *model) serverCodes(client, node int, ask func(*modelNode, *modelSession) hsm.Code) string {
	return m.servers(client, node, func(n *modelNode, s *modelSession) string { return hex(ask(n, s)) })
}

// ready gives the HSM that serves an application, nil when all are down.
func (m *model) ready(client int) *modelNode {
	a := m.apps[client]
	if m.nodes[a.home].up {
		return m.nodes[a.home]
	}
	for _, n := range m.nodes {
		if n.up {
			a.home = n.id
			return n
		}
	}
	return nil
}

// An outcome is a result line and a cluster block.
type outcome struct {
	code  hsm.Code
	nodes []hsm.Code // nil for no block
}

func (o outcome) String() string {
	var nodes []string
	for _, c := range o.nodes {
		nodes = append(nodes, hex(c))
	}
	return fmt.Sprint(hex(o.code), " ", nodes)
}

func (m *model) unavailable() []hsm.Code {
	list := make([]hsm.Code, len(m.nodes))
	for i := range list {
		list[i] = away
	}
	return list
}

// everywhere asks all HSMs. The result is the home's; where complete is asked for, others' failures count too.
func (m *model) everywhere(client int, complete bool, ask func(*modelNode, *modelSession) hsm.Code) outcome {
	home := m.ready(client)
	if home == nil {
		return outcome{code: hsm.DaemonSocket}
	}
	o := outcome{nodes: m.unavailable()}
	for i, n := range m.nodes {
		if n.up {
			o.nodes[i] = ask(n, &n.sessions[client])
		}
	}
	o.code = o.nodes[home.id]
	for _, c := range o.nodes {
		if complete && o.code == ok && c != ok {
			o.code = hsm.Incomplete
		}
	}
	return o
}

func (m *model) appLogin(client int, r op) outcome {
	o := m.everywhere(client, false, func(n *modelNode, s *modelSession) hsm.Code { return n.login(s, r.Type, r.Name, r.Password) })
	if o.code == ok {
		m.apps[client].login = &r
	}
	return o
}

func (m *model) appLogout(client int) outcome {
	m.apps[client].login = nil
	return m.everywhere(client, false, func(n *modelNode, s *modelSession) hsm.Code {
		n.end(s)
		return ok
	})
}

// created is what an application hears of new keys.
type created struct {
	outcome
	handles []int
	kept    bool
	strays  []string // lines in the client's log
}

func (c created) String() string { return fmt.Sprint(c.outcome, c.handles, c.kept, c.strays) }

// create makes keys on the home and clones them to the others. Fewer than there must be are removed again, unless
// -min_srv asks for more: then the tool polls.
func (m *model) create(client int, r newKey, asked int) created {
	home := m.ready(client)
	if home == nil {
		return created{outcome: outcome{code: hsm.DaemonSocket}}
	}
	keys, code := home.generate(&home.sessions[client], r)
	if code != ok {
		return created{outcome: outcome{code, m.unavailable()}}
	}
	c := created{outcome: outcome{nodes: m.unavailable()}, kept: true}
	for _, k := range keys {
		c.handles = append(c.handles, k.handle)
	}
	if r.Session {
		c.nodes = []hsm.Code{ok}
		return c
	}
	copies := m.spread(client, home, keys, c.nodes)
	needed := max(1, m.apps[client].minNodes)
	if copies >= max(asked, needed) || copies == len(m.nodes) && copies >= needed {
		return c
	}
	c.code = hsm.Incomplete
	if asked == 0 {
		c.kept = false
		c.strays = m.remove(client, keys)
	}
	return c
}

// spread clones keys from their home and counts the HSMs that have all of them then.
func (m *model) spread(client int, home *modelNode, keys []*modelKey, codes []hsm.Code) (copies int) {
	for i, n := range m.nodes {
		switch {
		case n == home:
			codes[i] = ok
		case n.up:
			codes[i] = ok
			for _, k := range keys {
				if _, c := n.insert(&n.sessions[client], k, true); c != ok && c != hsm.KeyPresent {
					codes[i] = c
				}
			}
		}
		if codes[i] == ok {
			copies++
		}
	}
	return copies
}

// remove deletes the copies of new keys; a key with the same handle that was there before stays. It tells which
// copies it could not even tombstone, since somebody else is logged in there.
func (m *model) remove(client int, keys []*modelKey) (strays []string) {
	for _, k := range keys {
		for _, n := range m.nodes {
			there, s := n.keys[k.handle], &n.sessions[client]
			if n.up && there != nil && there.born == k.born && n.deleteKey(s, k.handle) != ok && n.tombstone(s, k.handle) != ok {
				strays = append(strays, fmt.Sprintf("Key: %d failed to tombstone on node:%d", k.handle, n.id))
			}
		}
	}
	return strays
}

func (m *model) makeToken(client, handle int) outcome {
	home := m.ready(client)
	if home == nil {
		return outcome{code: hsm.DaemonSocket}
	}
	code := home.setAttribute(&home.sessions[client], handle, "TOKEN", 1, "")
	if code != ok {
		o := outcome{code, m.unavailable()}
		for i := range o.nodes {
			o.nodes[i] = code
		}
		return o
	}
	o := outcome{nodes: m.unavailable()}
	m.spread(client, home, []*modelKey{home.keys[handle]}, o.nodes)
	return o
}

// findKeys shows the home's keys and who could be asked.
func (m *model) findKeys(client int, label string) (list []int, o outcome) {
	home := m.ready(client)
	if home == nil {
		return nil, outcome{code: hsm.DaemonSocket}
	}
	list, o.code = home.find(&home.sessions[client], label)
	o.nodes = m.unavailable()
	for i, n := range m.nodes {
		if n.up {
			o.nodes[i] = o.code
		}
	}
	return list, o
}

func (m *model) findKey(client, handle int) outcome {
	o := m.everywhere(client, false, func(n *modelNode, s *modelSession) hsm.Code {
		if s.role != "CU" {
			return hsm.NotAllowed
		}
		_, code := n.present(s, handle)
		return code
	})
	for _, c := range o.nodes {
		if o.code == ok && c != away {
			o.code = c
		}
	}
	return o
}

// up connects the applications again, which repeat their logins.
func (m *model) up(node int) {
	n := m.nodes[node]
	n.up = true
	for client := fleets; client < clients; client++ {
		s := &n.sessions[client]
		s.open = true
		if l := m.apps[client].login; l != nil {
			n.login(s, l.Type, l.Name, l.Password)
		}
	}
}
