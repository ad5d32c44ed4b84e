package store

import (
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

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func (f *File) commitCount() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.commits
}

// holdCommits keeps the committer from starting a transaction until the returned function is called.
func holdCommits(t *testing.T, f *File) (release func()) {
	t.Helper()
	tx, err := f.db.Begin(true)
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAppendersShareCommits(t *testing.T) {
	f := openTest(t, filepath.Join(t.TempDir(), "store"))
	release := holdCommits(t, f)
	var last hsm.Ticket
	for key := range uint64(500) {
		last = f.Append([]hsm.Change{put(hsm.BucketKeys, key, "x")})
	}
	release()
	wait(t, f, last)
	// The committer may have taken the first ones before the rest was there, but no more than that.
	if n := f.commitCount(); n > 2 {
		t.Errorf("%d commits for 500 records that were all waiting", n)
	}
}

func TestConcurrentAppendersTakeFewerCommitsThanRecords(t *testing.T) {
	f := openTest(t, filepath.Join(t.TempDir(), "store"))
	appendConcurrently(t, f, 8, 100)
	n := f.commitCount()
	t.Logf("%d commits for 800 records", n)
	if n > 400 {
		t.Errorf("%d commits for 800 records of 8 goroutines", n)
	}
}

func TestTransactionsAreBounded(t *testing.T) {
	one := func(key uint64, size int) []hsm.Change {
		return []hsm.Change{{Bucket: hsm.BucketKeys, Key: key, Data: make([]byte, size)}}
	}
	var many []hsm.Change
	for key := range uint64(3 * maxBatchChanges) {
		many = append(many, one(key, 10)...)
	}
	for _, test := range []struct {
		name       string
		sets       func(f *File) hsm.Ticket
		atLeast    int
		atMost     int
		wantInFile int
	}{
		{"by the number of changes", func(f *File) (last hsm.Ticket) {
			for key := range uint64(3 * maxBatchChanges) {
				last = f.Append(one(key, 10))
			}
			return last
		}, 3, 4, 3 * maxBatchChanges},
		{"by their size", func(f *File) (last hsm.Ticket) {
			for key := range uint64(12) {
				last = f.Append(one(key, maxBatchBytes/4))
			}
			return last
		}, 3, 4, 12},
		{"but never in the middle of a set", func(f *File) hsm.Ticket { return f.Append(many) }, 1, 1, 3 * maxBatchChanges},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := openTest(t, filepath.Join(t.TempDir(), "store"))
			release := holdCommits(t, f)
			last := test.sets(f)
			release()
			wait(t, f, last)
			if n := f.commitCount(); n < test.atLeast || n > test.atMost {
				t.Errorf("%d commits, want %d to %d", n, test.atLeast, test.atMost)
			}
			if got := len(contents(t, f, hsm.BucketKeys)); got != test.wantInFile {
				t.Errorf("%d records, want %d", got, test.wantInFile)
			}
		})
	}
}

