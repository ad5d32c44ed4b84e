package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func TestReopenedFileHasAllRecords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	for round := range uint64(3) {
		f := openTest(t, path)
		var want []entry
		for key := range round {
			want = append(want, entry{key, fmt.Sprintf("record %d", key)})
		}
		if diff := cmp.Diff(want, contents(t, f, hsm.BucketKeys)); diff != "" {
			t.Errorf("round %d (-want +got):\n%s", round, diff)
		}
		f.Append([]hsm.Change{put(hsm.BucketKeys, round, fmt.Sprintf("record %d", round))})
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFreshFileIsForItsOwnerOnly(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no file modes")
	}
	f := openTest(t, filepath.Join(t.TempDir(), "store"))
	info, err := os.Stat(f.path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode %o, want 600", got)
	}
}

func TestRecordsAreNotInTheClear(t *testing.T) {
	f := openTest(t, filepath.Join(t.TempDir(), "store"))
	wait(t, f, f.Append([]hsm.Change{put(hsm.BucketKeys, 1, "the secret of the node")}))
	got, err := os.ReadFile(f.path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(got, []byte("secret")) {
		t.Error("the record is in the file as it was given")
	}
}

// edit changes a closed store with bbolt alone.
func edit(t *testing.T, path string, change func(tx *bolt.Tx) error) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second, NoFreelistSync: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(change); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefusesWhatIsNotItsFile(t *testing.T) {
	newStore := func(t *testing.T, path string) {
		if err := openTest(t, path).Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name, path string
		prepare    func(t *testing.T, path string)
		want       string
		is         error
	}{
		{"a file in a directory that is not there", "missing/store", nil, "no such file or directory", os.ErrNotExist},
		{"a directory", "store", func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, "it is not a regular file", nil},
		{"a file under a file", "store/store", func(t *testing.T, path string) { newStore(t, filepath.Dir(path)) }, "not a directory", nil},
		{"a text", "store", func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte("hello"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "the file is damaged: invalid database", ErrDamaged},
		{"a bbolt file of another program", "store", func(t *testing.T, path string) {
			edit(t, path, func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err })
		}, "it is not a file of hsmlab", nil},
		{"a file of a newer version", "store", func(t *testing.T, path string) {
			newStore(t, path)
			edit(t, path, func(tx *bolt.Tx) error { return tx.Bucket(schemaBucket).Put(versionKey, recordKey(7)) })
		}, "it has version 7, and this hsmlab reads up to version 1", nil},
		{"a file whose version was changed", "store", func(t *testing.T, path string) {
			newStore(t, path)
			edit(t, path, func(tx *bolt.Tx) error { return tx.Bucket(schemaBucket).Put(versionKey, recordKey(0)) })
		}, "the file is damaged or has another key: record proof of bucket schema cannot be decrypted", ErrDamaged},
		{"a file without a version", "store", func(t *testing.T, path string) {
			newStore(t, path)
			edit(t, path, func(tx *bolt.Tx) error { return tx.Bucket(schemaBucket).Delete(versionKey) })
		}, "the file is damaged: record version of bucket schema is missing", ErrDamaged},
		{"a file of another key", "store", func(t *testing.T, path string) {
			f, err := Open(path, [32]byte{9})
			if err != nil {
				t.Fatal(err)
			}
			f.Close()
		}, "the file is damaged or has another key: record proof of bucket schema cannot be decrypted", ErrDamaged},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), filepath.FromSlash(test.path))
			if test.prepare != nil {
				test.prepare(t, path)
			}
			_, err := Open(path, testKey)
			if err == nil || err.Error() != "cannot open the store "+path+": "+test.want {
				t.Fatalf("got  %v\nwant cannot open the store %s: %s", err, path, test.want)
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("%v is not %v", err, test.is)
			}
			if _, err := Open(path, testKey); errors.Is(err, ErrInUse) {
				t.Error("a refused file stays locked")
			}
		})
	}
}

// In a synctest bubble the second that Open waits for the lock passes at once.
func TestSecondOpenerIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	synctest.Test(t, func(t *testing.T) {
		first := openTest(t, path)
		start := time.Now()
		_, err := Open(path, testKey)
		if want := "cannot open the store " + path + ": another hsmlab daemon has it open"; !errors.Is(err, ErrInUse) || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		if waited := time.Since(start); waited > 2*lockTimeout {
			t.Errorf("refused after %v", waited)
		}
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		openTest(t, path)
	})
}

// A creation that was killed leaves an empty file, or one without a schema.
func TestOpenFinishesAnInterruptedCreation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	openTest(t, path).Close()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	openTest(t, path)
}

func TestRecordsCannotBeSwapped(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(tx *bolt.Tx) error
		want   string
	}{
		{"two records of a bucket", func(tx *bolt.Tx) error {
			b := tx.Bucket(bucketName(hsm.BucketKeys))
			one, two := bytes.Clone(b.Get(recordKey(1))), bytes.Clone(b.Get(recordKey(2)))
			return errors.Join(b.Put(recordKey(1), two), b.Put(recordKey(2), one))
		}, "record 1 of bucket 3 cannot be decrypted"},
		{"records of two buckets", func(tx *bolt.Tx) error {
			return tx.Bucket(bucketName(hsm.BucketKeys)).Put(recordKey(2), tx.Bucket(bucketName(hsm.BucketUsers)).Get(recordKey(2)))
		}, "record 2 of bucket 3 cannot be decrypted"},
		{"a record cut short", func(tx *bolt.Tx) error {
			return tx.Bucket(bucketName(hsm.BucketKeys)).Put(recordKey(2), []byte("short"))
		}, "record 2 of bucket 3 cannot be decrypted"},
		{"a key of another length", func(tx *bolt.Tx) error {
			return tx.Bucket(bucketName(hsm.BucketKeys)).Put([]byte("key"), nil)
		}, "bucket 3 has a key 6b6579"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store")
			f := openTest(t, path)
			f.Append([]hsm.Change{put(hsm.BucketKeys, 1, "one"), put(hsm.BucketKeys, 2, "two"), put(hsm.BucketUsers, 2, "user")})
			f.Close()
			edit(t, path, test.change)
			err := openTest(t, path).Load(hsm.BucketKeys, func(uint64, []byte) error { return nil })
			if err == nil || !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), path) || !strings.HasSuffix(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestSnapshotIsAFileThatOpens(t *testing.T) {
	dir := t.TempDir()
	f := openTest(t, filepath.Join(dir, "store"))
	for key := range uint64(100) {
		f.AppendLazily([]hsm.Change{put(hsm.BucketAudit, key, "entry")})
	}
	copied, err := os.Create(filepath.Join(dir, "copy"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Snapshot(copied), copied.Close()); err != nil {
		t.Fatal(err)
	}
	f.Append([]hsm.Change{put(hsm.BucketAudit, 100, "later")})
	if got := len(contents(t, openTest(t, copied.Name()), hsm.BucketAudit)); got != 100 {
		t.Errorf("the copy has %d records, want 100", got)
	}
}
