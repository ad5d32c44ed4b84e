package runbook

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// A Store is a condition on a custom key store.
type Store struct {
	ID      string `yaml:"id"`
	Name    string `yaml:"name"`
	State   string `yaml:"state"`
	Cluster string `yaml:"cluster"` // the one that it is of; new is one that the scenario did not begin with
	Absent  bool   `yaml:"absent"`
}

func (c *Store) validate() string {
	switch {
	case c.ID == "" && c.Name == "":
		return "store: needs id or name"
	case c.State == "" && c.Cluster == "" && !c.Absent:
		return "store: needs state, cluster or absent"
	}
	return ""
}

func (c *Store) wrong(_ context.Context, w *World) string {
	i := slices.IndexFunc(w.View.Stores, func(s lab.StoreView) bool {
		return (c.ID == "" || s.ID == c.ID) && (c.Name == "" || s.Name == c.Name)
	})
	switch {
	case i < 0 && c.Absent:
		return ""
	case i < 0:
		return fmt.Sprintf("there is no key store %s%s", c.ID, c.Name)
	case c.Absent:
		return fmt.Sprintf("key store %s is there", w.View.Stores[i].Name)
	}
	s := &w.View.Stores[i]
	if c.State != "" && s.State != c.State {
		why := ""
		if s.ErrorCode != "" {
			why = " (" + s.ErrorCode + ")"
		}
		return fmt.Sprintf("key store %s is %s%s, not %s", s.Name, s.State, why, c.State)
	}
	if c.Cluster != "" {
		want, reason := w.cluster(c.Cluster)
		if want == nil {
			return reason
		}
		if s.Cluster != want.ID {
			return fmt.Sprintf("key store %s is of cluster %s, not of %s", s.Name, s.Cluster, want.ID)
		}
	}
	return ""
}

// A KMSKey is a condition on a KMS key.
type KMSKey struct {
	ID      string `yaml:"id"`
	Alias   string `yaml:"alias"`
	State   string `yaml:"state"`
	Origin  string `yaml:"origin"`
	Expires *bool  `yaml:"expires"` // whether its imported material will
	Absent  bool   `yaml:"absent"`
}

func (c *KMSKey) validate() string {
	switch {
	case (c.ID == "") == (c.Alias == ""):
		return "kms_key: needs either id or alias"
	case c.State == "" && c.Origin == "" && c.Expires == nil && !c.Absent:
		return "kms_key: needs state, origin, expires or absent"
	}
	return ""
}

func (c *KMSKey) wrong(_ context.Context, w *World) string {
	i := slices.IndexFunc(w.View.Keys, func(k lab.KMSKeyView) bool {
		return k.ID == c.ID || c.Alias != "" && slices.Contains(k.Aliases, c.Alias)
	})
	name := "KMS key " + c.ID + c.Alias
	switch {
	case i < 0 && c.Absent:
		return ""
	case i < 0:
		return "there is no " + name
	case c.Absent:
		return name + " is there"
	}
	k := &w.View.Keys[i]
	switch {
	case c.State != "" && k.State != c.State:
		return fmt.Sprintf("%s is %s, not %s", name, k.State, c.State)
	case c.Origin != "" && k.Origin != c.Origin:
		return fmt.Sprintf("%s is of origin %s, not %s", name, k.Origin, c.Origin)
	case c.Expires != nil && *c.Expires && k.Expires.IsZero():
		return name + " has no material that expires"
	case c.Expires != nil && !*c.Expires && !k.Expires.IsZero():
		return fmt.Sprintf("the material of %s expires at %s", name, k.Expires.Format(time.RFC3339))
	}
	return ""
}

// Decrypts is the condition that KMS decrypts a ciphertext: one that the runbook's setup has left in the working
// directory, or one that the person makes.
type Decrypts struct {
	File  string `yaml:"file"` // in the working directory
	To    string `yaml:"to"`   // the plaintext
	Mine  bool   `yaml:"mine"` // the person makes it; else it is taken as it was at the beginning
	Fails bool   `yaml:"fails"`
}

