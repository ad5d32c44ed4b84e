package cluster_test

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// An op is one step of the model test. It is data, so that a run that fails can be played again in part.
type op struct {
	Do                   string
	By                   int // client
	Node                 int // server; -1 for all
	To                   int // another node
	Type, Name, Password string
	Handle               int
	User                 int // id
	Attribute            string
	Number               int
	Text                 string
	On                   bool
	Key                  newKey
}

// String shows what the step uses.
func (o op) String() string {
	text := fmt.Sprintf("client %d: %s", o.By, o.Do)
	if o.Node >= 0 {
		text += fmt.Sprintf(" on node %d", o.Node)
	}
	switch o.Do {
	case "login", "login with a password", "create user", "delete user", "change password":
		text += fmt.Sprintf(" %s %q %q", o.Type, o.Name, o.Password)
	case "find all keys", "copy user":
		text += fmt.Sprintf(" user %d to node %d", o.User, o.To)
	case "find keys":
		text += fmt.Sprintf(" label %q", o.Text)
	case "share":
		text += fmt.Sprintf(" key %d user %d %v", o.Handle, o.User, o.On)
	case "set attribute":
		text += fmt.Sprintf(" key %d %s %d %q", o.Handle, o.Attribute, o.Number, o.Text)
	case "generate", "create":
		text += fmt.Sprintf(" %+v -min_srv %d", o.Key, o.Number)
	case "copy key", "synchronise":
		text += fmt.Sprintf(" key %d to node %d, handle kept %v", o.Handle, o.To, o.On)
	case "delete key", "tombstone", "look at key", "find key", "make token":
		text += fmt.Sprintf(" key %d", o.Handle)
	}
	return text
}

// A step carries out an op on the cluster and on the model and shows both answers.
type step func(r *rig, m *model, o op) (got, want string)

// A rig is a cluster with clients.
type rig struct {
	*world
	fleets [fleets]*cluster.Fleet
	apps   map[int]*cluster.Application
	log    []string // of the applications
}

// tell asks servers of a management tool and shows their answers.
func tell[Req, Resp any](r *rig, o op, what wire.Op[Req, Resp], request Req, value func(Resp) any) string {
	f := r.fleets[o.By]
	servers := f.Servers
	if o.Node >= 0 {
		servers = servers[o.Node : o.Node+1]
	}
	return told(cluster.All(r.t.Context(), f, servers, what, request), value)
}

func told[Resp any](answers iter.Seq[cluster.Answer[Resp]], value func(Resp) any) string {
	var list []string
	for a := range answers {
		code, connected := a.Code()
		switch {
		case !connected:
			list = append(list, "lost")
		case value == nil:
			list = append(list, hex(code))
		default:
			list = append(list, show(value(a.Value), code))
		}
	}
	return strings.Join(list, " | ")
}

// seen turns what an application shows into the model's form.
func seen(o cluster.Outcome) outcome {
	s := outcome{code: o.Code}
	for _, n := range o.Nodes {
		s.nodes = append(s.nodes, n.Code)
	}
	return s
}

func numbers(handles []hsm.Handle) []int {
	list := []int{}
	for _, h := range handles {
		list = append(list, int(h))
	}
	return list
}

func (k newKey) template() hsm.Template {
	t := hsm.Template{Label: k.Label, ID: k.ID, Session: k.Session, NotExtractable: k.Nex, MValue: uint8(k.Need)}
	for _, id := range k.Shared {
		t.Shared = append(t.Shared, hsm.UserID(id))
	}
	return t
}

func (o op) handle() hsm.HandleRequest { return hsm.HandleRequest{Handle: hsm.Handle(o.Handle)} }

