package cluster_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

func TestANewKeyIsOnAllHSMs(t *testing.T) {
	w := newWorld(t, 3)
	a := w.as("alice", cluster.Settings{Home: 1, HasHome: true})
	got := a.GenerateSecret(t.Context(), aes("k"), 0)
	want := cluster.Created{Outcome: cluster.Outcome{Nodes: block(ok, ok, ok)}, Handles: []hsm.Handle{262150}, Kept: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	pair := a.GeneratePair(t.Context(), hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.P256}, 0)
	want = cluster.Created{Outcome: cluster.Outcome{Nodes: block(ok, ok, ok)}, Handles: []hsm.Handle{262151, 262152}, Kept: true}
	if diff := cmp.Diff(want, pair); diff != "" {
		t.Error(diff)
	}
	for _, key := range []hsm.Handle{262150, 262151, 262152} {
		if got := w.holders(key); !cmp.Equal(got, []int{0, 1, 2}) {
			t.Errorf("key %d is on %v", key, got)
		}
	}
	f := w.fleet()
	var kcv []byte
	for a := range f.Login(t.Context(), f.Servers, "CU", "alice", "alice-password", nil) {
		must(t, a.Err)
	}
	for a := range cluster.All(t.Context(), f, f.Servers, wire.GetAttribute, hsm.AttributeRequest{Handle: 262150, ID: hsm.AttrKCV}) {
		must(t, a.Err)
		if kcv == nil {
			kcv = a.Value[0].Bytes
		}
		if len(kcv) == 0 || !cmp.Equal(a.Value[0].Bytes, kcv) {
			t.Errorf("the key of server %d has the check value %x, that of server 0 %x", a.Server.Number, a.Value[0].Bytes, kcv)
		}
	}
}

func TestASessionKeyIsOnItsHomeAlone(t *testing.T) {
	w := newWorld(t, 3)
	a := w.as("alice", cluster.Settings{Home: 2, HasHome: true})
	r := aes("k")
	r.Template.Session = true
	got := a.GenerateSecret(t.Context(), r, 3)
	want := cluster.Created{Outcome: cluster.Outcome{Nodes: []cluster.NodeStatus{{Node: 2}}}, Handles: []hsm.Handle{524294}, Kept: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := w.holders(524294); len(got) > 0 {
		t.Errorf("it is a token key on %v", got)
	}
	if o := a.FindKey(t.Context(), 524294); !cmp.Equal(o, cluster.Outcome{Code: invalid, Nodes: block(invalid, invalid, ok)}) {
		t.Errorf("findSingleKey: %+v", o)
	}
	made := a.MakeToken(t.Context(), 524294)
	if diff := cmp.Diff(cluster.Outcome{Nodes: block(ok, ok, ok)}, made); diff != "" {
		t.Error(diff)
	}
	if got := w.holders(524294); !cmp.Equal(got, []int{0, 1, 2}) {
		t.Errorf("as a token key it is on %v", got)
	}
	if o := a.MakeToken(t.Context(), 99); !cmp.Equal(o, cluster.Outcome{Code: invalid, Nodes: block(invalid, invalid, invalid)}) {
		t.Errorf("no key: %+v", o)
	}
}

func TestHowManyHSMsANewKeyNeeds(t *testing.T) {
	tests := []struct {
		nodes, up   int // all nodes, and those that are there
		file, asked int // create_object_minimum_nodes and -min_srv
		want        hsm.Code
		copies      int // that are left in the end
	}{
		{3, 3, 0, 0, ok, 3},
		{3, 2, 0, 0, ok, 2},
		{3, 1, 0, 0, ok, 1},
		{3, 2, 1, 0, ok, 2},
		{3, 2, 2, 0, ok, 2},
		{3, 2, 3, 0, hsm.Incomplete, 0},
		{3, 1, 2, 0, hsm.Incomplete, 0},
		{3, 3, 3, 0, ok, 3},
		{3, 3, 4, 0, hsm.Incomplete, 0},
		{1, 1, 2, 0, hsm.Incomplete, 0},
		// With -min_srv the tool polls and rolls back itself, so the keys stay for the time being.
		{3, 2, 1, 2, ok, 2},
		{3, 2, 1, 3, hsm.Incomplete, 2},
		{3, 2, 2, 1, ok, 2},
		{3, 2, 3, 1, hsm.Incomplete, 2},
		{3, 1, 0, 2, hsm.Incomplete, 1},
		// All HSMs have it, though they are fewer than -min_srv: that is a success.
		{3, 3, 0, 5, ok, 3},
		{3, 3, 4, 5, hsm.Incomplete, 3},
		{1, 1, 0, 2, ok, 1},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%d of %d HSMs with file %d and -min_srv %d", tt.up, tt.nodes, tt.file, tt.asked), func(t *testing.T) {
			w := newWorld(t, tt.nodes)
			for _, n := range w.nodes[tt.up:] {
				n.down()
			}
			a := w.as("alice", cluster.Settings{MinNodes: tt.file})
			got := a.GenerateSecret(t.Context(), aes("k"), tt.asked)
			if got.Code != tt.want || got.Kept != (tt.copies > 0) || !cmp.Equal(got.Handles, []hsm.Handle{6}) {
				t.Errorf("%+v, want the code 0x%x and %d copies", got, uint32(tt.want), tt.copies)
			}
			if got.Succeeded() != tt.up || len(got.Nodes) != tt.nodes {
				t.Errorf("the block shows %+v", got.Nodes)
			}
			if holders := w.holders(6); len(holders) != tt.copies {
				t.Errorf("the key is on %v", holders)
			}
			if tt.want == hsm.Incomplete {
				for _, n := range w.nodes[tt.up:] {
					n.up()
				}
				w.back(a)
				again := a.GenerateSecret(t.Context(), aes("k"), 0)
				if again.OK() != (tt.file <= tt.nodes) {
					t.Errorf("with all HSMs there: %+v", again)
				}
			}
		})
	}
}

