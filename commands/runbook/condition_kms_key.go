package runbook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// A KMSKey is a condition on a KMS key.
type KMSKey struct {
	ID      string `yaml:"id"`
	Alias   string `yaml:"alias"`
	State   string `yaml:"state"`
	Origin  string `yaml:"origin"`
	Expires *bool  `yaml:"expires"`    // whether its imported material will
	On      string `yaml:"expires_on"` // the day, in UTC, on which it will
	File    string `yaml:"material"`   // the person's file with its imported material, which is new
	Absent  bool   `yaml:"absent"`
}

func (c *KMSKey) validate() string {
	switch {
	case (c.ID == "") == (c.Alias == ""):
		return "kms_key: needs either id or alias"
	case c.State == "" && c.Origin == "" && c.Expires == nil && c.On == "" && c.File == "" && !c.Absent:
		return "kms_key: needs state, origin, expires, expires_on, material or absent"
	case c.File != "" && !filepath.IsLocal(c.File):
		return fmt.Sprintf("kms_key: material %q is no file of the working directory", c.File)
	}
	if _, err := time.Parse(time.DateOnly, c.On); c.On != "" && err != nil {
		return fmt.Sprintf("kms_key: expires_on %q is no day such as 2026-12-31", c.On)
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
	case c.On != "" && k.Expires.IsZero():
		return name + " has no material that expires"
	case c.On != "" && k.Expires.UTC().Format(time.DateOnly) != c.On:
		return fmt.Sprintf("the material of %s expires at %s, not on %s", name, k.Expires.UTC().Format(time.RFC3339), c.On)
	case c.File != "":
		return c.wrongMaterial(name, k.Digest, w)
	}
	return ""
}

// wrongMaterial says what is wrong with material of a digest that is to be in a file, and in none of the setup's.
func (c *KMSKey) wrongMaterial(name, digest string, w *World) string {
	if digest == "" {
		return name + " has no imported material"
	}
	is := func(dir, file string) (bool, error) {
		bytes, err := os.ReadFile(filepath.Join(dir, file))
		sum := sha256.Sum256(bytes)
		return hex.EncodeToString(sum[:]) == digest, err
	}
	begun, err := os.ReadDir(w.Begun)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err.Error()
	}
	for _, f := range begun {
		if same, err := is(w.Begun, f.Name()); err == nil && same {
			return fmt.Sprintf("the material of %s is that of %s, not a new one", name, f.Name())
		}
	}
	switch same, err := is(w.Dir, c.File); {
	case err != nil:
		return fmt.Sprintf("there is no file %s", c.File)
	case !same:
		return fmt.Sprintf("%s does not have the material of %s", c.File, name)
	}
	return ""
}
