package trail

import (
	"runtime"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// decrypt is an event as most are.
func decrypt(f *fixture) Event {
	return f.call("Decrypt", func(e *Event) {
		e.ReadOnly = true
		e.Request = map[string]any{"keyId": keyARN, "encryptionAlgorithm": "SYMMETRIC_DEFAULT", "encryptionContext": map[string]string{"purpose": "test"}}
		e.Additional = map[string]any{"customKeyStoreId": "cks-1234567890abcdef0"}
		e.Resources = []shape.Resource{{Type: "AWS::KMS::Key", ARN: keyARN}}
	})
}

// BenchmarkRecord is what a caller pays while the writer keeps up with 20,000 calls a second.
func BenchmarkRecord(b *testing.B) {
	f := start(b)
	e := decrypt(f)
	var inside time.Duration
	begin := time.Now()
	for n := range b.N {
		if n%20 == 0 {
			time.Sleep(time.Until(begin.Add(time.Duration(n) * 50 * time.Microsecond)))
		}
		before := time.Now()
		f.Record(e)
		inside += time.Since(before)
	}
	b.ReportMetric(float64(inside.Nanoseconds())/float64(b.N), "ns/record")
	b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "events/s")
}

// BenchmarkThroughput is how many events can be written.
func BenchmarkThroughput(b *testing.B) {
	f := start(b)
	e := decrypt(f)
	for b.Loop() {
		f.Record(e)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkHundredThousand is the memory, the lookups and the restart of a trail of 100,000 events.
func BenchmarkHundredThousand(b *testing.B) {
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	for b.Loop() {
		f := start(b)
		before := heap()
		e := decrypt(f)
		for range 100_000 {
			f.Record(e)
		}
		f.find("EventName", "None")
		memory := float64(heap()-before) / 100_000
		begin := time.Now()
		f.find("EventName", "None")
		lookup := time.Since(begin)
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
		begin = time.Now()
		f.open()
		f.find("EventName", "None")
		b.ReportMetric(memory, "B/event")
		b.ReportMetric(lookup.Seconds()*1000, "ms/lookup")
		b.ReportMetric(time.Since(begin).Seconds()*1000, "ms/restart")
		f.Close()
	}
}
