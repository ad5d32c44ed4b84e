package lab

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// maxSnapshot bounds what a snapshot unpacks to, bytes.
const maxSnapshot = 1 << 30

// maxPadding bounds what may stand behind the end of an archive, bytes; tar pads.
const maxPadding = 1 << 20

// unpack makes a lab's directory of a snapshot, and makes sure that there is a world in it.
func (h Home) unpack(file, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	head, err := eachFile(file, func(head Snapshot, entry *tar.Header, data []byte) error {
		name := path.Clean(entry.Name)
		if part, _, _ := strings.Cut(name, "/"); !slices.Contains(worldParts, part) {
			return fmt.Errorf("%q does not belong into a snapshot", entry.Name)
		}
		if entry.Typeflag == tar.TypeDir {
			return root.MkdirAll(name, 0o700)
		}
		if strings.HasPrefix(name, "opt/") && path.Ext(name) == ".cfg" { // they name their own place
			data = bytes.ReplaceAll(data, []byte(head.Prefix), []byte(h.Prefix()))
		}
		if err := root.MkdirAll(path.Dir(name), 0o700); err != nil {
			return err
		}
		return root.WriteFile(name, data, fs.FileMode(entry.Mode).Perm())
	})
	if err != nil {
		return err
	}
	unpacked := Home{Dir: dir}
	m, err := readManifest(unpacked)
	if err == nil && m == nil {
		err = errors.New("there is no world in it")
	}
	if err != nil {
		return err
	}
	if _, err := scenario.Parse("its scenario", m.Scenario); err != nil {
		return err
	}
	m.Clock.Lab, m.Clock.Real = head.Lab, time.Now()
	return m.write(unpacked)
}

// replaceWorld puts the files of an unpacked snapshot into the place of the lab's.
func (h Home) replaceWorld(fresh string) error {
	if err := os.Remove(h.manifest()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, part := range worldParts {
		replace := replaceTree
		if part == workPart {
			replace = replaceContent
		}
		if err := replace(filepath.Join(fresh, part), filepath.Join(h.Dir, part)); err != nil {
			return err
		}
	}
	return errors.Join(InstallTools(h.Prefix()), installAWS(h.Bin()))
}

// replaceTree moves a file or directory into the place of another one; what is not there leaves nothing.
func replaceTree(from, to string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// replaceContent does the same with all that is in a directory.
func replaceContent(from, to string) error {
	if err := ClearDir(to); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		err = errors.Join(err, os.Rename(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())))
	}
	return err
}

// ClearDir makes a directory, or removes all that is in it. The directory itself stays.
func ClearDir(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return os.MkdirAll(dir, 0o700)
	}
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}

// eachFile reads a snapshot's files and directories, and gives the head that they begin with.
func eachFile(file string, visit func(Snapshot, *tar.Header, []byte) error) (Snapshot, error) {
	var head Snapshot
	f, err := os.Open(file)
	if err != nil {
		return head, err
	}
	defer f.Close()
	packed, err := gzip.NewReader(f)
	if err != nil {
		return head, fmt.Errorf("%s is no snapshot: %w", file, err)
	}
	archive := tar.NewReader(packed)
	left := int64(maxSnapshot)
	for first := true; ; first = false {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) && !first {
			_, err := io.Copy(io.Discard, io.LimitReader(packed, maxPadding)) // behind it is the checksum
			return head, err
		}
		if err == nil && entry.Typeflag != tar.TypeReg && entry.Typeflag != tar.TypeDir {
			err = fmt.Errorf("%q is neither a file nor a directory", entry.Name)
		}
		if err != nil {
			return head, fmt.Errorf("%s is no whole snapshot: %w", file, err)
		}
		if left -= entry.Size; left < 0 { // of a sparse file, what it would be unpacked
			return head, fmt.Errorf("%s unpacks to more than %d bytes", file, maxSnapshot)
		}
		data, err := io.ReadAll(archive)
		if err != nil {
			return head, fmt.Errorf("%s is no whole snapshot: %w", file, err)
		}
		switch {
		case !first:
			err = visit(head, entry, data)
		case entry.Name != snapshotHead:
			err = fmt.Errorf("%s is no snapshot", file)
		case json.Unmarshal(data, &head) != nil || head.Version != snapshotVersion || head.Prefix == "":
			err = fmt.Errorf("%s is of version %d, this hsmlab knows %d", file, head.Version, snapshotVersion)
		}
		if err != nil {
			return head, err
		}
	}
}
