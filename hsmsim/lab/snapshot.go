package lab

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// snapshotVersion is the version of a snapshot's format.
const snapshotVersion = 1

// snapshotHead is the first file of a snapshot's archive.
const snapshotHead = "snapshot.json"

// workPart is the directory of Home.Work. It stays itself when its content is replaced, since a shell may be in it.
const workPart = "workdir"

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
