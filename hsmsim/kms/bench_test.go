package kms

import (
	"runtime"
	"testing"
)

func BenchmarkEncrypt(b *testing.B) {
	w := newWorld(b)
	k, err := w.CreateKey(b.Context(), call(), CreateKeyRequest{})
	must(b, err)
	r := EncryptRequest{KeyID: k.KeyMetadata.KeyID, Plaintext: make([]byte, 32), Context: map[string]string{"purpose": "bench", "number": "1"}}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := w.Encrypt(b.Context(), call(), r); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func BenchmarkGenerateDataKey(b *testing.B) {
	w := newWorld(b)
	k, err := w.CreateKey(b.Context(), call(), CreateKeyRequest{})
	must(b, err)
	r := GenerateDataKeyRequest{KeyID: k.KeyMetadata.KeyID, KeySpec: "AES_256"}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := w.GenerateDataKey(b.Context(), call(), r); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// many is a service with so many keys in one region.
func many(b *testing.B, keys int) *world {
	b.Helper()
	w := newWorld(b)
	for range keys {
		if _, err := w.CreateKey(b.Context(), call(), CreateKeyRequest{}); err != nil {
			b.Fatal(err)
		}
	}
	return w
}

// BenchmarkListKeys lists the page in the middle of 10,000 keys.
func BenchmarkListKeys(b *testing.B) {
	w := many(b, 10_000)
	r := ListKeysRequest{Marker: marker(w.see("us-west-2").order[5000], "ListKeys")}
	b.ReportAllocs()
	for b.Loop() {
		page, err := w.ListKeys(b.Context(), call(), r)
		if err != nil || len(page.Keys) != 100 {
			b.Fatal(len(page.Keys), err)
		}
	}
}

// BenchmarkOpen opens a service with 10,000 keys, and tells what each takes of memory beside the journal.
func BenchmarkOpen(b *testing.B) {
	w := many(b, 10_000)
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	o := w.Options
	before := heap()
	s, err := Open(o)
	must(b, err)
	perKey := float64(heap()-before) / 10_000
	runtime.KeepAlive(s)
	for b.Loop() {
		if _, err := Open(o); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(perKey, "B/key")
}
