package cluster_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// present finds a key that a session sees.
func (n *modelNode) present(s *modelSession, handle int) (*modelKey, hsm.Code) {
	k := n.keys[handle]
	if k == nil || k.buried || k.session != nil && k.session != s {
		return nil, invalid
	}
	return k, ok
}

func (k *modelKey) usableBy(id int) bool { return k.owner == id || k.class == 2 || k.shared[id] }

// use finds a key that the session's CU may use.
func (n *modelNode) use(s *modelSession, handle int) (*modelKey, hsm.Code) {
	if s.role != "CU" {
		return nil, hsm.NotAllowed
	}
	k, code := n.present(s, handle)
	if code == ok && !k.usableBy(s.user.id) {
		return nil, hsm.KeyAccessDenied
	}
	return k, code
}

// manage finds a key that the session's CU owns; officers manage all, where they may.
func (n *modelNode) manage(s *modelSession, handle int, officers bool) (*modelKey, hsm.Code) {
	if s.role != "CU" && !(officers && s.officer()) {
		return nil, hsm.NotAllowed
	}
	k, code := n.present(s, handle)
	if code == ok && s.role == "CU" && k.owner != s.user.id {
		return nil, hsm.KeyAccessDenied
	}
	return k, code
}

// A newKey says what a key is to be.
type newKey struct {
	Kind, Size int // AES 31, generic secret 16, EC 3
	Label, ID  string
	Session    bool
	Nex        bool
	Shared     []int
	Need       int
}

func (n *modelNode) mayCreate(s *modelSession, r newKey) hsm.Code {
	if s.role != "CU" {
		return hsm.NotAllowed
	}
	if r.Need > 8 || r.Need > 1 && r.Need > len(r.Shared)+1 {
		return hsm.InvalidInput
	}
	for i, id := range r.Shared {
		u := n.userByID(id)
		if r.Session || u == nil || u.kind != "CU" || u == s.user || slices.Contains(r.Shared[:i], id) {
			return hsm.InvalidInput
		}
	}
	for _, k := range n.keys {
		if r.ID != "" && k.id == r.ID && !k.buried {
			return hsm.DuplicateKeyID
		}
	}
	return ok
}

// nextHandle is the lowest slot from 6 on that no key has, with the node's prefix.
func (n *modelNode) nextHandle() int {
	taken := map[int]bool{}
	for handle := range n.keys {
		taken[handle%262144] = true
	}
	slot := 6
	for taken[slot] {
		slot++
	}
	return n.id*262144 + slot
}

// switches are the boolean attributes of a new key that are on, by class and type.
var switches = map[string]string{
	"secret 31": "PRIVATE SENSITIVE ENCRYPT DECRYPT WRAP UNWRAP ALWAYS_SENSITIVE",
	"secret 16": "PRIVATE SENSITIVE ALWAYS_SENSITIVE",
	"public 3":  "PRIVATE VERIFY EXTRACTABLE",
	"private 3": "PRIVATE SENSITIVE SIGN ALWAYS_SENSITIVE",
}

func (n *modelNode) addKey(s *modelSession, r newKey, class int) *modelKey {
	n.births++
	k := &modelKey{handle: n.nextHandle(), born: fmt.Sprint(n.births, " on ", n.id), owner: s.user.id, class: class, kind: r.Kind, size: r.Size, label: r.Label, id: r.ID,
		shared: map[int]bool{}, set: map[string]bool{"LOCAL": true, "DESTROYABLE": true}}
	name := map[int]string{2: "public", 3: "private", 4: "secret"}[class]
	for _, attribute := range strings.Fields(switches[fmt.Sprint(name, " ", r.Kind)]) {
		k.set[attribute] = true
	}
	if class != 2 {
		k.set["EXTRACTABLE"], k.set["NEVER_EXTRACTABLE"] = !r.Nex, r.Nex
		k.need = r.Need
		for _, id := range r.Shared {
			k.shared[id] = true
		}
	}
	if r.Session {
		k.session = s
	}
	n.keys[k.handle] = k
	return k
}

// generate makes a secret key or a pair.
func (n *modelNode) generate(s *modelSession, r newKey) ([]*modelKey, hsm.Code) {
	code := n.mayCreate(s, r)
	switch {
	case code != ok:
		return nil, code
	case r.Kind == 3:
		r.Size = 65
		pub := n.addKey(s, r, 2)
		r.Size = 138
		return []*modelKey{pub, n.addKey(s, r, 3)}, ok
	case r.Kind == 31 && r.Size != 16 && r.Size != 24 && r.Size != 32, r.Size < 1, r.Size > 3583:
		return nil, hsm.BadKeySize
	}
	return []*modelKey{n.addKey(s, r, 4)}, ok
}

