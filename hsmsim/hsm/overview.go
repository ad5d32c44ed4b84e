package hsm

import (
	"fmt"
	"maps"
	"slices"
)

// An Overview is all that an HSM holds, as nobody who is connected to it could see it at once.
type Overview struct {
	Users    []UserOverview // in order of id
	Keys     []KeyOverview  // by slot, without those that are tombstoned
	Quorum   map[Service]uint8
	Sessions int // that are open, whoever is logged in on them
}

// A UserOverview is a user of an HSM.
type UserOverview struct {
	UserInfo
	Locked bool
	Logins int // sessions that are logged in as this user
}

// A KeyOverview is a key of an HSM.
type KeyOverview struct {
	Handle     Handle
	Label, ID  string
	Class      Class
	Type       KeyType
	Owner      string // name; "#" and the id where the HSM has no such user
	Shared     []string
	MValue     int // approvals that each use needs, 1 for none
	Session    bool
	Attributes map[string]bool // those of KindBool by name, not to be changed: keys that are alike have the same map
}

// Overview tells what the HSM holds. It leaves nothing in the audit log.
func (h *HSM) Overview() Overview {
	h.mu.RLock()
	defer h.mu.RUnlock()
	o := Overview{Quorum: maps.Clone(h.quorum), Sessions: len(h.sessions)}
	for _, info := range h.userInfos() {
		u := h.users[info.ID]
		o.Users = append(o.Users, UserOverview{info, u.locked(), u.logins})
	}
	type look struct {
		flags   flags
		session bool
	}
	looks := map[look]map[string]bool{}
	for _, k := range h.order {
		if k.Tombstoned {
			continue
		}
		l := look{k.Flags, k.session != nil}
		if looks[l] == nil {
			looks[l] = k.switches()
		}
		o.Keys = append(o.Keys, KeyOverview{Handle: k.Handle, Label: k.Label, ID: k.ID, Class: k.Class, Type: k.Type, Owner: h.nameOf(k.Owner),
			Shared: h.namesOf(k.Shared), MValue: int(max(1, k.MValue)), Session: l.session, Attributes: looks[l]})
	}
	return o
}

// switches are the attributes of a key that are true or false.
func (k *key) switches() map[string]bool {
	list := map[string]bool{}
	for _, row := range attributes {
		if a, ok := k.attribute(row); ok && row.kind == KindBool {
			list[row.name] = a.Number == 1
		}
	}
	return list
}

func (h *HSM) nameOf(id UserID) string {
	if u := h.users[id]; u != nil {
		return u.record.Name
	}
	return fmt.Sprintf("#%d", id)
}

func (h *HSM) namesOf(ids []UserID) []string {
	var list []string
	for _, id := range ids {
		list = append(list, h.nameOf(id))
	}
	slices.Sort(list)
	return list
}

// Fits reports whether a password is that of a user, without a login: nothing is counted and nothing noted. It takes as
// long as stretching the password does.
func (h *HSM) Fits(name, password string) bool {
	proof, err := Stretch(h.Salt(), name, password)
	if err != nil {
		return false
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	u := h.userByName(name)
	return u != nil && u.record.Verifier.fits(proof)
}
