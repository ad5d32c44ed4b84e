package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// codes are those of answers, "lost" where there is none.
func codes[T any](t *testing.T, answers func(yield func(cluster.Answer[T]) bool)) []string {
	t.Helper()
	var list []string
	for a := range answers {
		code, answered := a.Code()
		switch {
		case a.Server.Number != len(list):
			t.Errorf("the answer of server %d where that of server %d is due", a.Server.Number, len(list))
		case !answered:
			list = append(list, "lost")
			continue
		}
		list = append(list, fmt.Sprintf("%#x", uint32(code)))
	}
	return list
}

func TestEachServerGivesItsOwnAnswer(t *testing.T) {
	w := newWorld(t, 4)
	must(t, w.nodes[1].ProvisionUsers(user(5, hsm.CU, "extra", "extra-password")))
	must(t, w.nodes[3].ProvisionUsers(user(5, hsm.CU, "extra", "other-password")))
	f := w.fleet()
	got := codes(t, f.Login(t.Context(), f.Servers, "CU", "extra", "extra-password", nil))
	if want := []string{"0x9d", "0x0", "0x9d", "0xa3"}; !cmp.Equal(got, want) {
		t.Errorf("login: %v, want %v", got, want)
	}
	got = codes(t, cluster.All(t.Context(), f, f.Servers, wire.FindKeys, hsm.FindRequest{}))
	if want := []string{"0xa2", "0x0", "0xa2", "0xa2"}; !cmp.Equal(got, want) {
		t.Errorf("findKey: %v, want %v", got, want)
	}
	a := cluster.One(t.Context(), f, f.Servers[2], wire.ListUsers, hsm.Done{})
	if a.Err != nil || len(a.Value) != 3 || a.Server != f.Servers[2] {
		t.Errorf("%+v", a)
	}
}

func TestAServerThatHangsCostsTheTimeoutAndItsOwnAnswerOnly(t *testing.T) {
	for hung := range 3 {
		t.Run(fmt.Sprint("server ", hung), func(t *testing.T) {
			w := newWorld(t, 3)
			f := w.fleet()
			w.nodes[hung].hang()
			w.dialer.RequestTimeout = hangs
			want, later := []string{"0x0", "0x0", "0x0"}, []string{"0x0", "0x0", "0x0"}
			want[hung], later[hung] = "lost", "lost"
			if got := codes(t, cluster.All(t.Context(), f, f.Servers, wire.ListUsers, hsm.Done{})); !cmp.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
			if f.Servers[hung].Connected() {
				t.Error("the server that hangs counts as connected")
			}
			w.dialer.RequestTimeout = 20 * time.Second
			if got := codes(t, cluster.All(t.Context(), f, f.Servers, wire.ListUsers, hsm.Done{})); !cmp.Equal(got, later) {
				t.Errorf("after that %v, want %v", got, later)
			}
			a := cluster.One(t.Context(), f, f.Servers[hung], wire.ListUsers, hsm.Done{})
			if !errors.Is(a.Err, cluster.ErrNotConnected) {
				t.Errorf("%v", a.Err)
			}
		})
	}
}

func TestALostServerIsNotConnectedUntilItIsConnectedAgain(t *testing.T) {
	w := newWorld(t, 2)
	f := w.fleet()
	w.nodes[0].down()
	await(t, "the server is lost", func() bool { return !f.Servers[0].Connected() })
	if got, want := codes(t, cluster.All(t.Context(), f, f.Servers, wire.ListUsers, hsm.Done{})), []string{"lost", "0x0"}; !cmp.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if err := f.Connect(t.Context(), f.Servers[0]); err == nil {
		t.Error("a server that is down is connected")
	}
	w.nodes[0].up()
	must(t, f.Connect(t.Context(), f.Servers[0]))
	if got := f.Servers[0].HSM().HSM; got != "hsm-aaaaaaaaaa0" || !f.Servers[0].Connected() {
		t.Errorf("connected to %q", got)
	}
}

func TestConnectingAgainEndsTheFormerConnection(t *testing.T) {
	w := newWorld(t, 1)
	f := w.fleet()
	must(t, f.Connect(t.Context(), f.Servers[0]))
	await(t, "one session is left", func() bool { return w.nodes[0].Status().Partition.Sessions == 1 })
	f.Close()
	await(t, "no session is left", func() bool { return w.nodes[0].Status().Partition.Sessions == 0 })
	if f.Servers[0].Connected() {
		t.Error("a closed server counts as connected")
	}
}

func TestAServerThatWasNeverConnectedSaysNothingOfItself(t *testing.T) {
	w := newWorld(t, 1)
	w.nodes[0].down()
	f := w.fleet()
	if s := f.Servers[0]; s.Connected() || s.HSM().HSM != "" {
		t.Errorf("%+v", s.HSM())
	}
}

func TestAnswersThatNobodyLooksAtDoNotConfuseLaterOnes(t *testing.T) {
	w := newWorld(t, 3)
	f := w.fleet()
	for a := range cluster.All(t.Context(), f, f.Servers, wire.ListUsers, hsm.Done{}) {
		must(t, a.Err)
		break
	}
	for a := range cluster.All(t.Context(), f, f.Servers, wire.Members, hsm.Done{}) {
		if a.Err != nil || len(a.Value) != 1 {
			t.Errorf("server %d: %+v", a.Server.Number, a)
		}
	}
}

func TestAnswersComeAsSoonAsTheyAreThere(t *testing.T) {
	w := newWorld(t, 2)
	f := w.fleet()
	w.nodes[1].hang()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for a := range cluster.All(ctx, f, f.Servers, wire.ListUsers, hsm.Done{}) {
		if a.Server.Number == 0 {
			must(t, a.Err)
			cancel() // the other answer would take 20 seconds
		}
	}
	if f.Servers[1].Connected() {
		t.Error("a server without an answer counts as connected")
	}
}

func TestConnectionsFailWithTheSystemsWords(t *testing.T) {
	tests := []struct {
		err  error
		want string
	}{
		{context.DeadlineExceeded, "Connection timed out"},
		{os.ErrDeadlineExceeded, "Connection timed out"},
		{fmt.Errorf("dial: %w", syscall.ECONNREFUSED), "Connection refused"},
		{os.ErrNotExist, "No route to host"},
		{wire.ErrRefused, "Connection reset by peer"},
	}
	for _, tt := range tests {
		t.Run(tt.err.Error(), func(t *testing.T) {
			if got := cluster.Reason(tt.err); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	t.Run("a node that is down", func(t *testing.T) {
		w := newWorld(t, 1)
		w.nodes[0].down()
		_, err := w.dialer.Dial(t.Context(), w.nodes[0].address)
		if got := cluster.Reason(err); got != "No route to host" && got != "Connection refused" {
			t.Errorf("%q of %v", got, err)
		}
	})
	t.Run("a node that does not answer", func(t *testing.T) {
		w := newWorld(t, 1)
		w.nodes[0].hang()
		w.dialer.ConnectTimeout = 20 * time.Millisecond
		_, err := w.dialer.Dial(t.Context(), w.nodes[0].address)
		if got := cluster.Reason(err); got != "Connection timed out" {
			t.Errorf("%q of %v", got, err)
		}
	})
}
