package runbook

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// A Goal is something that must hold in the world in the end. All its conditions must.
type Goal struct {
	Says   string `yaml:"says"`   // to the person
	Points int    `yaml:"points"` // 1 to 100; default 1

	Store        *Store        `yaml:"store"`
	KMSKey       *KMSKey       `yaml:"kms_key"`
	Decrypts     *Decrypts     `yaml:"decrypts"`
	Cluster      *Cluster      `yaml:"cluster"`
	User         *User         `yaml:"user"`
	Key          *Key          `yaml:"key"`
	InStep       *InStep       `yaml:"in_step"`
	Orphans      *Orphans      `yaml:"orphans"`
	Quorum       *Quorum       `yaml:"quorum"`
	Subnet       *Subnet       `yaml:"subnet"`
	MinimumNodes *MinimumNodes `yaml:"create_object_minimum_nodes"`
	File         *File         `yaml:"file"`

	line int // in the file
}

// A World is what goals are conditions on.
type World struct {
	View         *lab.View
	Founded      []string // ids of the clusters that the scenario began with
	Dir          string   // the person's working directory
	Begun        string   // a directory with what stood in it at the beginning
	Decrypt      func(ctx context.Context, ciphertext []byte) ([]byte, error)
	MinimumNodes func() (int, error) // of the client's configuration

	// Fitting lists the addresses of a cluster's HSMs on which a password is that of a user.
	Fitting func(ctx context.Context, cluster, user, password string) ([]string, error)
}

// condition is one thing that must hold.
type condition interface {
	// validate tells what is wrong with the condition itself, "" if nothing is.
	validate() string

	// wrong tells what is wrong with the world, "" if the condition is met.
	wrong(ctx context.Context, w *World) string
}

// conditions lists those that the goal has, in a fixed order.
func (g *Goal) conditions() []condition {
	var list []condition
	for _, c := range []struct {
		there bool
		condition
	}{
		{g.Cluster != nil, g.Cluster}, {g.Subnet != nil, g.Subnet}, {g.User != nil, g.User}, {g.Key != nil, g.Key}, {g.InStep != nil, g.InStep},
		{g.Quorum != nil, g.Quorum}, {g.MinimumNodes != nil, g.MinimumNodes}, {g.Store != nil, g.Store}, {g.KMSKey != nil, g.KMSKey},
		{g.Orphans != nil, g.Orphans}, {g.Decrypts != nil, g.Decrypts}, {g.File != nil, g.File},
	} {
		if c.there {
			list = append(list, c.condition)
		}
	}
	return list
}

func (g *Goal) validate() string {
	list := g.conditions()
	if len(list) == 0 {
		return "there is no condition in it"
	}
	for _, c := range list {
		if reason := c.validate(); reason != "" {
			return reason
		}
	}
	return ""
}

// UnmarshalYAML keeps the line that the goal begins on.
func (g *Goal) UnmarshalYAML(n *yaml.Node) error {
	type plain Goal // without this method
	if err := knownFields(n, (*plain)(g)); err != nil {
		return err
	}
	g.line = n.Line
	return nil
}

// knownFields decodes a mapping strictly: a node's own decoder lets fields pass that nobody knows.
func knownFields(n *yaml.Node, v any) error {
	text, err := yaml.Marshal(n)
	if err != nil {
		return err
	}
	// What is decoded anew has the lines of its own text.
	dec := yaml.NewDecoder(strings.NewReader(strings.Repeat("\n", max(n.Line-1, 0)) + string(text)))
	dec.KnownFields(true)
	return dec.Decode(v)
}

// A Grade is how a goal stands.
type Grade struct {
	Says   string `json:"says"`
	Points int    `json:"points"`
	Met    bool   `json:"met"`
	Wrong  string `json:"wrong,omitempty"` // what is wrong, of a goal that is not met
}

// Grade tells how each goal stands.
func (r *Runbook) Grade(ctx context.Context, w *World) []Grade {
	var list []Grade
	for i := range r.Goals {
		g := &r.Goals[i]
		grade := Grade{Says: g.Says, Points: g.Points, Met: true}
		for _, c := range g.conditions() {
			if grade.Wrong = c.wrong(ctx, w); grade.Wrong != "" {
				grade.Met = false
				break
			}
		}
		list = append(list, grade)
	}
	return list
}

// AllMet reports whether every goal is met.
func AllMet(grades []Grade) bool {
	return !slices.ContainsFunc(grades, func(g Grade) bool { return !g.Met })
}

// cluster finds a cluster that a condition is about: that of an id; "new", one that the scenario did not begin with; or the
// first. Of several new ones it is the one that has a key store: the others are attempts. reason is why there is none.
func (w *World) cluster(id string) (c *lab.ClusterView, reason string) {
	var made *lab.ClusterView
	for i := range w.View.Clusters {
		c := &w.View.Clusters[i]
		switch {
		case id == "" || id == c.ID:
			return c, ""
		case id != newCluster || slices.Contains(w.Founded, c.ID):
		case slices.ContainsFunc(w.View.Stores, func(s lab.StoreView) bool { return s.Cluster == c.ID }):
			return c, ""
		case made == nil:
			made = c
		}
	}
	switch {
	case made != nil:
		return made, ""
	case id == "":
		return nil, "there is no cluster"
	case id == newCluster:
		return nil, "there is no new cluster"
	}
	return nil, fmt.Sprintf("there is no cluster %s", id)
}

// newCluster names a cluster that was made meanwhile.
const newCluster = "new"
