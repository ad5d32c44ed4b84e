package lab

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
)

// pack writes the world of a lab that is down.
func (h Home) pack(file string) error {
	m, err := readManifest(h)
	if err != nil {
		return err
	}
	if m == nil {
		return fmt.Errorf("lab %s has no world", h.Name)
	}
	labTime := clock.Restore(m.Clock)
	defer labTime.Close()
	var b bytes.Buffer
	packed := gzip.NewWriter(&b)
	archive := tar.NewWriter(packed)
	head, err := json.Marshal(Snapshot{Version: snapshotVersion, Prefix: h.Prefix(), Saved: time.Now().UTC(), Lab: labTime.Now()})
	if err == nil {
		err = addFile(archive, snapshotHead, 0o600, head)
	}
	for _, part := range worldParts {
		err = errors.Join(err, addTree(archive, h.Dir, part))
	}
	if err := errors.Join(err, archive.Close(), packed.Close()); err != nil {
		return err
	}
	return WriteFile(file, b.Bytes(), 0o600)
}

// addTree adds a file, or a directory with all in it. The tools' programs stay behind: they are links to this one.
func addTree(archive *tar.Writer, dir, part string) error {
	return filepath.WalkDir(filepath.Join(dir, part), func(file string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && filepath.Base(file) == part {
			return nil
		}
		if err != nil || !e.Type().IsRegular() && !e.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case e.IsDir():
			return archive.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: 0o755})
		case strings.HasPrefix(name, "opt/cloudhsm/bin/"):
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return addFile(archive, name, info.Mode().Perm(), data)
	})
}

func addFile(archive *tar.Writer, name string, mode fs.FileMode, data []byte) error {
	if err := archive.WriteHeader(&tar.Header{Name: name, Mode: int64(mode), Size: int64(len(data))}); err != nil {
		return err
	}
	_, err := archive.Write(data)
	return err
}
