package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// childVariable names the store that the test binary writes to when it runs as the victim of the kill test.
const childVariable = "HSMLAB_STORE_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childVariable); path != "" {
		if err := appendPairs(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1) // its parent kills it first
	}
	os.Exit(m.Run())
}

// appendPairs appends pairs of records for ever and prints the number of each pair once it is durable.
func appendPairs(path string) error {
	f, err := Open(path, testKey)
	if err != nil {
		return err
	}
	next := uint64(0)
	if err := f.Load(hsm.BucketKeys, func(key uint64, _ []byte) error { next = key + 1; return nil }); err != nil {
		return err
	}
	var mu sync.Mutex
	results := make(chan error)
	for range 4 {
		go func() {
			for {
				mu.Lock()
				pair := next
				next++
				mu.Unlock()
				f.AppendLazily([]hsm.Change{put(hsm.BucketAudit, pair, pairData(pair))})
				ticket := f.Append([]hsm.Change{put(hsm.BucketKeys, pair, pairData(pair)), put(hsm.BucketUsers, pair, pairData(pair))})
				if err := f.Wait(context.Background(), ticket); err != nil {
					results <- err
					return
				}
				fmt.Println(pair)
			}
		}()
	}
	return <-results
}

// pairData has a length of its own for every pair; some take more than a page.
func pairData(pair uint64) string {
	return strings.Repeat(fmt.Sprintf("pair %d ", pair), int(1+pair*pair%700))
}

func TestWhatWasAcknowledgedSurvivesAKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	printed := make(map[uint64]bool)
	for range rounds {
		for _, pair := range killAChild(t, path) {
			printed[pair] = true
		}
		f := openTest(t, path)
		all, err := loadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		keys, users, audit := byKey(all[hsm.BucketKeys]), byKey(all[hsm.BucketUsers]), byKey(all[hsm.BucketAudit])
		for pair := range printed {
			if keys[pair] == "" || users[pair] == "" {
				t.Errorf("pair %d was acknowledged and is not there", pair)
			}
			if audit[pair] == "" {
				t.Errorf("the audit record of pair %d was appended before it and is not there", pair)
			}
		}
		for pair, data := range keys {
			if data != pairData(pair) || users[pair] != data {
				t.Errorf("pair %d is not whole", pair)
			}
		}
		if len(keys) != len(users) {
			t.Errorf("%d and %d records: half of a pair is missing", len(keys), len(users))
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(printed) < rounds {
		t.Errorf("only %d pairs were acknowledged in %d rounds", len(printed), rounds)
	}
	t.Logf("%d pairs were acknowledged before %d kills", len(printed), rounds)
}

// killAChild runs a child, kills it after some of its pairs and returns all that it acknowledged.
func killAChild(t *testing.T, path string) (pairs []uint64) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childVariable+"="+path)
	var complaint strings.Builder
	child.Stderr = &complaint
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	enough := 1 + rand.IntN(150)
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) { // a last line that is not whole is not an acknowledgement
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		pair, err := strconv.ParseUint(strings.TrimSpace(line), 10, 64)
		if err != nil {
			t.Fatalf("the child printed %q", line)
		}
		pairs = append(pairs, pair)
		if len(pairs) == enough {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = child.Wait() // it was killed
	if complaint.Len() > 0 || len(pairs) < enough {
		t.Fatalf("the child ended after %d pairs: %s", len(pairs), complaint.String())
	}
	return pairs
}

func byKey(entries []entry) map[uint64]string {
	records := make(map[uint64]string)
	for _, e := range entries {
		records[e.Key] = e.Data
	}
	return records
}
