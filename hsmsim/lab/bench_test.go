package lab_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// makeKey makes an AES key that is durable on all HSMs.
func makeKey(b *testing.B, a *cluster.Application) {
	r := hsm.GenerateSecretRequest{Type: hsm.AES, Size: 32, Template: hsm.Template{Label: "k"}}
	made := a.GenerateSecret(context.Background(), r, 0)
	if !made.OK() || made.Succeeded() != a.Nodes() {
		b.Errorf("a key is not on all HSMs: %v", made.Outcome)
	}
}

func cryptoUser(b *testing.B, h lab.Home) *cluster.Application {
	return labtest.Application(b, h, cluster.Settings{}, "example_user", "password1")
}

// BenchmarkGenSymKey is a durable key on three HSMs beside one page that is written to the same disk and synced,
// and beside as many of these as three commits cannot do without.
func BenchmarkGenSymKey(b *testing.B) {
	h := labtest.Run(b, labtest.Cluster(3, 200_000)).Home()
	a := cryptoUser(b, h)
	labtest.Medians(b,
		labtest.Timed("key", func() { makeKey(b, a) }),
		labtest.Timed("disk", labtest.Disk(b, h.Dir)),
		labtest.Timed("commits", labtest.Commits(b, h.Dir, 3)))
}

// BenchmarkGenSymKeyClients lets clients make durable keys on three HSMs at the same time, and says how many
// come about in a second.
func BenchmarkGenSymKeyClients(b *testing.B) {
	for _, clients := range []int{1, 8, 32} {
		b.Run(fmt.Sprint(clients), func(b *testing.B) {
			h := labtest.Run(b, labtest.Cluster(3, 200_000)).Home()
			var applications []*cluster.Application
			for range clients {
				applications = append(applications, cryptoUser(b, h))
			}
			const each = 100
			for b.Loop() {
				var group sync.WaitGroup
				for _, a := range applications {
					group.Go(func() {
						for range each {
							makeKey(b, a)
						}
					})
				}
				group.Wait()
			}
			b.ReportMetric(float64(b.N*clients*each)/b.Elapsed().Seconds(), "keys/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkFindKeys lists all keys of an HSM through its socket, beside the smallest request.
func BenchmarkFindKeys(b *testing.B) {
	for _, keys := range []int{3300, 100_000} {
		b.Run(fmt.Sprint(keys), func(b *testing.B) {
			h := labtest.Run(b, labtest.Cluster(1, keys)).Home()
			labtest.LoadKeys(b, h, keys)
			a := cryptoUser(b, h)
			ctx := context.Background()
			labtest.Medians(b,
				labtest.Timed("find", func() {
					if found, o := a.FindKeys(ctx, hsm.FindRequest{}); !o.OK() || len(found) != keys {
						b.Fatalf("%d keys: %v", len(found), o)
					}
				}),
				labtest.Timed("round-trip", func() {
					if _, code := cluster.OnHome(ctx, a, wire.Settle, hsm.Done{}); code != hsm.Success {
						b.Fatal(code)
					}
				}))
		})
	}
}