// In a synctest bubble the delay passes as soon as nothing else can happen.
func TestLazyChangesAreWrittenAfterAWhile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	synctest.Test(t, func(t *testing.T) {
		f := openTest(t, path)
		for round := range 3 { // the first one starts the timer, the later ones reset it
			start := time.Now()
			f.AppendLazily([]hsm.Change{put(hsm.BucketAudit, uint64(2*round), "a")})
			f.AppendLazily([]hsm.Change{put(hsm.BucketAudit, uint64(2*round+1), "b")})
			synctest.Wait()
			if n := f.commitCount(); n != round {
				t.Fatalf("%d commits before the delay is over, want %d", n, round)
			}
			f.mu.Lock()
			landed := f.landed
			f.mu.Unlock()
			<-landed
			if n := f.commitCount(); n != round+1 {
				t.Errorf("%d commits after the delay, want %d", n, round+1)
			}
			if took := time.Since(start); took != lazyDelay {
				t.Errorf("written after %v, want %v", took, lazyDelay)
			}
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestLazyChangesRideWithTheNextCommit(t *testing.T) {
	f := openTest(t, filepath.Join(t.TempDir(), "store"))
	f.AppendLazily([]hsm.Change{put(hsm.BucketAudit, 1, "a")})
	wait(t, f, f.Append([]hsm.Change{put(hsm.BucketKeys, 1, "k")}))
	f.mu.Lock()
	pending := len(f.pending)
	f.mu.Unlock()
	if pending != 0 || f.commitCount() != 1 {
		t.Errorf("%d sets left after %d commits, want none after one", pending, f.commitCount())
	}
}

func TestManyLazyChangesDoNotWaitForTheDelay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	synctest.Test(t, func(t *testing.T) {
		f := openTest(t, path)
		start := time.Now()
		for key := range uint64(maxBatchChanges) {
			f.AppendLazily([]hsm.Change{put(hsm.BucketAudit, key, "a")})
		}
		synctest.Wait()
		if n := f.commitCount(); n != 1 || time.Since(start) != 0 {
			t.Errorf("%d commits after %v, want one at once", n, time.Since(start))
		}
		f.Close()
	})
}

func TestAFailedCommitEndsAllStoring(t *testing.T) {
	for _, test := range []struct {
		name, want string
		breakIt    func(t *testing.T, f *File)
	}{
		{"when the file is closed underneath", "it is closed", func(t *testing.T, f *File) {
			if err := f.db.Close(); err != nil {
				t.Fatal(err)
			}
		}},
		{"when the disk refuses a page", "file already closed", func(t *testing.T, f *File) {
			if err := f.file.Close(); err != nil {
				t.Fatal(err)
			}
		}},
		{"when the file is cut off underneath", "the file is damaged", func(t *testing.T, f *File) {
			if runtime.GOOS == "windows" {
				t.Skip("Windows does not cut off a mapped file")
			}
			if err := os.Truncate(f.path, 0); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store")
			f := openTest(t, path)
			stored := f.Append([]hsm.Change{put(hsm.BucketKeys, 1, "stored")})
			wait(t, f, stored)
			test.breakIt(t, f)

			first := f.Append([]hsm.Change{put(hsm.BucketKeys, 2, "lost")})
			err := f.Wait(t.Context(), first)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), path) {
				t.Fatalf("got %v, want an error with %q and the path", err, test.want)
			}
			f.AppendLazily([]hsm.Change{put(hsm.BucketAudit, 1, "lost")})
			second := f.Append([]hsm.Change{put(hsm.BucketKeys, 3, "lost")})
			if second <= first {
				t.Errorf("ticket %d after %d", second, first)
			}
			for _, ticket := range []hsm.Ticket{first, second, f.Append(nil)} {
				if again := f.Wait(t.Context(), ticket); again != err {
					t.Errorf("ticket %d: got %v, want the same error again", ticket, again)
				}
			}
			if err := f.Wait(t.Context(), stored); err != nil {
				t.Errorf("what was durable is not any more: %v", err)
			}
			if err := f.Load(hsm.BucketKeys, func(uint64, []byte) error { return nil }); err == nil {
				t.Error("a failed store still loads")
			}
			for range 2 {
				if again := f.Close(); again != err {
					t.Errorf("Close: got %v, want %v", again, err)
				}
			}
		})
	}
}

func TestClosedStoreRefusesEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	f := openTest(t, path)
	f.AppendLazily([]hsm.Change{put(hsm.BucketAudit, 1, "lazy")})
	before := f.Append([]hsm.Change{put(hsm.BucketKeys, 1, "asked for")})
	f.AppendLazily([]hsm.Change{put(hsm.BucketAudit, 2, "lazy")})
	for range 2 {
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	wait(t, f, before)
	after := f.Append([]hsm.Change{put(hsm.BucketKeys, 2, "too late")})
	f.AppendLazily([]hsm.Change{put(hsm.BucketAudit, 3, "too late")})
	for name, err := range map[string]error{
		"Wait":     f.Wait(t.Context(), after),
		"Load":     f.Load(hsm.BucketKeys, func(uint64, []byte) error { return nil }),
		"Snapshot": f.Snapshot(nil),
	} {
		if !errors.Is(err, ErrClosed) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got %v", name, err)
		}
	}

	again := openTest(t, path)
	if diff := cmp.Diff([]entry{{1, "lazy"}, {2, "lazy"}}, contents(t, again, hsm.BucketAudit)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]entry{{1, "asked for"}}, contents(t, again, hsm.BucketKeys)); diff != "" {
		t.Error(diff)
	}
}

func TestCloseLeavesNoAppenderWaiting(t *testing.T) {
	f := openTest(t, filepath.Join(t.TempDir(), "store"))
	results := make(chan error)
	for g := range 8 {
		go func() {
			for key := uint64(g); ; key += 8 {
				if err := f.Wait(t.Context(), f.Append([]hsm.Change{put(hsm.BucketKeys, key, fmt.Sprint(key))})); err != nil {
					results <- err
					return
				}
			}
		}()
	}
	wait(t, f, f.Append([]hsm.Change{put(hsm.BucketUsers, 1, "some have begun")}))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for range 8 {
		if err := <-results; !errors.Is(err, ErrClosed) {
			t.Errorf("got %v", err)
		}
	}
}
