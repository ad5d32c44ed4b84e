package cluster_test

import (
	"fmt"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// appSteps are those of the applications.
var appSteps = map[string]step{
	"login": func(r *rig, m *model, o op) (string, string) {
		return seen(r.apps[o.By].Login(r.t.Context(), o.Type, o.Name, o.Password)).String(), m.appLogin(o.By, o).String()
	},
	"logout": func(r *rig, m *model, o op) (string, string) {
		return seen(r.apps[o.By].Logout(r.t.Context())).String(), m.appLogout(o.By).String()
	},
	"create": func(r *rig, m *model, o op) (string, string) {
		r.log = nil
		var c cluster.Created
		if o.Key.Kind == int(hsm.EC) {
			c = r.apps[o.By].GeneratePair(r.t.Context(), hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.P256, Template: o.Key.template()}, o.Number)
		} else {
			c = r.apps[o.By].GenerateSecret(r.t.Context(), hsm.GenerateSecretRequest{Type: hsm.KeyType(o.Key.Kind), Size: o.Key.Size, Template: o.Key.template()}, o.Number)
		}
		want := m.create(o.By, o.Key, o.Number)
		return created{seen(c.Outcome), numbers(c.Handles), c.Kept, r.log}.String(), want.String()
	},
	"delete key": func(r *rig, m *model, o op) (string, string) {
		want := m.everywhere(o.By, true, func(n *modelNode, s *modelSession) hsm.Code { return n.deleteKey(s, o.Handle) })
		return seen(r.apps[o.By].DeleteKey(r.t.Context(), hsm.Handle(o.Handle))).String(), want.String()
	},
	"find keys": func(r *rig, m *model, o op) (string, string) {
		request := hsm.FindRequest{}
		if o.Text != "" {
			request.Label = &o.Text
		}
		list, out := r.apps[o.By].FindKeys(r.t.Context(), request)
		keys, want := m.findKeys(o.By, o.Text)
		return fmt.Sprint(numbers(list), seen(out)), fmt.Sprint(append([]int{}, keys...), want)
	},
	"find key": func(r *rig, m *model, o op) (string, string) {
		return seen(r.apps[o.By].FindKey(r.t.Context(), hsm.Handle(o.Handle))).String(), m.findKey(o.By, o.Handle).String()
	},
	"make token": func(r *rig, m *model, o op) (string, string) {
		return seen(r.apps[o.By].MakeToken(r.t.Context(), hsm.Handle(o.Handle))).String(), m.makeToken(o.By, o.Handle).String()
	},
	"look at key": func(r *rig, m *model, o op) (string, string) {
		info, code := cluster.OnHome(r.t.Context(), r.apps[o.By], wire.KeyInfo, o.handle())
		home := m.ready(o.By)
		if home == nil {
			return hex(code), hex(hsm.DaemonSocket)
		}
		k, want := home.use(&home.sessions[o.By], o.Handle)
		if want != ok {
			return show(described(info), code), hex(want)
		}
		return show(described(info), code), show(k.ownership(), want)
	},
}

// worldSteps happen to HSMs.
var worldSteps = map[string]step{
	"down": func(r *rig, m *model, o op) (string, string) {
		r.nodes[o.Node].down()
		m.nodes[o.Node].cut()
		r.settle(m)
		return "", ""
	},
	"up": func(r *rig, m *model, o op) (string, string) {
		if !m.nodes[o.Node].up {
			r.nodes[o.Node].up()
			m.up(o.Node)
			r.settle(m)
		}
		return "", ""
	},
	"restart": func(r *rig, m *model, o op) (string, string) {
		r.nodes[o.Node].down()
		m.nodes[o.Node].cut()
		r.settle(m)
		r.nodes[o.Node].open(o.Node)
		r.nodes[o.Node].up()
		m.up(o.Node)
		r.settle(m)
		return "", ""
	},
	"sweep": func(r *rig, m *model, o op) (string, string) {
		n, swept := m.nodes[o.Node], 0
		for handle, k := range n.keys {
			if k.buried {
				delete(n.keys, handle)
				swept++
			}
		}
		return fmt.Sprint(r.nodes[o.Node].SweepTombstones()), fmt.Sprint(swept)
	},
	"synchronise": func(r *rig, m *model, o op) (string, string) {
		object := r.nodes[o.Node].CloneOut(hsm.Handle(o.Handle))
		k := m.nodes[o.Node].keys[o.Handle]
		if k != nil && (k.buried || k.session != nil) {
			k = nil
		}
		if object == nil || k == nil {
			return fmt.Sprint(object != nil), fmt.Sprint(k != nil)
		}
		err, want := r.nodes[o.To].CloneIn(object), ""
		if _, code := m.nodes[o.To].insert(nil, k, true); code != ok {
			want = code.Text()
		}
		if err == nil {
			return "", want
		}
		return err.Error(), want
	},
}

