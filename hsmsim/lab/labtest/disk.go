package labtest

import (
	"os"
	"sync"
	"testing"
)

// Disk gives what everything durable is built of: a function that writes one page of 4 KiB in a directory and
// waits for the disk to have it.
func Disk(t testing.TB, dir string) func() {
	t.Helper()
	f, err := os.CreateTemp(dir, "page-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	page := make([]byte, 4096)
	return func() {
		if _, err := f.WriteAt(page, 0); err != nil {
			t.Error(err)
		}
		if err := syncData(f); err != nil {
			t.Error(err)
		}
	}
}

// Commits gives the floor of a change on so many HSMs: a function in which each of them waits twice for the disk,
// as a commit of its store does, all at the same time.
func Commits(t testing.TB, dir string, hsms int) func() {
	t.Helper()
	var writes []func()
	for range hsms {
		writes = append(writes, Disk(t, dir))
	}
	return func() {
		var group sync.WaitGroup
		for _, write := range writes {
			group.Go(func() {
				write()
				write()
			})
		}
		group.Wait()
	}
}
