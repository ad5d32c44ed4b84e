package runbook

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

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
