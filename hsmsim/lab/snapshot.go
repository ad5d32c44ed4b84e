package lab

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
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

	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// snapshotVersion is the version of a snapshot's format.
const snapshotVersion = 1

// maxSnapshot bounds what a snapshot unpacks to, bytes.
const maxSnapshot = 1 << 30

// maxPadding bounds what may stand behind the end of an archive, bytes; tar pads.
const maxPadding = 1 << 20

// snapshotHead is the first file of a snapshot's archive.
const snapshotHead = "snapshot.json"

// workPart is the directory of Home.Work. It stays itself when its content is replaced, since a shell may be in it.
const workPart = "work"

// worldParts are the files and directories of a lab's directory that are its world, with the scenario that reset goes
// back to. The manifest, without which there is no world, comes last.
var worldParts = []string{"scenario.yaml", "seed", "nodes", "backups", "kms.db", "trail", "opt", workPart, "lab.json"}

// A Snapshot is a lab's whole world in one file, a tar archive packed by gzip.
type Snapshot struct {
	Version int
	Name    string    `json:"-"`
	Size    int64     `json:"-"` // bytes
	Err     error     `json:"-"` // why the file is no snapshot
	Prefix  string    // Home.Prefix of the lab that it was made in
	Saved   time.Time // real time
	Lab     time.Time // the lab's time then
}

func (h Home) snapshots() string { return filepath.Join(h.Dir, "snapshots") }

func (h Home) snapshotFile(name string) (string, error) {
	if !labName().MatchString(name) {
		return "", fmt.Errorf("snapshot name %q: 1 to 31 letters, digits, - and _ are allowed", name)
	}
	return filepath.Join(h.snapshots(), name+".tar.gz"), nil
}

// ErrSnapshotExists is why a snapshot is not saved.
var ErrSnapshotExists = errors.New("there is a snapshot of this name")

// Save writes the lab's world to a snapshot and gives its file. A lab that runs is stopped for it and started again,
// since only then do its HSMs, KMS and the CloudHSM service stand at the same moment: consoles lose their connections,
// as when the daemon is restarted. A snapshot of the same name is replaced if replace says so.
func Save(ctx context.Context, h Home, name string, replace bool) (file string, err error) {
	if file, err = h.snapshotFile(name); err != nil {
		return "", err
	}
	if !replace && exists(file) {
		return "", fmt.Errorf("cannot save snapshot %s: %w", name, ErrSnapshotExists)
	}
	if err := os.MkdirAll(h.snapshots(), 0o700); err != nil {
		return "", fmt.Errorf("cannot make room for snapshots: %w", err)
	}
	if err := SaveTo(ctx, h, file); err != nil {
		return "", fmt.Errorf("cannot save snapshot %s: %w", name, err)
	}
	return file, nil
}

// SaveTo is Save to a file that is not among the lab's snapshots. It replaces the file.
func SaveTo(ctx context.Context, h Home, file string) error {
	return h.whileDown(ctx, func() error { return h.pack(file) })
}

// whileDown does work on the lab's files when no daemon has them, and starts the daemon again if it ran.
func (h Home) whileDown(ctx context.Context, work func() error) (err error) {
	if c, failed := Connect(ctx, h); failed == nil {
		c.Close()
		defer func() {
			c, failed := Ensure(ctx, h)
			if failed == nil {
				c.Close()
			}
			err = errors.Join(err, failed)
		}()
	}
	if err := Down(ctx, h); err != nil {
		return err
	}
	held, err := h.takeLock()
	if err != nil {
		return err
	}
	defer held.Close()
	return work()
}

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

// Load replaces the lab's world by that of a snapshot and starts it. The lab's time goes on from where it stood. A file
// that is no whole snapshot changes nothing.
func Load(ctx context.Context, h Home, name string) (*Client, error) {
	file, err := h.snapshotFile(name)
	if err != nil {
		return nil, err
	}
	if !exists(file) {
		return nil, fmt.Errorf("there is no snapshot %s; 'hsmlab snapshot list' shows them", name)
	}
	c, err := LoadFrom(ctx, h, file)
	if err != nil {
		return nil, fmt.Errorf("cannot restore snapshot %s: %w", name, err)
	}
	return c, nil
}

// LoadFrom is Load of a file that is not among the lab's snapshots.
func LoadFrom(ctx context.Context, h Home, file string) (*Client, error) {
	fresh, err := os.MkdirTemp(h.Dir, ".restored-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(fresh)
	if err := h.unpack(file, fresh); err != nil {
		return nil, err
	}
	if err := h.whileDown(ctx, func() error { return h.replaceWorld(fresh) }); err != nil {
		return nil, err
	}
	c, err := Ensure(ctx, h)
	if err == nil {
		h.note(c, "the world was restored from snapshot "+strings.TrimSuffix(filepath.Base(file), ".tar.gz"))
	}
	return c, err
}

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

// Snapshots lists the lab's snapshots by name.
func Snapshots(h Home) ([]Snapshot, error) {
	entries, err := os.ReadDir(h.snapshots())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot list the snapshots: %w", err)
	}
	var list []Snapshot
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".tar.gz"); ok && labName().MatchString(name) {
			list = append(list, readSnapshot(filepath.Join(h.snapshots(), e.Name())))
		}
	}
	return list, nil
}

// errHeadRead ends reading a snapshot after its head.
var errHeadRead = errors.New("the head is read")

func readSnapshot(file string) Snapshot {
	s, err := eachFile(file, func(Snapshot, *tar.Header, []byte) error { return errHeadRead })
	if err != nil && !errors.Is(err, errHeadRead) {
		s.Err = err
	}
	s.Name = strings.TrimSuffix(filepath.Base(file), ".tar.gz")
	if info, err := os.Stat(file); err == nil {
		s.Size = info.Size()
	}
	return s
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
