package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/hsmlab/hsmlab/cmd/conformance/transcript"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// The clusters of a transcript's world. Servers marked as clones are in the second one.
const (
	firstCluster = "cluster-1a23b4cdefg"
	cloneCluster = "cluster-2a23b4cdefg"
)

// connectTimeout is how long the tools wait for a server that is down.
const connectTimeout = time.Second

// buildWorld makes the scenario that a transcript's header describes. dir is where its files are.
func buildWorld(f *transcript.File, generation, dir string, keys *keyring) (*scenario.World, error) {
	w := &scenario.World{
		Region: "eu-west-1", Account: "111122223333", Generation: generation, Speed: 100,
		Clock: scenario.Clock{Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
		Client: scenario.Client{ConnectTimeout: connectTimeout, RequestTimeout: 20 * time.Second, MinimumNodes: 1,
			Daemon: scenario.DaemonRunning, CustomerCA: scenario.CAPresent},
	}
	if f.Daemon != "" {
		w.Client.Daemon = f.Daemon
	}
	home := f.Servers[0].ID
	if f.Home != nil {
		home = *f.Home
	}
	w.Client.Home = &home
	for _, s := range f.Servers {
		w.Client.Servers = append(w.Client.Servers, s.Host)
	}
	for _, clone := range []bool{false, true} {
		c, err := buildCluster(f, clone, dir, keys)
		if err != nil {
			return nil, err
		}
		if len(c.HSMs) > 0 {
			w.Clusters = append(w.Clusters, c)
		}
	}
	return w, nil
}

func buildCluster(f *transcript.File, clone bool, dir string, keys *keyring) (scenario.Cluster, error) {
	c := scenario.Cluster{ID: firstCluster, MaxKeys: 3300, Quorum: f.Quorum}
	if clone {
		c.ID, c.ClonedFrom = cloneCluster, firstCluster
	}
	var err error
	if c.Users, err = buildUsers(f.Users, keys); err != nil {
		return c, err
	}
	nodes := map[int]bool{}
	for _, s := range f.Servers {
		if s.Clone != clone {
			continue
		}
		nodes[s.ID] = true
		h := scenario.HSM{Node: s.ID, Address: s.Host, Name: s.Name, ID: s.HSM, Zone: "eu-west-1a", State: scenario.StateUp}
		if s.State != "" {
			h.State = s.State
		}
		if users, ok := f.UsersAt[s.ID]; ok {
			if h.Users, err = buildUsers(users, keys); err != nil {
				return c, err
			}
		}
		c.HSMs = append(c.HSMs, h)
	}
	for _, k := range f.Keys {
		if k.Session {
			c.NextHandles = append(c.NextHandles, uint32(k.Handle))
			continue
		}
		if key, ok := buildKey(k, nodes); ok {
			if k.From != "" {
				if key.Material, err = os.ReadFile(filepath.Join(dir, k.From)); err != nil {
					return c, fmt.Errorf("cannot read the material of key %d: %w", k.Handle, err)
				}
			}
			c.Keys = append(c.Keys, key)
		}
	}
	for _, h := range f.Next {
		c.NextHandles = append(c.NextHandles, uint32(h))
	}
	return c, nil
}

func buildUsers(users []transcript.User, keys *keyring) ([]scenario.User, error) {
	list := []scenario.User{}
	for _, u := range users {
		su := scenario.User{ID: u.ID, Type: u.Type, Name: u.Name, Password: u.Password, Failures: u.Failures, TwoFactor: u.TwoFA}
		if u.Mofn || u.TwoFA {
			var err error
			if su.QuorumKey, err = keys.publicDER(u.Name); err != nil {
				return nil, err
			}
		}
		list = append(list, su)
	}
	return list, nil
}

// buildKey gives the part of a key that a cluster with these nodes has; ok is false where it has none.
func buildKey(k transcript.Key, nodes map[int]bool) (key scenario.Key, ok bool) {
	key = scenario.Key{Handle: uint32(k.Handle), Class: k.Class, Type: k.Type, Size: k.Size, Curve: k.Curve, Owner: k.Owner,
		Label: k.Label, ID: k.ID, Pair: uint32(k.Pair), Shared: k.Shared, MValue: k.M, Extractable: !k.NoExtract, Local: !k.Imported,
		Exponent: k.Exponent}
	if k.Type == scenario.RSA && key.Exponent == 0 {
		key.Exponent = 65537
	}
	for _, n := range k.Nodes {
		if nodes[n] {
			key.Nodes = append(key.Nodes, n)
		}
	}
	for _, a := range k.Attributes {
		if v, err := strconv.Atoi(a.Value); err == nil {
			if key.Attributes == nil {
				key.Attributes = map[string]int{}
			}
			key.Attributes[a.Name] = v
		}
	}
	return key, k.Nodes == nil || len(key.Nodes) > 0
}
