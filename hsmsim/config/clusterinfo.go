package config

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
)

// MaxMembers is the largest number of HSMs in a cluster (AWS CloudHSM User Guide, quotas).
const MaxMembers = 28

// A Member is one HSM of a cluster as the client daemon saw it.
type Member struct {
	Node    int // the HSM's own node id, from 0
	Address string
}

// ClusterInfoPath is where the client daemon with that id keeps its node list.
func ClusterInfoPath(prefix string, daemon int) string {
	return under(prefix, "/daemon/"+strconv.Itoa(daemon)+"/cluster.info")
}

// CheckMembers says why a list cannot be the members of a cluster: too many, a bad address, or a node id or
// an address that stands there twice.
func CheckMembers(members []Member) error {
	if len(members) > MaxMembers {
		return fmt.Errorf("a cluster of %d members, at most %d are allowed", len(members), MaxMembers)
	}
	nodes := make(map[int]bool)
	addresses := make(map[string]bool)
	for _, m := range members {
		if err := CheckAddress(m.Address); err != nil {
			return fmt.Errorf("node %d: %w", m.Node, err)
		}
		switch {
		case m.Node < 0 || m.Node > math.MaxInt32:
			return fmt.Errorf("node id %d is not a number from 0 to %d", m.Node, math.MaxInt32)
		case nodes[m.Node]:
			return fmt.Errorf("node id %d stands there twice", m.Node)
		case addresses[m.Address]:
			return fmt.Errorf("address %s stands there twice", m.Address)
		}
		nodes[m.Node], addresses[m.Address] = true, true
	}
	return nil
}

// ReadClusterInfo reads the node list that WriteClusterInfo has written, in its order; it may be empty. The
// original's layout is not known. This one is {"members":[{"node":0,"address":"10.0.2.9"}]}.
func ReadClusterInfo(path string) ([]Member, error) {
	return read(path, parseClusterInfo)
}

func parseClusterInfo(data []byte) ([]Member, error) {
	doc, err := parse(data)
	if err != nil {
		return nil, err
	}
	var members []Member
	for _, v := range (view{fields: doc, err: &err}).list("members", MaxMembers) {
		if _, present := v.fields["node"]; !present {
			v.fail("node", "is missing")
		}
		members = append(members, Member{
			Node:    v.numberIn("node", 0, 0, math.MaxInt32),
			Address: v.address("address"),
		})
	}
	if err != nil {
		return nil, err
	}
	if err := CheckMembers(members); err != nil {
		return nil, err
	}
	return members, nil
}

// WriteClusterInfo replaces the node list at path as a whole or not at all. It makes the daemon's directory
// where it is missing.
func WriteClusterInfo(path string, members []Member) error {
	if err := CheckMembers(members); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return write(path, clusterInfo(members))
}

func clusterInfo(members []Member) object {
	list := make([]any, len(members))
	for i, m := range members {
		list[i] = object{"node": number(m.Node), "address": m.Address}
	}
	return object{"members": list}
}
