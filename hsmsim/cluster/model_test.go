package cluster_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// The model says what HSMs do in plain maps, without sockets, clones of state or code of the product. It knows
// the codes, since they are the contract.

// A modelNode is one HSM.
type modelNode struct {
	id       int
	up       bool
	lastID   int
	births   int                   // keys made here
	users    map[string]*modelUser // by name in small letters
	keys     map[int]*modelKey     // tombstoned and session keys too
	sessions [clients]modelSession // one a client
}

type modelUser struct {
	id       int
	kind     string
	name     string
	password string
	failures int
}

type modelKey struct {
	handle, owner int
	born          string // tells a key and its copies from others with the handle
	class, kind   int
	size          int
	label, id     string
	shared        map[int]bool
	need          int           // approvals
	session       *modelSession // nil for a token key
	buried        bool          // tombstoned
	set           map[string]bool
}

// A modelSession is a connection's state on one HSM.
type modelSession struct {
	open bool
	user *modelUser
	role string
}

func newModelNode(id int) *modelNode {
	n := &modelNode{id: id, up: true, users: map[string]*modelUser{}, keys: map[int]*modelKey{}}
	for i, u := range startUsers {
		n.users[u.name] = &modelUser{id: i + 1, kind: u.kind, name: u.name, password: u.password}
		n.lastID = i + 1
	}
	return n
}

var startUsers = []modelUser{
	{kind: "CO", name: "admin", password: "password1"},
	{kind: "CO", name: "boss", password: "password1"},
	{kind: "CU", name: "alice", password: "password1"},
	{kind: "CU", name: "bob", password: "password1"},
}

func (s *modelSession) officer() bool { return s.role == "CO" || s.role == "PCO" }

// end logs a session out and drops its keys.
func (n *modelNode) end(s *modelSession) {
	for handle, k := range n.keys {
		if k.session == s {
			delete(n.keys, handle)
		}
	}
	s.user, s.role = nil, ""
}

// cut ends all connections, as a node does that goes down.
func (n *modelNode) cut() {
	n.up = false
	for i := range n.sessions {
		n.end(&n.sessions[i])
		n.sessions[i].open = false
	}
}

func (n *modelNode) loggedIn(u *modelUser, but *modelSession) bool {
	for i := range n.sessions {
		if s := &n.sessions[i]; s.user == u && s != but {
			return true
		}
	}
	return false
}

var kinds = []string{"PRECO", "PCO", "CO", "CU", "AU"}

func (u *modelUser) called(kind string) bool {
	return u.kind == kind || u.kind == "PCO" && kind == "CO"
}

func (n *modelNode) login(s *modelSession, kind, name, password string) hsm.Code {
	u := n.users[strings.ToLower(name)]
	switch {
	case !slices.Contains(kinds, kind):
		return hsm.BadUserType
	case u == nil:
		return hsm.UnknownUser
	case !u.called(kind):
		return hsm.InvalidUserType
	case u.failures == 5:
		return hsm.LoginFailure
	case u.password != password:
		u.failures++
		return hsm.LoginFailure
	}
	u.failures = 0
	if s.user != u {
		n.end(s)
	}
	s.user, s.role = u, u.kind
	return ok
}

func (n *modelNode) createUser(s *modelSession, kind, name, password string) (int, hsm.Code) {
	switch {
	case !s.officer():
		return 0, hsm.NotAllowed
	case kind == "AU" || !slices.Contains(kinds, kind):
		return 0, hsm.BadUserType
	case strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz_0123456789") != "" || name == "" || len(name) > 31:
		return 0, hsm.InvalidInput
	case len(password) < 7 || len(password) > 32:
		return 0, hsm.PasswordLength
	case n.users[strings.ToLower(name)] != nil:
		return 0, hsm.UserExists
	}
	n.lastID++
	n.users[strings.ToLower(name)] = &modelUser{id: n.lastID, kind: kind, name: name, password: password}
	return n.lastID, ok
}

func (n *modelNode) deleteUser(s *modelSession, kind, name string) hsm.Code {
	u := n.users[strings.ToLower(name)]
	switch {
	case !s.officer():
		return hsm.NotAllowed
	case !slices.Contains(kinds, kind):
		return hsm.BadUserType
	case u == nil || !u.called(kind):
		return hsm.NoSuchUser
	case n.loggedIn(u, nil):
		return hsm.PolicyViolation
	}
	for _, k := range n.keys {
		if k.owner == u.id && !k.buried {
			return hsm.PolicyViolation
		}
	}
	for _, k := range n.keys {
		delete(k.shared, u.id)
	}
	delete(n.users, strings.ToLower(name))
	return ok
}

func (n *modelNode) changePassword(s *modelSession, kind, name, password string) hsm.Code {
	u := n.users[strings.ToLower(name)]
	own := u != nil && u == s.user
	switch {
	case s.user == nil, !own && !s.officer():
		return hsm.NotAllowed
	case !slices.Contains(kinds, kind):
		return hsm.BadUserType
	case u == nil, kind == "AU", !u.called(kind) && !(own && s.role == kind):
		return hsm.NoSuchUser
	case len(password) < 7 || len(password) > 32:
		return hsm.PasswordLength
	case n.loggedIn(u, s):
		return hsm.PolicyViolation
	}
	u.password, u.failures = password, 0
	if own && u.kind == "PRECO" {
		u.kind = "CO"
	}
	return ok
}

func (n *modelNode) sortedUsers() []*modelUser {
	return slices.SortedFunc(maps.Values(n.users), func(a, b *modelUser) int { return a.id - b.id })
}

func (n *modelNode) userByID(id int) *modelUser {
	for _, u := range n.users {
		if u.id == id {
			return u
		}
	}
	return nil
}

// listed is what listUsers shows.
func (n *modelNode) listed() string {
	var list []string
	for _, u := range n.sortedUsers() {
		list = append(list, fmt.Sprintf("%d %s %s %d", u.id, u.kind, u.name, u.failures))
	}
	return strings.Join(list, ", ")
}

// sortedKeys are in the order of their slots.
func (n *modelNode) sortedKeys() []*modelKey {
	return slices.SortedFunc(maps.Values(n.keys), func(a, b *modelKey) int {
		return cmp.Or(a.handle%262144-b.handle%262144, a.handle-b.handle)
	})
}

// tokens are the handles of token keys that are not tombstoned.
func (n *modelNode) tokens() []int {
	list := []int{}
	for _, k := range n.sortedKeys() {
		if k.session == nil && !k.buried {
			list = append(list, k.handle)
		}
	}
	return list
}

// inStep is equal for HSMs with the same users, ownership and sharing.
func (n *modelNode) inStep() string {
	var b strings.Builder
	for _, u := range n.sortedUsers() {
		fmt.Fprintln(&b, u.id, u.kind, strings.ToLower(u.name))
	}
	for _, handle := range n.tokens() {
		k := n.keys[handle]
		fmt.Fprintln(&b, handle, k.owner, slices.Sorted(maps.Keys(k.shared)))
	}
	return b.String()
}
