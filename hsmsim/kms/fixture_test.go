package kms

import (
	"log/slog"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/store"
	"github.com/hsmlab/hsmlab/hsmsim/trail/trailtest"
)

const account = "111122223333"

var moment = time.Date(2021, 10, 21, 20, 17, 32, 0, time.UTC)

// noCloudHSM is an account without clusters.
type noCloudHSM struct{}

func (noCloudHSM) Cluster(string, string) (Cluster, bool) { return Cluster{}, false }
func (noCloudHSM) Attach(string, string, string) error    { return ErrSubnetNotFound }
func (noCloudHSM) Detach(string, string, string)          {}
func (noCloudHSM) Open(string, string) bool               { return false }

// world is KMS without CloudHSM.
type world struct {
	*Service
	clock   *clock.Lab
	journal hsm.Journal
	trail   *trailtest.Recorder
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{clock: clock.New(moment, 0), journal: store.Memory(), trail: &trailtest.Recorder{}}
	t.Cleanup(w.clock.Close)
	w.open(t)
	return w
}

// open starts the service with what the journal holds, as after the end of its process.
func (w *world) open(t testing.TB) {
	t.Helper()
	s, err := Open(Options{Account: account, Journal: w.journal, Clock: w.clock, CloudHSM: noCloudHSM{}, Trail: w.trail, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.Begin()
	w.Service = s
}

// call is one of Alice's in us-west-2.
func call() *shape.Call { return in("us-west-2") }

func in(region string) *shape.Call {
	return &shape.Call{Caller: shape.Caller{Account: account, Region: region, UserName: "Alice", PrincipalID: "AIDACKCEVSQ6C2EXAMPLE"}}
}

// create makes a key.
func (w *world) create(t testing.TB, r CreateKeyRequest) KeyMetadata {
	t.Helper()
	k, err := w.CreateKey(t.Context(), call(), r)
	must(t, err)
	return k.KeyMetadata
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
