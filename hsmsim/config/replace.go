package config

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
)

// WriteBoth replaces both files of prefix. Both are prepared beside their places before either is replaced,
// so that a full disk or a missing right changes neither.
func WriteBoth(prefix string, c *Client, m *Management) error {
	client, err := prepare(ClientPath(prefix), c.doc)
	if err != nil {
		return err
	}
	defer client.discard()
	management, err := prepare(ManagementPath(prefix), m.doc)
	if err != nil {
		return err
	}
	defer management.discard()
	if err := client.commit(); err != nil {
		return err
	}
	return management.commit()
}

func write(path string, doc object) error {
	r, err := prepare(path, doc)
	if err != nil {
		return err
	}
	defer r.discard()
	return r.commit()
}

// A replacement is the new content of a file, complete on the disk under another name.
type replacement struct {
	temporary, path string
}

func prepare(path string, doc object) (replacement, error) {
	var r replacement
	data, err := encode(doc)
	if err != nil {
		return r, fmt.Errorf("cannot write %s: %w", path, err)
	}
	mode := os.FileMode(0o644) // the tools run as an ordinary user, configure as root
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return r, fmt.Errorf("cannot write %s: %w", path, withoutPath(err))
	}
	r = replacement{temporary: f.Name(), path: path}
	_, err = f.Write(data)
	if err := cmp.Or(err, f.Sync(), f.Close(), os.Chmod(r.temporary, mode)); err != nil {
		r.discard()
		return r, fmt.Errorf("cannot write %s: %w", path, withoutPath(err))
	}
	return r, nil
}

func (r replacement) commit() error {
	if err := os.Rename(r.temporary, r.path); err != nil {
		return fmt.Errorf("cannot write %s: %w", r.path, withoutPath(err))
	}
	return nil
}

// discard removes what has not been committed.
func (r replacement) discard() {
	os.Remove(r.temporary)
}
