package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// mend gives both meta pages a right checksum, so that the pages behind them are looked at.
func mend(file []byte) {
	const metaSize = 64 // after the header of the page, with the checksum in its last 8 bytes
	for _, page := range []int{0, 4096} {
		if meta := page + pageHeader; len(file) >= meta+metaSize {
			sum := fnv.New64a()
			sum.Write(file[meta : meta+metaSize-8])
			binary.NativeEndian.PutUint64(file[meta+metaSize-8:], sum.Sum64())
		}
	}
}

// Whatever is in a file, it is refused with its path or it is a store that works.
func FuzzOpen(f *testing.F) {
	sample, _, _ := writeSample(f, filepath.Join(f.TempDir(), "sample"))
	sample = bytes.TrimRight(sample, "\x00") // the file is longer than what is in it
	sample = sample[:(len(sample)+4095)/4096*4096]
	f.Add(sample, false)
	f.Add(sample[:4*4096], true)
	f.Add([]byte{}, false)
	f.Add([]byte("hello"), false)
	f.Add(bytes.Repeat([]byte{0xff}, 3*4096), true)
	path := filepath.Join(f.TempDir(), "store")
	f.Fuzz(func(t *testing.T, file []byte, mended bool) {
		if mended {
			file = bytes.Clone(file)
			mend(file)
		}
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(path, testKey)
		if err == nil {
			if _, err = loadAll(s); err == nil {
				change := []hsm.Change{put(hsm.BucketKeys, 120, "new"), {Bucket: hsm.BucketKeys, Key: 121}}
				if err := s.Wait(t.Context(), s.Append(change)); err != nil {
					t.Errorf("a store that opened does not store: %v", err)
				}
			}
			s.Close()
		}
		if err != nil && !strings.Contains(err.Error(), path) {
			t.Errorf("the error does not name the path: %v", err)
		}
		if refused, lockErr := bolt.Open(path, 0, &bolt.Options{ReadOnly: true, Timeout: time.Nanosecond}); lockErr == nil {
			refused.Close()
		} else if errors.Is(lockErr, bolterrors.ErrTimeout) {
			t.Errorf("the file stays locked after %v", err)
		}
	})
}