// settle waits until everybody knows what has become of connections.
func (r *rig) settle(m *model) {
	for i, n := range m.nodes {
		for client, f := range r.fleets {
			if !n.sessions[client].open {
				await(r.t, "a management tool knows what it has lost", func() bool { return !f.Servers[i].Connected() })
			}
		}
	}
	up := len(slices.DeleteFunc(slices.Clone(m.nodes), func(n *modelNode) bool { return !n.up }))
	for client := fleets; client < clients; client++ { // in order, since they log in again
		a := r.apps[client]
		await(r.t, "an application knows what it has lost", func() bool { return a.Connected() <= up })
		if m.ready(client) != nil {
			await(r.t, "an application has all HSMs", func() bool {
				return cluster.Everywhere(r.t.Context(), a, wire.Settle, hsm.Done{}, false).Succeeded() == up
			})
		}
	}
	for i, n := range m.nodes {
		open := 0
		for _, s := range n.sessions {
			if s.open {
				open++
			}
		}
		await(r.t, "sessions have ended", func() bool { return r.nodes[i].Status().Partition.Sessions == open })
	}
}

// storedKey is the beginning of a key's record in a journal.
type storedKey struct {
	_           struct{} `cbor:",toarray"`
	Handle      int
	Class, Kind int
	Flags       uint32
	Label, ID   string
	Owner       int
	Shared      []int
	Need        int
	Size        int
	ModulusBits uint32
	Modulus     []byte
	Exponent    []byte
	KCV         []byte
	Material    []byte
	Buried      bool
}

// state is all of an HSM: what it shows, and what its journal holds.
func (r *rig) state(i int) string {
	n := r.nodes[i]
	s := n.Status()
	p := s.Partition
	text := fmt.Sprintln(users(s.Users), s.LoggedIn, p.TokenKeys, p.SessionKeys, p.Sessions, numbers(n.TokenKeys()))
	for _, bucket := range []hsm.Bucket{hsm.BucketKeys, hsm.BucketTombstone} {
		err := n.journal.Load(bucket, func(_ uint64, data []byte) error {
			var k storedKey
			if err := cbor.Unmarshal(data, &k); err != nil {
				return err
			}
			text += fmt.Sprintf("%d %d %d %q %q %d %d %v %d %v\n", k.Handle, k.Class, k.Kind, k.Label, k.ID, k.Size, k.Owner, append([]int{}, k.Shared...), k.Need, k.Buried)
			return nil
		})
		if err != nil {
			r.t.Fatal(err)
		}
	}
	return text
}

func (m *model) state(i int) string {
	n := m.nodes[i]
	in, sessions, sessionKeys := []string{}, 0, 0
	for _, u := range n.sortedUsers() {
		if n.loggedIn(u, nil) {
			in = append(in, u.name)
		}
	}
	for j := range n.sessions {
		if n.sessions[j].open {
			sessions++
		}
	}
	var tokens []*modelKey
	for _, k := range n.keys {
		if k.session != nil {
			sessionKeys++
		} else {
			tokens = append(tokens, k)
		}
	}
	text := fmt.Sprintln(n.listed(), in, len(tokens), sessionKeys, sessions, n.tokens())
	slices.SortFunc(tokens, func(a, b *modelKey) int { return a.handle - b.handle })
	for _, buried := range []bool{false, true} {
		for _, k := range tokens {
			if k.buried == buried {
				shared := []int{}
				for id := range k.shared {
					shared = append(shared, id)
				}
				slices.Sort(shared)
				text += fmt.Sprintf("%d %d %d %q %q %d %d %v %d %v\n", k.handle, k.class, k.kind, k.label, k.id, k.size, k.owner, shared, k.need, k.buried)
			}
		}
	}
	return text
}