func (c *Decrypts) validate() string {
	if !filepath.IsLocal(c.File) {
		return fmt.Sprintf("decrypts: file %q is no file of the working directory", c.File)
	}
	return ""
}

func (c *Decrypts) wrong(ctx context.Context, w *World) string {
	dir := w.Begun
	if c.Mine {
		dir = w.Dir
	}
	ciphertext, err := os.ReadFile(filepath.Join(dir, c.File))
	if err != nil {
		return fmt.Sprintf("there is no file %s", c.File)
	}
	plaintext, err := w.Decrypt(ctx, ciphertext)
	switch {
	case c.Fails && err == nil:
		return fmt.Sprintf("%s decrypts", c.File)
	case c.Fails:
		return ""
	case err != nil:
		return fmt.Sprintf("%s does not decrypt: %v", c.File, err)
	case !bytes.Equal(plaintext, []byte(c.To)):
		return fmt.Sprintf("%s decrypts to something else", c.File)
	}
	return ""
}

// Orphans is the condition that kmsuser owns no key that no KMS key has its material in.
type Orphans struct {
	Cluster string `yaml:"cluster"`
}

func (c *Orphans) validate() string { return "" }

func (c *Orphans) wrong(_ context.Context, w *World) string {
	v, reason := w.cluster(c.Cluster)
	if v == nil {
		return reason
	}
	used := map[uint64]bool{}
	for _, k := range w.View.Keys {
		for _, s := range w.View.Stores {
			if s.ID == k.Store && s.Cluster == v.ID {
				for _, h := range k.Handles {
					used[h] = true
				}
			}
		}
	}
	for _, h := range v.HSMs {
		for _, k := range h.Keys {
			if k.Owner == "kmsuser" && !k.Session && !used[k.Handle] {
				return fmt.Sprintf("key %d on %s belongs to no KMS key", k.Handle, h.Address)
			}
		}
	}
	return ""
}

// MinimumNodes is a condition on create_object_minimum_nodes of the client's configuration.
type MinimumNodes struct {
	AtLeast int `yaml:"at_least"`
	AtMost  int `yaml:"at_most"` // 0 is any
}

func (c *MinimumNodes) validate() string {
	switch {
	case c.AtLeast < 1 || c.AtLeast > 28:
		return "create_object_minimum_nodes: at_least must be 1 to 28"
	case c.AtMost != 0 && (c.AtMost < c.AtLeast || c.AtMost > 28):
		return "create_object_minimum_nodes: at_most must be at_least to 28"
	}
	return ""
}

func (c *MinimumNodes) wrong(_ context.Context, w *World) string {
	n, err := w.MinimumNodes()
	switch {
	case err != nil:
		return err.Error()
	case n < c.AtLeast:
		return fmt.Sprintf("create_object_minimum_nodes is %d, not %d", n, c.AtLeast)
	case c.AtMost != 0 && n > c.AtMost:
		return fmt.Sprintf("create_object_minimum_nodes is %d, more than %d", n, c.AtMost)
	}
	return ""
}

// A File is a condition on a file that the person writes: what was found out.
type File struct {
	Name string `yaml:"name"` // in the working directory
	Has  string `yaml:"has"`  // a word in it; without has and is any content will do
	Is   string `yaml:"is"`   // all words in it
}

func (c *File) validate() string {
	if !filepath.IsLocal(c.Name) {
		return fmt.Sprintf("file: name %q is no file of the working directory", c.Name)
	}
	if c.Has != "" && c.Is != "" {
		return "file: needs either has or is"
	}
	return ""
}

func (c *File) wrong(_ context.Context, w *World) string {
	text, err := os.ReadFile(filepath.Join(w.Dir, c.Name))
	switch {
	case err != nil:
		return fmt.Sprintf("there is no file %s", c.Name)
	case c.Has != "" && !slices.Contains(strings.Fields(string(text)), c.Has),
		c.Is != "" && !slices.Equal(strings.Fields(string(text)), strings.Fields(c.Is)):
		return fmt.Sprintf("%s does not have the right answer", c.Name)
	case len(bytes.TrimSpace(text)) == 0:
		return fmt.Sprintf("%s is empty", c.Name)
	}
	return ""
}
