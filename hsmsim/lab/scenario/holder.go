package scenario

import (
	"fmt"
	"slices"
)

// crew is what a cluster has for keys to lean on.
type crew struct {
	nodes []int                // in the order of the file
	cus   map[int]map[int]bool // ids of the CUs by node
	keys  map[int]int          // how many keys a node holds
}

func musterCrew(c *Cluster) crew {
	r := crew{cus: map[int]map[int]bool{}, keys: map[int]int{}}
	for i := range c.HSMs {
		node := c.HSMs[i].Node
		r.nodes = append(r.nodes, node)
		r.cus[node] = map[int]bool{}
		for _, u := range c.UsersOn(&c.HSMs[i]) {
			if u.Type == CU {
				r.cus[node][u.ID] = true
			}
		}
	}
	return r
}

// lacking is the first of the nodes without a CU of that id.
func (r crew) lacking(user int, nodes []int) (node int, found bool) {
	for _, n := range nodes {
		if !r.cus[n][user] {
			return n, true
		}
	}
	return 0, false
}

// checkHolders checks which HSMs hold a key, and that its owner and the users who share it are there.
func (f *file) checkHolders(path string, k *Key, r crew) {
	f.notEmpty(path+".nodes", len(k.Nodes), "name a node")
	holders := r.nodes
	if k.Nodes != nil {
		holders = f.holders(path+".nodes", k.Nodes, r.nodes)
	}
	for _, n := range holders {
		r.keys[n]++
	}
	if n, found := r.lacking(k.Owner, holders); found {
		f.fail(path+".owner", "user %d is no CU on node %d", k.Owner, n)
	}
	f.checkSharers(path, k, r, holders)
	within(f, path+".m_value", k.MValue, 0, maxQuorum)
	if most := 1 + len(k.Shared); k.MValue > 1 && k.MValue > most {
		f.fail(path+".m_value", "the owner and those who share the key are only %d", most)
	}
}

// holders are the nodes of a list that the cluster has.
func (f *file) holders(path string, list, nodes []int) []int {
	var known []int
	for i, n := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case !slices.Contains(nodes, n):
			f.fail(at, "the cluster has no node %d", n)
		case slices.Contains(known, n):
			f.fail(at, "node %d is named twice", n)
		default:
			known = append(known, n)
		}
	}
	return known
}

func (f *file) checkSharers(path string, k *Key, r crew, holders []int) {
	if k.Class == Public && len(k.Shared) > 0 {
		f.fail(path+".shared", "public keys are everybody's and cannot be shared")
		return
	}
	seen := map[int]bool{}
	for i, user := range k.Shared {
		at := fmt.Sprintf("%s.shared[%d]", path, i)
		if user == k.Owner {
			f.fail(at, "user %d is the owner", user)
		} else if seen[user] {
			f.fail(at, "user %d is named twice", user)
		} else if n, found := r.lacking(user, holders); found {
			f.fail(at, "user %d is no CU on node %d", user, n)
		}
		seen[user] = true
	}
}
