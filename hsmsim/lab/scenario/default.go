package scenario

import (
	_ "embed"
	"fmt"
	"slices"
	"time"
)

//go:embed default.yaml
var defaultYAML []byte

// Default is the world of a lab without a scenario of its own: the cluster of the AWS KMS guide's chapter
// on custom key stores.
func Default() *World {
	w, err := Parse("default.yaml", defaultYAML)
	if err != nil {
		panic(err) // the file is part of the program, and a test parses it
	}
	return w
}

// newWorld is a world with the defaults that do not depend on other fields.
func newWorld() *World {
	return &World{
		Region:       "eu-west-1",
		Account:      "111122223333",
		Generation:   Classic,
		Clock:        Clock{Rate: 1},
		Speed:        100,
		SyncInterval: time.Minute,
		Endpoint:     Endpoint{Address: "127.0.0.1:0"},
		KMS:          KMS{Edition: EditionGuide},
		Client: Client{
			ConnectTimeout: 2 * time.Second,
			RequestTimeout: 10 * time.Second,
			MinimumNodes:   1,
			Daemon:         DaemonRunning,
			CustomerCA:     CAPresent,
		},
	}
}

func (c *Cluster) setDefaults() { c.MaxKeys = 3300 }

func (h *HSM) setDefaults() { h.State = StateUp }

func (k *Key) setDefaults() { k.Extractable, k.Local = true, true }

// usersOfNew are the users of a cluster whose users are not given: those of the cluster that it is a clone
// of, or those that there are before the activation (user guide, HSM users).
func usersOfNew(c *Cluster, earlier []Cluster) []User {
	for _, e := range earlier {
		if c.ClonedFrom != "" && e.ID == c.ClonedFrom {
			return slices.Clone(e.Users)
		}
	}
	return []User{
		{ID: 1, Type: PRECO, Name: "admin", Password: "password"},
		{ID: 2, Type: AU, Name: "app_user"},
	}
}

// complete fills in what the file left out and what follows from other fields.
func (f *file) complete(w *World) {
	for i := range w.Clusters {
		c, path := &w.Clusters[i], fmt.Sprintf("clusters[%d]", i)
		if i == 0 && !f.has(path+".id") {
			c.ID = "cluster-1a23b4cdefg"
		}
		if !f.has(path + ".users") {
			c.Users = usersOfNew(c, w.Clusters[:i])
		}
		for j := range c.HSMs {
			h, path := &c.HSMs[j], fmt.Sprintf("%s.hsms[%d]", path, j)
			if !f.has(path + ".name") {
				h.Name = h.Address
			}
			if !f.has(path + ".zone") {
				h.Zone = w.Region + string(rune('a'+j%3))
			}
		}
		for j := range c.Keys {
			f.completeKey(fmt.Sprintf("%s.keys[%d]", path, j), &c.Keys[j])
		}
	}
	f.completeKMS(w)
	if !f.has("access_keys") {
		w.AccessKeys = []AccessKey{standardKey}
	}
	if !f.has("client.servers") && len(w.Clusters) > 0 {
		for _, h := range w.Clusters[0].HSMs {
			w.Client.Servers = append(w.Client.Servers, h.Address)
		}
	}
	if _, h := w.firstServer(); h != nil && w.Client.Home == nil {
		w.Client.Home = new(h.Node)
	}
}

// firstServer is the HSM that stands first in the CMU configuration file and its cluster, nil for none.
func (w *World) firstServer() (*Cluster, *HSM) {
	for i := range w.Clusters {
		c := &w.Clusters[i]
		for j := range c.HSMs {
			if len(w.Client.Servers) > 0 && c.HSMs[j].Address == w.Client.Servers[0] {
				return c, &c.HSMs[j]
			}
		}
	}
	return nil, nil
}
