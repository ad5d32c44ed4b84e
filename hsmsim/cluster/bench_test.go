package cluster_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/config"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// benchDialer reaches the HSMs of a world that has so many.
func benchDialer(b *testing.B, hsms int) *cluster.Dialer {
	b.Helper()
	h := labtest.Run(b, labtest.Cluster(hsms, 3300)).Home()
	return &cluster.Dialer{Socket: h.Socket, ConnectTimeout: time.Second, RequestTimeout: 10 * time.Second}
}

// fleetLogin logs in as an officer on all HSMs of a world, which are connected before.
func fleetLogin(b *testing.B, hsms int) labtest.Action {
	b.Helper()
	var servers []config.Server
	for i := range hsms {
		servers = append(servers, config.Server{Hostname: labtest.Address(i)})
	}
	ctx := context.Background()
	f := cluster.NewFleet(benchDialer(b, hsms), servers)
	b.Cleanup(f.Close)
	for _, s := range f.Servers {
		if err := f.Connect(ctx, s); err != nil {
			b.Fatal(err)
		}
	}
	return labtest.Timed(fmt.Sprintf("login-%d", hsms), func() {
		for a := range f.Login(ctx, f.Servers, "CO", "admin", "adminpw1", nil) {
			if a.Err != nil {
				b.Fatal(a.Err)
			}
		}
	})
}

// BenchmarkLogin is a login on connected HSMs, one and the most that a cluster has, with what of it is the slow
// hash of the password.
func BenchmarkLogin(b *testing.B) {
	labtest.Medians(b, fleetLogin(b, 1), fleetLogin(b, 28), labtest.Timed("stretch", func() {
		if _, err := hsm.Stretch(hsm.Salt{}, "admin", "adminpw1"); err != nil {
			b.Fatal(err)
		}
	}))
}

// BenchmarkRoundTrip is the smallest request to one HSM and its answer, alone and through an application.
func BenchmarkRoundTrip(b *testing.B) {
	ctx := context.Background()
	d := benchDialer(b, 1)
	b.Run("wire", func(b *testing.B) {
		c, err := d.Dial(ctx, labtest.Address(0))
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		b.ReportAllocs()
		for b.Loop() {
			if _, err := wire.Settle.Call(ctx, c, hsm.Done{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("application", func(b *testing.B) {
		a := cluster.NewApplication(ctx, d, []hsm.Member{{Node: 0, Address: labtest.Address(0)}}, cluster.Settings{})
		defer a.Close()
		b.ReportAllocs()
		for b.Loop() {
			if _, code := cluster.OnHome(ctx, a, wire.Settle, hsm.Done{}); code != hsm.Success {
				b.Fatal(code)
			}
		}
	})
}