func TestAHomeThatRefusesAKeyIsTheAnswerForAll(t *testing.T) {
	w := newWorld(t, 3)
	a := w.as("alice", cluster.Settings{})
	got := a.GeneratePair(t.Context(), hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.P521}, 0)
	want := cluster.Created{Outcome: cluster.Outcome{Code: hsm.PolicyViolation, Nodes: block(away, away, away)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAUserWhoIsMissingOnOneHSMHasNoKeysThere(t *testing.T) {
	w := emptyWorld(t, 3)
	must(t, w.nodes[0].ProvisionUsers(user(3, hsm.CU, "alice", "alice-password")))
	must(t, w.nodes[1].ProvisionUsers(user(3, hsm.CU, "alice", "other-password")))
	a := w.application(cluster.Settings{MinNodes: 1})
	o := a.Login(t.Context(), "CU", "alice", "alice-password")
	if diff := cmp.Diff(cluster.Outcome{Nodes: block(ok, hsm.LoginFailure, hsm.UnknownUser)}, o); diff != "" {
		t.Error(diff)
	}
	got := a.GenerateSecret(t.Context(), aes("k"), 0)
	if diff := cmp.Diff(cluster.Outcome{Nodes: block(ok, hsm.NotAllowed, hsm.NoSuchUser)}, got.Outcome); diff != "" {
		t.Error(diff)
	}
	o = a.FindKey(t.Context(), 6)
	if diff := cmp.Diff(cluster.Outcome{Code: hsm.NotAllowed, Nodes: block(ok, hsm.NotAllowed, hsm.NotAllowed)}, o); diff != "" {
		t.Error(diff)
	}
	o = a.DeleteKey(t.Context(), 6)
	if diff := cmp.Diff(cluster.Outcome{Code: hsm.Incomplete, Nodes: block(ok, hsm.NotAllowed, hsm.NotAllowed)}, o); diff != "" {
		t.Error(diff)
	}
}

func TestAHandleThatIsTakenElsewhereShowsThere(t *testing.T) {
	w := newWorld(t, 2)
	must(t, w.nodes[1].ProvisionKeys(hsm.KeySpec{Handle: 7, Class: hsm.SecretKey, Type: hsm.AES, Size: 16, Owner: 3, Label: "other"}))
	var log []string
	a := w.as("alice", cluster.Settings{MinNodes: 2, Log: func(line string) { log = append(log, line) }})
	got := a.GeneratePair(t.Context(), hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.P256}, 0)
	want := cluster.Created{Outcome: cluster.Outcome{Code: hsm.Incomplete, Nodes: block(ok, hsm.HandleInUse)}, Handles: []hsm.Handle{6, 7}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := w.holders(6); len(got) > 0 {
		t.Errorf("the public half is still on %v", got)
	}
	if got := w.holders(7); !cmp.Equal(got, []int{1}) {
		t.Errorf("handle 7 is on %v, want the other key on node 1 alone", got)
	}
	if len(log) > 0 {
		t.Errorf("log: %q", log)
	}

	w = newWorld(t, 2)
	must(t, w.nodes[1].ProvisionKeys(hsm.KeySpec{Handle: 6, Class: hsm.SecretKey, Type: hsm.AES, Size: 16, Owner: 3, Label: "other"}))
	a = w.as("alice", cluster.Settings{MinNodes: 2})
	if got := a.GenerateSecret(t.Context(), aes("k"), 0); got.Code != hsm.Incomplete {
		t.Errorf("%+v", got)
	}
	if got := w.holders(6); !cmp.Equal(got, []int{1}) {
		t.Errorf("handle 6 is on %v, want the other key on node 1 alone", got)
	}
}

func TestACopyThatCannotBeRemovedIsLeftToTheOperator(t *testing.T) {
	const line = "print_node_ts_status: [create_object_min_nodes]Key: 6 failed to tombstone on node:1"
	tests := []struct {
		name  string
		leave func(w *world, a *cluster.Application) // before the key is made
		want  []string
		left  []int // nodes with a copy
	}{
		{"a node that leaves after it has got its copy", func(w *world, _ *cluster.Application) { w.nodes[1].leaveAfter(1) }, []string{line}, []int{1}},
		{"a node that leaves before", func(w *world, _ *cluster.Application) { w.nodes[1].leaveAfter(0) }, []string{line}, []int{}},
		{"a node that was never there", func(w *world, a *cluster.Application) {
			w.nodes[1].down()
			await(w.t, "the node is lost", func() bool { return a.Connected() == 1 })
		}, nil, []int{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, 3)
			w.nodes[2].down()
			var log []string
			a := w.as("alice", cluster.Settings{MinNodes: 3, Log: func(line string) { log = append(log, line) }})
			tt.leave(w, a)
			got := a.GenerateSecret(t.Context(), aes("k"), 0)
			if got.Code != hsm.Incomplete || got.Kept {
				t.Errorf("%+v", got)
			}
			if !cmp.Equal(log, tt.want) {
				t.Errorf("log: %q, want %q", log, tt.want)
			}
			if holders := w.holders(6); !cmp.Equal(holders, tt.left) {
				t.Errorf("the key is on %v, want %v", holders, tt.left)
			}
			w.nodes[1].setGate(nil)
			w.nodes[1].down()
			w.nodes[1].up()
			await(t, "the stray copy can be deleted by hand", func() bool {
				a.DeleteKey(t.Context(), 6)
				return len(w.holders(6)) == 0
			})
		})
	}
}

func TestACopyThatCannotBeDeletedIsTombstoned(t *testing.T) {
	w := newWorld(t, 3)
	w.nodes[2].down()
	var log []string
	a := w.as("alice", cluster.Settings{MinNodes: 3, Log: func(line string) { log = append(log, line) }})
	var mu sync.Mutex
	frames := 0
	w.nodes[1].setGate(func(context.Context) bool { // the connection breaks once, when the copy is to be deleted
		mu.Lock()
		defer mu.Unlock()
		frames++
		return frames != 2
	})
	if got := a.GenerateSecret(t.Context(), aes("k"), 0); got.Code != hsm.Incomplete || got.Kept {
		t.Errorf("%+v", got)
	}
	if len(log) > 0 || len(w.holders(6)) > 0 {
		t.Errorf("the key is on %v, and the log says %q", w.holders(6), log)
	}
	if got := w.nodes[1].SweepTombstones(); got != 1 {
		t.Errorf("%d tombstones, want 1", got)
	}
}

func TestANodeThatHangsDoesNotSpoilTheCleanUp(t *testing.T) {
	w := newWorld(t, 3)
	var log []string
	a := w.as("alice", cluster.Settings{MinNodes: 3, Log: func(line string) { log = append(log, line) }})
	w.nodes[1].hang()
	w.dialer.RequestTimeout = hangs
	got := a.GenerateSecret(t.Context(), aes("k"), 0)
	if diff := cmp.Diff(cluster.Outcome{Code: hsm.Incomplete, Nodes: block(ok, away, ok)}, got.Outcome); diff != "" {
		t.Error(diff)
	}
	if holders := w.holders(6); len(holders) > 0 {
		t.Errorf("the key is still on %v", holders)
	}
	if len(log) != 1 {
		t.Errorf("log: %q", log)
	}
}

func TestAUserWhoInterruptsLeavesNoKeyOnTooFewHSMs(t *testing.T) {
	w := newWorld(t, 3)
	a := w.as("alice", cluster.Settings{MinNodes: 3})
	ctx, cancel := context.WithCancel(t.Context())
	w.nodes[1].setGate(func(gone context.Context) bool {
		cancel()
		<-gone.Done()
		return false
	})
	got := a.GenerateSecret(ctx, aes("k"), 0)
	if got.Code != hsm.Incomplete || got.Kept {
		t.Errorf("%+v", got)
	}
	if holders := w.holders(6); len(holders) > 0 {
		t.Errorf("the key is still on %v", holders)
	}
}