// fleetSteps are those of the management tools.
var fleetSteps = map[string]step{
	"login": func(r *rig, m *model, o op) (string, string) {
		got := tell(r, o, wire.Login, hsm.LoginRequest{Type: o.Type, Name: o.Name, Proof: proof(o.Name, o.Password)}, nil)
		return got, m.serverCodes(o.By, o.Node, func(n *modelNode, s *modelSession) hsm.Code { return n.login(s, o.Type, o.Name, o.Password) })
	},
	"login with a password": func(r *rig, m *model, o op) (string, string) {
		f := r.fleets[o.By]
		got := told(f.Login(r.t.Context(), f.Servers, o.Type, o.Name, o.Password, nil), nil)
		return got, m.serverCodes(o.By, -1, func(n *modelNode, s *modelSession) hsm.Code { return n.login(s, o.Type, o.Name, o.Password) })
	},
	"logout": func(r *rig, m *model, o op) (string, string) {
		return tell(r, o, wire.Logout, hsm.Done{}, nil), m.serverCodes(o.By, o.Node, func(n *modelNode, s *modelSession) hsm.Code {
			n.end(s)
			return ok
		})
	},
	"list users": func(r *rig, m *model, o op) (string, string) {
		got := tell(r, o, wire.ListUsers, hsm.Done{}, func(l []hsm.UserInfo) any { return users(l) })
		return got, m.servers(o.By, o.Node, func(n *modelNode, _ *modelSession) string { return show(n.listed(), ok) })
	},
	"create user": func(r *rig, m *model, o op) (string, string) {
		got := tell(r, o, wire.CreateUser, hsm.CreateUserRequest{Type: o.Type, Name: o.Name, Password: o.Password}, func(id hsm.UserID) any { return id })
		return got, m.servers(o.By, o.Node, func(n *modelNode, s *modelSession) string {
			id, code := n.createUser(s, o.Type, o.Name, o.Password)
			return show(id, code)
		})
	},
	"delete user": func(r *rig, m *model, o op) (string, string) {
		got := tell(r, o, wire.DeleteUser, hsm.UserRequest{Type: o.Type, Name: o.Name}, nil)
		return got, m.serverCodes(o.By, o.Node, func(n *modelNode, s *modelSession) hsm.Code { return n.deleteUser(s, o.Type, o.Name) })
	},
	"change password": func(r *rig, m *model, o op) (string, string) {
		got := tell(r, o, wire.ChangePassword, hsm.ChangePasswordRequest{Type: o.Type, Name: o.Name, Password: o.Password}, nil)
		return got, m.serverCodes(o.By, o.Node, func(n *modelNode, s *modelSession) hsm.Code {
			return n.changePassword(s, o.Type, o.Name, o.Password)
		})
	},
	"find all keys": findAllStep,
	"find keys": func(r *rig, m *model, o op) (string, string) {
		request := hsm.FindRequest{}
		if o.Text != "" {
			request.Label = &o.Text
		}
		got := tell(r, o, wire.FindKeys, request, func(l []hsm.Handle) any { return numbers(l) })
		return got, m.servers(o.By, o.Node, func(n *modelNode, s *modelSession) string {
			list, code := n.find(s, o.Text)
			return show(list, code)
		})
	},
	"share": func(r *rig, m *model, o op) (string, string) {
		got := tell(r, o, wire.ShareKey, hsm.ShareRequest{Handle: hsm.Handle(o.Handle), User: hsm.UserID(o.User), Share: o.On}, nil)
		return got, m.serverCodes(o.By, o.Node, func(n *modelNode, s *modelSession) hsm.Code { return n.shareKey(s, o.Handle, o.User, o.On) })
	},
	"set attribute": func(r *rig, m *model, o op) (string, string) {
		id, _ := hsm.ParseAttribute(o.Attribute)
		got := tell(r, o, wire.SetAttribute, hsm.SetAttributeRequest{Handle: hsm.Handle(o.Handle), ID: id, Number: uint64(o.Number), Text: o.Text}, nil)
		return got, m.serverCodes(o.By, o.Node, func(n *modelNode, s *modelSession) hsm.Code {
			return n.setAttribute(s, o.Handle, o.Attribute, o.Number, o.Text)
		})
	},
	"look at key": func(r *rig, m *model, o op) (string, string) {
		got := tell(r, o, wire.KeyInfo, o.handle(), func(i hsm.KeyInfo) any { return described(i) }) + " and " +
			tell(r, o, wire.GetAttribute, hsm.AttributeRequest{Handle: hsm.Handle(o.Handle), ID: hsm.AttrAll}, func(l []hsm.Attribute) any { return attributes(l) })
		view := func(text func(k *modelKey) string) string {
			return m.servers(o.By, o.Node, func(n *modelNode, s *modelSession) string {
				k, code := n.use(s, o.Handle)
				if code != ok {
					return hex(code)
				}
				return show(text(k), code)
			})
		}
		return got, view((*modelKey).ownership) + " and " + view((*modelKey).attributes)
	},
	"generate": func(r *rig, m *model, o op) (string, string) {
		request := hsm.GenerateSecretRequest{Type: hsm.KeyType(o.Key.Kind), Size: o.Key.Size, Template: o.Key.template()}
		got := tell(r, o, wire.GenerateSecret, request, func(g hsm.Generated) any { return g.Handle })
		return got, m.servers(o.By, o.Node, func(n *modelNode, s *modelSession) string {
			keys, code := n.generate(s, o.Key)
			if code != ok {
				return hex(code)
			}
			return show(keys[0].handle, code)
		})
	},
	"delete key": func(r *rig, m *model, o op) (string, string) {
		got := tell(r, o, wire.DeleteKey, o.handle(), nil)
		return got, m.serverCodes(o.By, o.Node, func(n *modelNode, s *modelSession) hsm.Code { return n.deleteKey(s, o.Handle) })
	},
	"tombstone": func(r *rig, m *model, o op) (string, string) {
		got := tell(r, o, wire.Tombstone, o.handle(), nil)
		return got, m.serverCodes(o.By, o.Node, func(n *modelNode, s *modelSession) hsm.Code { return n.tombstone(s, o.Handle) })
	},
	"copy key":  copyKeyStep,
	"copy user": copyUserStep,
	"connect":   connectStep,
}

