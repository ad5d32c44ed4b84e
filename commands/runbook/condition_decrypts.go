package runbook

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

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
		return fmt.Sprintf("%s does not decrypt: %s", c.File, strings.TrimPrefix(err.Error(), "cannot decrypt: "))
	case !bytes.Equal(plaintext, []byte(c.To)):
		return fmt.Sprintf("%s decrypts to something else", c.File)
	}
	return ""
}
