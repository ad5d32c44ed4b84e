package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
)

// start is the way of a lab's daemon from its start to its first answer. The daemon is stopped again. A fresh
// one makes the default world.
func start(b *testing.B, name string, h lab.Home, fresh bool) labtest.Action {
	return labtest.Action{Name: name, Run: func() time.Duration {
		if fresh {
			if err := os.RemoveAll(h.Dir); err != nil {
				b.Fatal(err)
			}
		}
		d, taken := launch(b, h)
		d.stop(b)
		return taken
	}}
}

// BenchmarkStart is the start of a daemon whose default world exists, and of one that makes it.
func BenchmarkStart(b *testing.B) {
	h := labtest.Home(b, "")
	d, _ := launch(b, h)
	d.stop(b)
	labtest.Medians(b, start(b, "existing", h, false), start(b, "new", labtest.Home(b, ""), true))
}

// BenchmarkTenThousandKeys lets eight clients make 10,000 AES keys on the three HSMs of a new world, and says how
// many came about in a second, what a key takes of the daemon's memory, then and after a new start, and how long
// that start takes.
func BenchmarkTenThousandKeys(b *testing.B) {
	const keys, clients = 10_000, 8
	h := labtest.Home(b, labtest.Cluster(3, keys))
	d, _ := launch(b, h)
	empty := d.memory(b)
	begin := time.Now()
	makeKeys(b, h, clients, keys/clients)
	taken := time.Since(begin)
	grown := d.memory(b)
	d.stop(b)
	labtest.Medians(b, start(b, "start", h, false))
	d, _ = launch(b, h)
	loaded := d.memory(b)
	d.stop(b)
	b.ReportMetric(keys/taken.Seconds(), "keys/s")
	b.ReportMetric(float64(grown.resident-empty.resident)/keys, "made-B/key")
	b.ReportMetric(float64(grown.anonymous-empty.anonymous)/keys, "made-anonymous-B/key")
	b.ReportMetric(float64(loaded.resident-empty.resident)/keys, "loaded-B/key")
	b.ReportMetric(float64(loaded.anonymous-empty.anonymous)/keys, "loaded-anonymous-B/key")
}

// makeKeys makes durable AES keys with several clients at the same time.
func makeKeys(b *testing.B, h lab.Home, clients, each int) {
	b.Helper()
	var group sync.WaitGroup
	for range clients {
		a := labtest.Application(b, h, cluster.Settings{}, "example_user", "password1")
		group.Go(func() {
			r := hsm.GenerateSecretRequest{Type: hsm.AES, Size: 32, Template: hsm.Template{Label: "k"}}
			for range each {
				if made := a.GenerateSecret(context.Background(), r, 0); made.Succeeded() != a.Nodes() {
					b.Errorf("a key is not on all HSMs: %v", made.Outcome)
					return
				}
			}
		})
	}
	group.Wait()
}

// BenchmarkMemory is what the daemon of the default world holds while it has nothing to do.
func BenchmarkMemory(b *testing.B) {
	h := labtest.Home(b, "")
	d, _ := launch(b, h)
	d.stop(b)
	d, _ = launch(b, h)
	defer d.stop(b)
	for b.Loop() {
		m := d.memory(b)
		b.ReportMetric(float64(m.resident)/1e6, "resident-MB")
		b.ReportMetric(float64(m.anonymous)/1e6, "anonymous-MB")
	}
	b.ReportMetric(0, "ns/op")
}

// memory is what a process has of the machine's, bytes; anonymous is without what its program and files would
// bring back.
type memory struct{ resident, anonymous int }

// memory asks Linux; where another system does not say, it is nothing.
func (d *daemon) memory(b *testing.B) memory {
	b.Helper()
	var m memory
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", d.process.Process.Pid))
	if errors.Is(err, fs.ErrNotExist) {
		return m
	}
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		var kilobytes int
		fmt.Sscan(value, &kilobytes)
		switch name {
		case "VmRSS":
			m.resident = kilobytes << 10
		case "RssAnon":
			m.anonymous = kilobytes << 10
		}
	}
	return m
}
