package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// everything is the contents of all buckets that the tests of damage use.
type everything map[hsm.Bucket][]entry

func loadAll(j hsm.Journal) (everything, error) {
	all := make(everything)
	for b := hsm.Bucket(1); b <= 5; b++ {
		if err := j.Load(b, func(key uint64, data []byte) error {
			all[b] = append(all[b], entry{key, string(data)})
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// writeSample makes a store with every kind of page: inline buckets, branches, records longer than a
// page and free pages. It returns the file and the contents after its last transaction and before it.
func writeSample(t testing.TB, path string) (file []byte, last, before everything) {
	t.Helper()
	f := openTest(t, path)
	set := []hsm.Change{put(hsm.BucketMeta, 1, "meta"), put(hsm.BucketUsers, 1, "admin"), put(hsm.BucketAudit, 1, strings.Repeat("long ", 4000))}
	for key := range uint64(150) {
		set = append(set, put(hsm.BucketKeys, key, fmt.Sprintf("%0200d", key)))
	}
	wait(t, f, f.Append(set))
	set = []hsm.Change{{Bucket: hsm.BucketAudit, Key: 1}, put(hsm.BucketAudit, 2, strings.Repeat("longer", 2000))}
	for key := range uint64(40) {
		set = append(set, hsm.Change{Bucket: hsm.BucketKeys, Key: key})
	}
	wait(t, f, f.Append(set))
	before, err := loadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	wait(t, f, f.Append([]hsm.Change{put(hsm.BucketUsers, 2, "last"), put(hsm.BucketKeys, 100, "last")}))
	if last, err = loadAll(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if file, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	return file, last, before
}

// A damage changes a copy of a file.
type damage struct {
	name string
	do   func(file []byte) []byte
	must bool // be noticed by Open
}

func damages(size int) (all []damage) {
	for _, cut := range []int{1, 100, 1024, 4095, 4096, 5000, 8192, 12288, 16384, 20000, 40000} {
		all = append(all, damage{fmt.Sprintf("cut off at %d", cut), func(file []byte) []byte { return file[:cut] }, true})
	}
	random := rand.New(rand.NewPCG(3, 4))
	noise := make([]byte, 4096)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	for name, fill := range map[string][]byte{"zeros": make([]byte, 4096), "ones": bytes.Repeat([]byte{0xff}, 4096), "noise": noise} {
		for page := 0; page < size; page += 4096 {
			all = append(all, damage{fmt.Sprintf("page %d has %s", page/4096, name), func(file []byte) []byte {
				copy(file[page:], fill)
				return file
			}, false})
		}
		all = append(all, damage{"all but the first two pages are " + name, func(file []byte) []byte {
			for page := 8192; page < size; page += 4096 {
				copy(file[page:], fill)
			}
			return file
		}, true}, damage{"both meta pages are " + name, func(file []byte) []byte {
			copy(file, fill)
			copy(file[4096:], fill)
			return file
		}, true})
	}
	for range 500 {
		page, at, bit := random.IntN(size/2/4096)*4096, random.IntN(4096), random.IntN(8)
		if random.IntN(2) == 0 {
			at %= 200 // headers and element tables break more than values
		}
		all = append(all, damage{fmt.Sprintf("bit %d of byte %d is flipped", bit, page+at), func(file []byte) []byte {
			file[page+at] ^= 1 << bit
			return file
		}, false})
	}
	return all
}

// Damage is either reported with the path, or it hit what is not in use. A damaged meta page looks like
// one that was being written when the power failed, so then the transaction before it counts.
func TestDamageIsReportedOrHarmless(t *testing.T) {
	dir := t.TempDir()
	file, last, before := writeSample(t, filepath.Join(dir, "sample"))
	path := filepath.Join(dir, "store")
	reported, harmless := 0, 0
	for _, d := range damages(len(file)) {
		if err := os.WriteFile(path, d.do(bytes.Clone(file)), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path, testKey)
		var got everything
		if err == nil {
			if d.must {
				t.Errorf("%s: not noticed", d.name)
			}
			got, err = loadAll(f)
			if closeErr := f.Close(); closeErr != nil {
				t.Errorf("%s: %v", d.name, closeErr)
			}
		}
		switch {
		case err == nil && (cmp.Equal(got, last) || cmp.Equal(got, before)):
			harmless++
		case err == nil:
			t.Errorf("%s: not noticed, and records have changed", d.name)
		case !errors.Is(err, ErrDamaged) && !strings.Contains(err.Error(), "it has version") || !strings.Contains(err.Error(), path):
			t.Errorf("%s: got %v", d.name, err)
		default:
			reported++
		}
	}
	t.Logf("%d reported, %d harmless, in a file of %d bytes", reported, harmless, len(file))
	if reported < 100 || harmless < 10 {
		t.Errorf("%d reported and %d harmless: the damages do not show anything", reported, harmless)
	}
}

// Somebody may have changed a file on purpose, with right checksums. bbolt itself would recurse for
// ever, panic where nobody can catch it or ask for all memory.
func TestCraftedPagesAreRefused(t *testing.T) {
	dir := t.TempDir()
	sample, _, _ := writeSample(t, filepath.Join(dir, "sample"))
	order := binary.NativeEndian
	inMeta := func(field int, value uint64) func(file []byte) {
		return func(file []byte) {
			order.PutUint64(file[pageHeader+field:], value)
			order.PutUint64(file[4096+pageHeader+field:], value)
		}
	}
	eachPage := func(file []byte, kind uint16, change func(page []byte)) {
		for at := 2 * 4096; at < len(file); at += 4096 {
			if page := file[at : at+4096]; order.Uint16(page[8:]) == kind {
				change(page)
			}
		}
	}
	for _, test := range []struct {
		name  string
		craft func(file []byte)
		want  string
	}{
		{"a page that leads to itself", func(file []byte) {
			eachPage(file, branchPage, func(page []byte) { copy(page[pageHeader+8:pageHeader+16], page) })
		}, "is used twice"},
		{"a record that is a bucket as well", func(file []byte) {
			eachPage(file, leafPage, func(page []byte) {
				if order.Uint32(page[pageHeader:]) == 0 {
					order.PutUint32(page[pageHeader:], 3)
				}
			})
		}, "its element 0 has flags 3"},
		{"two records with one key", func(file []byte) {
			eachPage(file, leafPage, func(page []byte) {
				const first, second = pageHeader, pageHeader + elementSize
				if order.Uint16(page[10:]) < 2 || order.Uint32(page[first+8:]) != 8 || order.Uint32(page[second+8:]) != 8 {
					return
				}
				key := page[first+order.Uint32(page[first+4:]):][:8]
				copy(page[second+order.Uint32(page[second+4:]):], key)
			})
		}, "its element 1 is out of order"},
		{"a list of free pages", inMeta(32, 3), "page 3 has type"},
		{"a list of free pages outside the file", inMeta(32, 1<<60), "is outside the file"},
		{"a root outside the file", inMeta(16, 1<<60), "is outside the file"},
		{"a root in the meta pages", inMeta(16, 1), "page 1 is outside the file"},
		{"more pages than the file has", inMeta(40, 1<<40), "it is shorter than it says"},
		{"more pages than there can be", inMeta(40, 1<<51), "it is shorter than it says"},
		{"no page size", func(file []byte) {
			order.PutUint32(file[pageHeader+8:], 0)
			order.PutUint32(file[4096+pageHeader+8:], 0)
		}, "its page size is 0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := bytes.Clone(sample)
			test.craft(file)
			mend(file)
			path := filepath.Join(dir, "store")
			if err := os.WriteFile(path, file, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(path, testKey)
			if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
