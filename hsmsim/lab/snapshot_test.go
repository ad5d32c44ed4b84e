package lab

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// archive is a tar archive of files, by turns a name and a text.
func archive(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		if err := addFile(w, files[i], 0o600, []byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// FuzzUnpack reads snapshots that somebody may have made. What is unpacked stays in its directory, and is a world
// if there was no error.
func FuzzUnpack(f *testing.F) {
	m, err := newManifest(scenario.Default())
	if err != nil {
		f.Fatal(err)
	}
	world, err := json.Marshal(m)
	if err != nil {
		f.Fatal(err)
	}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	text, err := json.Marshal(Snapshot{Version: snapshotVersion, Prefix: "/x", Saved: now, Lab: now})
	if err != nil {
		f.Fatal(err)
	}
	head := string(text)
	whole := archive(f, snapshotHead, head, "nodes/a.db", "", "opt/cloudhsm/etc/a.cfg", "/x/etc", "lab.json", string(world))
	f.Add(whole)
	f.Add(archive(f, snapshotHead, head, "opt/../../escaped", "x"))
	f.Add(archive(f, snapshotHead, head, "nodes/../../escaped", "x"))
	f.Add(archive(f, snapshotHead, head, "/escaped", "x"))
	f.Add(archive(f, snapshotHead, head, "nodes", "x", "nodes/a", "y", "lab.json", string(world)))
	f.Add(archive(f, snapshotHead, head, "lab.json/x", ""))
	f.Add(archive(f, snapshotHead, head, "lab.json", "{}"))
	f.Add(archive(f, snapshotHead, head))
	f.Add(archive(f, "lab.json", string(world)))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		outer := t.TempDir()
		dir, file := filepath.Join(outer, "lab"), filepath.Join(outer, "a.tar.gz")
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		w.Write(data)
		w.Close()
		if err := os.WriteFile(file, packed.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		err := Home{Dir: "/new"}.unpack(file, dir)
		entries, _ := os.ReadDir(outer)
		if len(entries) != 2 {
			t.Errorf("there is more than the directory and the snapshot: %v", entries)
		}
		if err != nil && bytes.Equal(data, whole) {
			t.Errorf("a whole snapshot is refused: %v", err)
		}
		if err == nil {
			if m, err := readManifest(Home{Dir: dir}); m == nil || err != nil {
				t.Errorf("unpacked without an error, but the world is %v, %v", m, err)
			}
		}
	})
}
