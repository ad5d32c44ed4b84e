package cluster_test

import (
	"fmt"
	"iter"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// copyKeyStep takes a masked key from one server to another, as syncKey does.
func copyKeyStep(r *rig, m *model, o op) (string, string) {
	f := r.fleets[o.By]
	extracted := cluster.One(r.t.Context(), f, f.Servers[o.Node], wire.ExtractMasked, o.handle())
	got := told(one(extracted), nil)
	if extracted.Err == nil {
		inserted := cluster.One(r.t.Context(), f, f.Servers[o.To], wire.InsertMasked, hsm.InsertMaskedRequest{Object: extracted.Value, KeepHandle: o.On})
		got += " then " + told(one(inserted), func(h hsm.Handle) any { return h })
	}
	var k *modelKey
	want := m.servers(o.By, o.Node, func(n *modelNode, s *modelSession) string {
		found, code := n.manage(s, o.Handle, true)
		if code == ok && found.session != nil {
			code = invalid
		}
		if code == ok {
			k = found
		}
		return hex(code)
	})
	if k != nil {
		want += " then " + m.servers(o.By, o.To, func(n *modelNode, s *modelSession) string {
			handle, code := n.insert(s, k, o.On)
			return show(handle, code)
		})
	}
	return got, want
}

func one[Resp any](a cluster.Answer[Resp]) iter.Seq[cluster.Answer[Resp]] {
	return func(yield func(cluster.Answer[Resp]) bool) { yield(a) }
}

// copyUserStep takes a masked user from one server to another, as syncUser does.
func copyUserStep(r *rig, m *model, o op) (string, string) {
	f := r.fleets[o.By]
	extracted := cluster.One(r.t.Context(), f, f.Servers[o.Node], wire.ExtractMaskedUser, hsm.UserIDRequest{ID: hsm.UserID(o.User)})
	got := told(one(extracted), nil)
	if extracted.Err == nil {
		inserted := cluster.One(r.t.Context(), f, f.Servers[o.To], wire.InsertMaskedUser, hsm.MaskedUser{Object: extracted.Value})
		got += " then " + told(one(inserted), func(id hsm.UserID) any { return id })
	}
	var u *modelUser
	want := m.servers(o.By, o.Node, func(n *modelNode, s *modelSession) string {
		if !s.officer() {
			return hex(hsm.NotAllowed)
		}
		if u = n.userByID(o.User); u == nil {
			return hex(hsm.NoSuchUser)
		}
		return hex(ok)
	})
	if u != nil {
		want += " then " + m.servers(o.By, o.To, func(n *modelNode, s *modelSession) string {
			id, code := n.insertUser(s, *u)
			return show(id, code)
		})
	}
	return got, want
}

func (n *modelNode) insertUser(s *modelSession, u modelUser) (int, hsm.Code) {
	switch {
	case !s.officer():
		return 0, hsm.NotAllowed
	case n.users[strings.ToLower(u.name)] != nil:
		return 0, hsm.UserExists
	case n.userByID(u.id) != nil:
		u.id = n.lastID + 1
	}
	n.lastID = max(n.lastID, u.id)
	n.users[strings.ToLower(u.name)] = &u
	return u.id, ok
}

// connectStep connects a server of a management tool again.
func connectStep(r *rig, m *model, o op) (string, string) {
	f, n := r.fleets[o.By], m.nodes[o.Node]
	err := f.Connect(r.t.Context(), f.Servers[o.Node])
	if n.up {
		s := &n.sessions[o.By]
		n.end(s)
		s.open = true
		r.settle(m)
	}
	return fmt.Sprint("connected ", err == nil), fmt.Sprint("connected ", n.up)
}
