package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Limits of the original (user guide, quotas and HSM users).
const (
	maxUsers  = 1024
	maxQuorum = 8
)

var (
	userName = pattern(`^[A-Za-z0-9_]{1,31}$`)
	password = pattern(`^[ -~]{7,32}$`)
)

// checkUsers checks one list of users: a cluster's, or that of an HSM of its own.
func (f *file) checkUsers(path string, users []User) {
	if !f.count(path, len(users), 1, maxUsers) {
		return
	}
	names, last := taken{}, 0
	for i := range users {
		u, path := &users[i], fmt.Sprintf("%s[%d]", path, i)
		within(f, path+".id", u.ID, 1, maxUsers)
		if u.ID <= last {
			f.fail(path+".id", "must be larger than the id before, %d", last)
		}
		last = max(last, u.ID)
		f.take(names, path+".name", strings.ToLower(u.Name))
		f.checkUser(path, u)
	}
	officers := countType(users, PRECO, PCO, CO)
	if officers == 0 {
		f.fail(path, "must have an officer: a PRECO, PCO or CO")
	}
	if countType(users, PRECO) > 0 && officers+countType(users, CU) > 1 {
		f.fail(path, "a PRECO is the officer of a cluster that is not activated: only AUs can stand beside it")
	}
}

func (f *file) checkUser(path string, u *User) {
	f.oneOf(path+".type", u.Type, PRECO, PCO, CO, CU, AU)
	if !userName().MatchString(u.Name) {
		f.fail(path+".name", "must be 1 to 31 letters, digits and underscores")
	}
	within(f, path+".failures", u.Failures, 0, 255)
	switch {
	case u.Type == AU && u.Password != "":
		f.fail(path+".password", "an AU has no password")
	case u.Type == AU && u.Failures > 0:
		f.fail(path+".failures", "an AU has no password that could be wrong")
	case u.Type != AU && !password().MatchString(u.Password):
		f.fail(path+".password", "must be 7 to 32 printable ASCII characters; only an AU has none")
	}
	if u.QuorumKey != nil && (u.Type == AU || u.Type == PRECO) {
		f.fail(path+".quorum_key", "a user of type %s cannot register a key", u.Type)
	}
	if u.TwoFactor && u.QuorumKey == nil {
		f.fail(path+".two_factor", "needs a quorum_key: the second factor is a signature of it")
	}
}

// checkQuorum checks the quorum of a cluster against the officers of every one of its HSMs.
func (f *file) checkQuorum(path string, c *Cluster) {
	for _, service := range slices.Sorted(maps.Keys(c.Quorum)) {
		at, m := fmt.Sprintf("%s.%d", path, service), c.Quorum[service]
		if service != 3 && service != 4 {
			f.fail(at, "no such service: 3 is user management, 4 the quorum settings")
			continue
		}
		within(f, at, m, 1, maxQuorum)
		for i := range c.HSMs {
			if officers := countType(c.UsersOn(&c.HSMs[i]), PCO, CO); m > 1 && m > officers {
				f.fail(at, "needs %d users of type CO or PCO, node %d has %d", m, c.HSMs[i].Node, officers)
				break
			}
		}
	}
}

func countType(users []User, types ...string) int {
	n := 0
	for _, u := range users {
		if slices.Contains(types, u.Type) {
			n++
		}
	}
	return n
}
