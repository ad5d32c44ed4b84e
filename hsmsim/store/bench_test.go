package store

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// recordSize is about what a user or a key takes.
const recordSize = 300

func benchRecord(key uint64) []hsm.Change {
	return []hsm.Change{{Bucket: hsm.BucketKeys, Key: key, Data: make([]byte, recordSize)}}
}

func reportRate(b *testing.B, records int) {
	b.ReportMetric(float64(b.N*records)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkDisk is the floor: one page written and synced. A commit syncs twice.
func BenchmarkDisk(b *testing.B) {
	file, err := os.Create(filepath.Join(b.TempDir(), "bare"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	page := make([]byte, 4096)
	for b.Loop() {
		if _, err := file.WriteAt(page, 0); err != nil {
			b.Fatal(err)
		}
		if err := syncData(file); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDurableRecord(b *testing.B) {
	f := openTest(b, filepath.Join(b.TempDir(), "store"))
	for key := uint64(0); b.Loop(); key++ {
		wait(b, f, f.Append(benchRecord(key)))
	}
}

func BenchmarkAppenders(b *testing.B) {
	for _, n := range []int{8, 64} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			f := openTest(b, filepath.Join(b.TempDir(), "store"))
			var group sync.WaitGroup
			const each = 100
			for round := 0; b.Loop(); round++ {
				for g := range n {
					group.Go(func() {
						for i := range each {
							wait(b, f, f.Append(benchRecord(uint64((round*n+g)*each+i))))
						}
					})
				}
				group.Wait()
			}
			reportRate(b, n*each)
			b.ReportMetric(float64(b.N*n*each)/float64(f.commitCount()), "records/commit")
		})
	}
}

// load appends records and waits for the last one.
func load(b *testing.B, f *File, records int) {
	var last hsm.Ticket
	for key := range uint64(records) {
		last = f.Append(benchRecord(key))
	}
	wait(b, f, last)
}

func BenchmarkLoad(b *testing.B) {
	for _, records := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(records), func(b *testing.B) {
			dir := b.TempDir()
			for i := 0; b.Loop(); i++ {
				f := openTest(b, filepath.Join(dir, fmt.Sprint(i)))
				load(b, f, records)
				b.StopTimer()
				if err := f.Close(); err != nil {
					b.Fatal(err)
				}
				if err := os.Remove(f.path); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			reportRate(b, records)
		})
	}
}

func BenchmarkOpenFresh(b *testing.B) {
	dir := b.TempDir()
	for i := 0; b.Loop(); i++ {
		if err := openTest(b, filepath.Join(dir, fmt.Sprint(i))).Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen opens a store and loads all its records. The store was not closed, as after a kill.
func BenchmarkOpen(b *testing.B) {
	for _, records := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprint(records), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "store")
			f := openTest(b, path)
			load(b, f, records)
			killed, err := os.ReadFile(path)
			if err != nil {
				b.Fatal(err)
			}
			if err := f.Close(); err != nil {
				b.Fatal(err)
			}
			if err := os.WriteFile(path, killed, 0o600); err != nil {
				b.Fatal(err)
			}
			b.Run("open", func(b *testing.B) {
				for b.Loop() {
					openTest(b, path).Close()
				}
			})
			b.Run("open+load", func(b *testing.B) {
				for b.Loop() {
					f := openTest(b, path)
					if got := len(contents(b, f, hsm.BucketKeys)); got != records {
						b.Fatalf("%d records", got)
					}
					f.Close()
				}
			})
		})
	}
}
