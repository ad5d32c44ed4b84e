package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

var testKey = [32]byte{1, 2, 3}

// openTest opens a store that is closed at the end of the test.
func openTest(t testing.TB, path string) *File {
	t.Helper()
	f, err := Open(path, testKey)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// eachJournal runs a test over both journals.
func eachJournal(t *testing.T, test func(t *testing.T, j hsm.Journal)) {
	t.Run("memory", func(t *testing.T) { test(t, Memory()) })
	t.Run("file", func(t *testing.T) { test(t, openTest(t, filepath.Join(t.TempDir(), "store"))) })
}

type entry struct {
	Key  uint64
	Data string
}

// contents returns the records of a bucket in the order of Load.
func contents(t testing.TB, j hsm.Journal, b hsm.Bucket) []entry {
	t.Helper()
	var got []entry
	if err := j.Load(b, func(key uint64, data []byte) error {
		got = append(got, entry{key, string(data)})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return got
}

func put(b hsm.Bucket, key uint64, data string) hsm.Change {
	return hsm.Change{Bucket: b, Key: key, Data: []byte(data)}
}

func wait(t testing.TB, j hsm.Journal, ticket hsm.Ticket) {
	t.Helper()
	if err := j.Wait(t.Context(), ticket); err != nil {
		t.Fatal(err)
	}
}

func TestJournalKeepsTheLastChangeOfARecord(t *testing.T) {
	u, k := hsm.BucketUsers, hsm.BucketKeys
	for _, test := range []struct {
		name string
		sets [][]hsm.Change
		want map[hsm.Bucket][]entry
	}{
		{"nothing", nil, map[hsm.Bucket][]entry{u: nil, k: nil}},
		{"ascending order whatever the order of writing",
			[][]hsm.Change{{put(k, 300, "c"), put(k, 2, "a")}, {put(k, 256, "b"), put(k, math.MaxUint64, "d"), put(k, 0, "0")}},
			map[hsm.Bucket][]entry{k: {{0, "0"}, {2, "a"}, {256, "b"}, {300, "c"}, {math.MaxUint64, "d"}}}},
		{"buckets apart", [][]hsm.Change{{put(k, 1, "key"), put(u, 1, "user")}},
			map[hsm.Bucket][]entry{k: {{1, "key"}}, u: {{1, "user"}}}},
		{"overwriting in a later set", [][]hsm.Change{{put(u, 1, "old")}, {put(u, 1, "new")}}, map[hsm.Bucket][]entry{u: {{1, "new"}}}},
		{"overwriting in one set", [][]hsm.Change{{put(u, 1, "old"), put(u, 1, "new")}}, map[hsm.Bucket][]entry{u: {{1, "new"}}}},
		{"removing", [][]hsm.Change{{put(u, 1, "a"), put(u, 2, "b")}, {{Bucket: u, Key: 1}}}, map[hsm.Bucket][]entry{u: {{2, "b"}}}},
		{"removing what is not there", [][]hsm.Change{{{Bucket: u, Key: 1}}}, map[hsm.Bucket][]entry{u: nil}},
		{"removing and writing again", [][]hsm.Change{{put(u, 1, "a")}, {{Bucket: u, Key: 1}, put(u, 1, "b")}}, map[hsm.Bucket][]entry{u: {{1, "b"}}}},
		{"an empty record, which is not a removed one", [][]hsm.Change{{{Bucket: u, Key: 1, Data: []byte{}}}}, map[hsm.Bucket][]entry{u: {{1, ""}}}},
		{"any bucket", [][]hsm.Change{{put(200, 1, "a")}}, map[hsm.Bucket][]entry{200: {{1, "a"}}, 201: nil}},
	} {
		t.Run(test.name, func(t *testing.T) {
			eachJournal(t, func(t *testing.T, j hsm.Journal) {
				var last hsm.Ticket
				for _, set := range test.sets {
					ticket := j.Append(set)
					if ticket <= last {
						t.Errorf("ticket %d after %d", ticket, last)
					}
					last = ticket
				}
				wait(t, j, last)
				for b, want := range test.want {
					if diff := cmp.Diff(want, contents(t, j, b)); diff != "" {
						t.Errorf("bucket %d (-want +got):\n%s", b, diff)
					}
				}
			})
		})
	}
}

func TestLoadSeesWhatWasAppendedBefore(t *testing.T) {
	eachJournal(t, func(t *testing.T, j hsm.Journal) {
		j.AppendLazily([]hsm.Change{put(hsm.BucketAudit, 1, "lazy")})
		j.Append([]hsm.Change{put(hsm.BucketAudit, 2, "asked for")})
		j.AppendLazily([]hsm.Change{put(hsm.BucketAudit, 3, "lazy again")})
		want := []entry{{1, "lazy"}, {2, "asked for"}, {3, "lazy again"}}
		if diff := cmp.Diff(want, contents(t, j, hsm.BucketAudit)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestLoadLetsItsVisitorUseTheJournal(t *testing.T) {
	eachJournal(t, func(t *testing.T, j hsm.Journal) {
		for key := range uint64(2*loadBatch + 1) {
			j.Append([]hsm.Change{put(hsm.BucketKeys, key, "x")})
		}
		visited := uint64(0)
		if err := j.Load(hsm.BucketKeys, func(key uint64, _ []byte) error {
			if key != visited {
				t.Fatalf("visited %d instead of %d", key, visited)
			}
			visited++
			if key%500 == 0 {
				wait(t, j, j.Append([]hsm.Change{put(hsm.BucketUsers, key, "y")}))
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if visited != 2*loadBatch+1 {
			t.Errorf("visited %d records", visited)
		}
	})
}

func TestLoadEndsAtTheLargestKey(t *testing.T) {
	eachJournal(t, func(t *testing.T, j hsm.Journal) {
		for i := range uint64(loadBatch) {
			j.Append([]hsm.Change{put(hsm.BucketKeys, math.MaxUint64-i, "x")})
		}
		if got := len(contents(t, j, hsm.BucketKeys)); got != loadBatch {
			t.Errorf("visited %d records, want %d", got, loadBatch)
		}
	})
}

func TestLoadStopsAtItsVisitorsError(t *testing.T) {
	eachJournal(t, func(t *testing.T, j hsm.Journal) {
		j.Append([]hsm.Change{put(hsm.BucketKeys, 1, "a"), put(hsm.BucketKeys, 2, "b")})
		stop, visits := errors.New("stop"), 0
		err := j.Load(hsm.BucketKeys, func(uint64, []byte) error { visits++; return stop })
		if err != stop || visits != 1 {
			t.Errorf("got %v after %d visits", err, visits)
		}
	})
}

func TestWaitForTickets(t *testing.T) {
	eachJournal(t, func(t *testing.T, j hsm.Journal) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := j.Wait(ctx, 0); err != nil {
			t.Errorf("ticket 0 is not durable: %v", err)
		}
		if got := j.Append(nil); got != 0 {
			t.Errorf("an empty first set has ticket %d", got)
		}
		ticket := j.Append([]hsm.Change{put(hsm.BucketKeys, 1, "a")})
		if got := j.Append(nil); got != ticket {
			t.Errorf("an empty set has ticket %d, not that of the set before, %d", got, ticket)
		}
		wait(t, j, ticket)
		if err := j.Wait(ctx, ticket); err != nil {
			t.Errorf("a durable ticket is refused for the context: %v", err)
		}
		err := j.Wait(t.Context(), ticket+1)
		if want := fmt.Sprintf("cannot wait for ticket %d: the last ticket of this journal is %d", ticket+1, ticket); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

// A model of the journal: any sequence of changes leaves what a map would have.
func TestJournalFollowsAModel(t *testing.T) {
	eachJournal(t, func(t *testing.T, j hsm.Journal) {
		random := rand.New(rand.NewPCG(1, 2))
		model := Memory()
		for range 100 {
			var set []hsm.Change
			for range random.IntN(20) {
				c := hsm.Change{Bucket: hsm.Bucket(1 + random.IntN(5)), Key: random.Uint64N(200)}
				if random.IntN(3) > 0 {
					c.Data = make([]byte, random.IntN(3000))
					c.Data = binary.BigEndian.AppendUint64(c.Data, random.Uint64())
				}
				set = append(set, c)
			}
			model.Append(set)
			if random.IntN(2) == 0 {
				j.AppendLazily(set)
			} else {
				wait(t, j, j.Append(set))
			}
		}
		for b := hsm.Bucket(1); b <= 5; b++ {
			if diff := cmp.Diff(contents(t, model, b), contents(t, j, b)); diff != "" {
				t.Errorf("bucket %d differs:\n%s", b, diff)
			}
		}
	})
}

func TestConcurrentAppendersAllGetThrough(t *testing.T) {
	eachJournal(t, func(t *testing.T, j hsm.Journal) { appendConcurrently(t, j, 8, 20) })
}

// appendConcurrently has n goroutines append so many records each and wait for every one.
func appendConcurrently(t testing.TB, j hsm.Journal, n, records int) {
	t.Helper()
	var group sync.WaitGroup
	for g := range n {
		group.Go(func() {
			for i := range records {
				key := uint64(g*records + i)
				if err := j.Wait(t.Context(), j.Append([]hsm.Change{put(hsm.BucketKeys, key, "record")})); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if got := len(contents(t, j, hsm.BucketKeys)); got != n*records {
		t.Errorf("%d records, want %d", got, n*records)
	}
}