// insert puts the copy of a key of another HSM here.
func (n *modelNode) insert(s *modelSession, k *modelKey, keep bool) (int, hsm.Code) {
	owner := n.userByID(k.owner)
	if owner == nil || owner.kind != "CU" {
		return 0, hsm.NoSuchUser
	}
	if s != nil && s.role != "CU" && !s.officer() {
		return 0, hsm.NotAllowed
	}
	twin := *k
	twin.shared, twin.set = maps.Clone(k.shared), maps.Clone(k.set)
	if old := n.keys[k.handle]; keep && old != nil && !old.buried {
		if old.born == k.born {
			return 0, hsm.KeyPresent
		}
		return 0, hsm.HandleInUse
	}
	if !keep {
		twin.handle = n.nextHandle()
	}
	n.keys[twin.handle] = &twin
	return twin.handle, ok
}

func (n *modelNode) deleteKey(s *modelSession, handle int) hsm.Code {
	k, code := n.manage(s, handle, false)
	switch {
	case code != ok:
		return code
	case !k.set["DESTROYABLE"]:
		return hsm.PolicyViolation
	}
	delete(n.keys, handle)
	return ok
}

func (n *modelNode) tombstone(s *modelSession, handle int) hsm.Code {
	k, code := n.manage(s, handle, false)
	switch {
	case code != ok:
		return code
	case k.session != nil:
		return invalid
	}
	k.buried = true
	return ok
}

func (n *modelNode) shareKey(s *modelSession, handle, with int, on bool) hsm.Code {
	k, code := n.manage(s, handle, false)
	if code != ok {
		return code
	}
	u := n.userByID(with)
	switch {
	case u == nil, u.kind != "CU", u == s.user, k.class == 2, k.session != nil:
		return hsm.InvalidInput
	case k.need > 1:
		return hsm.QuorumMissing
	case on:
		k.shared[with] = true
	default:
		delete(k.shared, with)
	}
	return ok
}

// free are the attributes that owners may switch on and off.
var free = []string{"ENCRYPT", "DECRYPT", "WRAP", "UNWRAP", "SIGN", "VERIFY", "DERIVE", "DESTROYABLE", "WRAP_WITH_TRUSTED"}

func (n *modelNode) setAttribute(s *modelSession, handle int, name string, value int, text string) hsm.Code {
	if name == "TRUSTED" && !s.officer() {
		return hsm.NotAllowed
	}
	k, code := n.manage(s, handle, name == "TRUSTED")
	switch {
	case code != ok:
		return code
	case name == "LABEL":
		k.label = text
	case name == "TOKEN" && value == 1:
		k.session = nil
	case name == "WRAP_WITH_TRUSTED" && value == 0 && k.set[name], value > 1:
		return hsm.InvalidInput
	case name == "TRUSTED" || slices.Contains(free, name):
		k.set[name] = value == 1
	default:
		return hsm.InvalidInput
	}
	return ok
}

// find lists the keys that the session's CU may use.
func (n *modelNode) find(s *modelSession, label string) ([]int, hsm.Code) {
	if s.role != "CU" {
		return nil, hsm.NotAllowed
	}
	list := []int{}
	for _, k := range n.sortedKeys() {
		if _, code := n.present(s, k.handle); code == ok && k.usableBy(s.user.id) && (label == "" || k.label == label) {
			list = append(list, k.handle)
		}
	}
	return list, ok
}

// findAll lists token keys with their marks, as findAllKeys does.
func (n *modelNode) findAll(s *modelSession, id int) (string, hsm.Code) {
	if !s.officer() {
		return "", hsm.NotAllowed
	}
	u := n.userByID(id)
	var list []string
	for _, handle := range n.tokens() {
		k := n.keys[handle]
		switch {
		case id == 0:
			list = append(list, fmt.Sprint(handle))
		case u == nil || u.kind != "CU" || !k.usableBy(id):
		case k.owner == id:
			list = append(list, fmt.Sprintf("%d(o)", handle))
		case k.shared[id]:
			list = append(list, fmt.Sprintf("%d(s)", handle))
		default:
			list = append(list, fmt.Sprint(handle))
		}
	}
	return strings.Join(list, ","), ok
}