func users(list []hsm.UserInfo) string {
	var text []string
	for _, u := range list {
		text = append(text, fmt.Sprintf("%d %s %s %d", u.ID, u.Type, u.Name, u.Failures))
	}
	return strings.Join(text, ", ")
}

func described(i hsm.KeyInfo) string {
	shared := []int{}
	for _, id := range i.Shared {
		shared = append(shared, int(id))
	}
	return fmt.Sprintf("session %v owner %d shared %v need %d", i.Session, i.Owner, shared, i.MValue)
}

func (k *modelKey) ownership() string {
	shared := slices.AppendSeq([]int{}, maps.Keys(k.shared))
	slices.Sort(shared)
	return fmt.Sprintf("session %v owner %d shared %v need %d", k.session != nil, k.owner, shared, k.need)
}

func attributes(list []hsm.Attribute) string {
	values := map[string]string{}
	var on []string
	for _, a := range list {
		switch {
		case a.ID.Kind() == hsm.KindBool && a.Number == 1:
			on = append(on, a.ID.Name())
		case a.ID.Kind() == hsm.KindText:
			values[a.ID.Name()] = string(a.Bytes)
		default:
			values[a.ID.Name()] = fmt.Sprint(a.Number)
		}
	}
	slices.Sort(on)
	return fmt.Sprintf("class %s type %s label %q id %q length %s on %v", values["CLASS"], values["KEY_TYPE"], values["LABEL"],
		values["ID"], values["VALUE_LEN"], on)
}

func (k *modelKey) attributes() string {
	var on []string
	for name, set := range k.set {
		if set {
			on = append(on, name)
		}
	}
	if k.session == nil {
		on = append(on, "TOKEN")
	}
	slices.Sort(on)
	return fmt.Sprintf("class %d type %d label %q id %q length %d on %v", k.class, k.kind, k.label, k.id, k.size, on)
}

// findAllStep compares lists, and of the hashes which servers have the same one.
func findAllStep(r *rig, m *model, o op) (string, string) {
	var list []string
	hashes := map[string]int{}
	for a := range cluster.All(r.t.Context(), r.fleets[o.By], r.fleets[o.By].Servers, wire.FindAllKeys, hsm.FindAllRequest{User: hsm.UserID(o.User), Hash: true}) {
		code, connected := a.Code()
		if !connected {
			list = append(list, "lost")
			continue
		}
		var keys []string
		for _, k := range a.Value.Keys {
			mark := ""
			switch {
			case k.Owned:
				mark = "(o)"
			case k.Shared:
				mark = "(s)"
			}
			keys = append(keys, fmt.Sprint(k.Handle, mark))
		}
		list = append(list, show(strings.Join(keys, ",")+class(hashes, string(a.Value.Hash)), code))
	}
	states := map[string]int{}
	return strings.Join(list, " | "), m.servers(o.By, -1, func(n *modelNode, s *modelSession) string {
		keys, code := n.findAll(s, o.User)
		state := ""
		if code == ok && keys != "" {
			state = n.inStep()
		}
		return show(keys+class(states, state), code)
	})
}

// class numbers equal texts equally, in order of their first appearance.
func class(known map[string]int, text string) string {
	if text == "" {
		return ""
	}
	if _, there := known[text]; !there {
		known[text] = len(known)
	}
	return fmt.Sprint(" hash ", known[text])
}
