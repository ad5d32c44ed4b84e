package cluster_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

func TestAKeyThatWasMadeWhileAnHSMWasDownIsMissingThere(t *testing.T) {
	w := newWorld(t, 3)
	w.nodes[2].down()
	a := w.as("alice", cluster.Settings{})
	if got := a.GenerateSecret(t.Context(), aes("k"), 0); !cmp.Equal(got.Outcome, cluster.Outcome{Nodes: block(ok, ok, away)}) {
		t.Errorf("making it: %+v", got)
	}
	if o := a.FindKey(t.Context(), 6); !cmp.Equal(o, cluster.Outcome{Nodes: block(ok, ok, away)}) {
		t.Errorf("finding it while the HSM is down: %+v", o)
	}
	w.nodes[2].up()
	w.back(a)
	if o := a.FindKey(t.Context(), 6); !cmp.Equal(o, cluster.Outcome{Code: invalid, Nodes: block(ok, ok, invalid)}) {
		t.Errorf("finding it when the HSM is back: %+v", o)
	}
	if o := a.DeleteKey(t.Context(), 6); !cmp.Equal(o, cluster.Outcome{Code: hsm.Incomplete, Nodes: block(ok, ok, invalid)}) {
		t.Errorf("deleting it: %+v", o)
	}
	if o := a.DeleteKey(t.Context(), 6); !cmp.Equal(o, cluster.Outcome{Code: invalid, Nodes: block(invalid, invalid, invalid)}) {
		t.Errorf("deleting it again: %+v", o)
	}
}

func TestAnHSMThatComesBackIsLoggedInAgain(t *testing.T) {
	w := newWorld(t, 3)
	a := w.as("alice", cluster.Settings{})
	w.nodes[1].down()
	await(t, "two HSMs are connected", func() bool { return a.Connected() == 2 })
	if got := a.GenerateSecret(t.Context(), aes("k"), 0); !cmp.Equal(got.Nodes, block(ok, away, ok)) {
		t.Errorf("while it is down: %+v", got)
	}
	w.nodes[1].up()
	w.back(a)
	if got := a.GenerateSecret(t.Context(), aes("k"), 0); !cmp.Equal(got.Nodes, block(ok, ok, ok)) {
		t.Errorf("when it is back: %+v", got)
	}
	if a.Connected() != 3 || a.Nodes() != 3 {
		t.Errorf("%d of %d HSMs are connected", a.Connected(), a.Nodes())
	}
	a.Logout(t.Context())
	w.nodes[1].down()
	w.nodes[1].up()
	w.back(a)
	if got := w.nodes[1].Status().LoggedIn; len(got) > 0 {
		t.Errorf("after a logout %v are logged in on an HSM that is back", got)
	}
}

func TestAnotherHSMBecomesHomeWhenTheHomeIsLost(t *testing.T) {
	w := newWorld(t, 3)
	a := w.as("alice", cluster.Settings{Home: 1, HasHome: true})
	if got := string(a.HomeCertificate()); got != "certificate 1" {
		t.Errorf("home has %q", got)
	}
	w.nodes[1].down()
	await(t, "the home is lost", func() bool { return a.Connected() == 2 })
	got := a.GenerateSecret(t.Context(), aes("k"), 0)
	want := cluster.Created{Outcome: cluster.Outcome{Nodes: block(ok, away, ok)}, Handles: []hsm.Handle{6}, Kept: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	w.nodes[1].up()
	w.back(a)
	if got := a.GenerateSecret(t.Context(), aes("k"), 0); !cmp.Equal(got.Handles, []hsm.Handle{7}) || !got.OK() {
		t.Errorf("the session moves back: %+v", got)
	}
	if got := string(a.HomeCertificate()); got != "certificate 0" {
		t.Errorf("home has %q", got)
	}
}

func TestAHomeThatIsBackBeforeItIsMissedStaysHomeWithoutSessionKeys(t *testing.T) {
	w := newWorld(t, 2)
	a := w.as("alice", cluster.Settings{})
	r := aes("k")
	r.Template.Session = true
	key := a.GenerateSecret(t.Context(), r, 0).Handles[0]
	w.nodes[0].down()
	await(t, "the loss is known", func() bool { return a.Connected() == 1 })
	w.nodes[0].up()
	w.back(a)
	found, o := a.FindKeys(t.Context(), hsm.FindRequest{})
	if !o.OK() || len(found) > 0 {
		t.Errorf("%v, %+v", found, o)
	}
	if o := a.DeleteKey(t.Context(), key); o.Code != invalid {
		t.Errorf("%+v", o)
	}
	if got := string(a.HomeCertificate()); got != "certificate 0" {
		t.Errorf("home has %q", got)
	}
}

func TestWithoutAnyHSMTheClientDaemonItselfAnswers(t *testing.T) {
	w := newWorld(t, 2)
	a := w.as("alice", cluster.Settings{})
	for _, n := range w.nodes {
		n.down()
	}
	await(t, "no HSM is connected", func() bool { return a.Connected() == 0 })
	none := cluster.Outcome{Code: hsm.DaemonSocket}
	for name, got := range map[string]cluster.Outcome{
		"login":     a.Login(t.Context(), "CU", "alice", "alice-password"),
		"genSymKey": a.GenerateSecret(t.Context(), aes("k"), 0).Outcome,
		"deleteKey": a.DeleteKey(t.Context(), 6),
		"find":      a.FindKey(t.Context(), 6),
		"make":      a.MakeToken(t.Context(), 6),
		"logout":    a.Logout(t.Context()),
	} {
		if diff := cmp.Diff(none, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if _, got := a.FindKeys(t.Context(), hsm.FindRequest{}); !cmp.Equal(got, none) {
		t.Errorf("%+v", got)
	}
	if _, code := cluster.OnHome(t.Context(), a, wire.ListUsers, hsm.Done{}); code != hsm.DaemonSocket {
		t.Errorf("%v", code)
	}
	t.Run("an application of no HSM", func(t *testing.T) {
		a := cluster.NewApplication(t.Context(), w.dialer, nil, cluster.Settings{})
		if got := a.DeleteKey(t.Context(), 6); !cmp.Equal(got, none) || a.Nodes() != 0 || a.HomeCertificate() != nil {
			t.Errorf("%+v", got)
		}
		a.Close()
	})
}

func TestFindKeysShowsTheHomesKeysAndWhoCouldBeAsked(t *testing.T) {
	w := newWorld(t, 3)
	must(t, w.nodes[1].ProvisionKeys(hsm.KeySpec{Handle: 9, Class: hsm.SecretKey, Type: hsm.AES, Size: 16, Owner: 3}))
	w.nodes[2].down()
	a := w.application(cluster.Settings{})
	if _, o := a.FindKeys(t.Context(), hsm.FindRequest{}); !cmp.Equal(o, cluster.Outcome{Code: hsm.NotAllowed, Nodes: block(hsm.NotAllowed, hsm.NotAllowed, away)}) {
		t.Errorf("without a login: %+v", o)
	}
	a.Login(t.Context(), "CU", "alice", "alice-password")
	found, o := a.FindKeys(t.Context(), hsm.FindRequest{})
	if !cmp.Equal(o, cluster.Outcome{Nodes: block(ok, ok, away)}) || len(found) > 0 {
		t.Errorf("%v, %+v", found, o)
	}
	w.nodes[0].down()
	await(t, "the home is lost", func() bool { return a.Connected() == 1 })
	found, o = a.FindKeys(t.Context(), hsm.FindRequest{})
	if !cmp.Equal(o, cluster.Outcome{Nodes: block(away, ok, away)}) || !cmp.Equal(found, []hsm.Handle{9}) {
		t.Errorf("on the new home: %v, %+v", found, o)
	}
}

func TestFindKeyTellsWhereAKeyIs(t *testing.T) {
	tests := []struct {
		name string
		on   []int
		want cluster.Outcome
	}{
		{"on all HSMs", []int{0, 1, 2}, cluster.Outcome{Nodes: block(ok, ok, ok)}},
		{"on two of three", []int{0, 2}, cluster.Outcome{Code: invalid, Nodes: block(ok, invalid, ok)}},
		{"not on the home", []int{1, 2}, cluster.Outcome{Code: invalid, Nodes: block(invalid, ok, ok)}},
		{"nowhere", nil, cluster.Outcome{Code: invalid, Nodes: block(invalid, invalid, invalid)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, 3)
			for _, n := range tt.on {
				must(t, w.nodes[n].ProvisionKeys(hsm.KeySpec{Handle: 9, Class: hsm.SecretKey, Type: hsm.AES, Size: 16, Owner: 3}))
			}
			if diff := cmp.Diff(tt.want, w.as("alice", cluster.Settings{}).FindKey(t.Context(), 9)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAFailedLoginLeavesTheFormerOne(t *testing.T) {
	w := newWorld(t, 2)
	a := w.as("alice", cluster.Settings{})
	if o := a.Login(t.Context(), "CU", "bob", "wrong-password"); !cmp.Equal(o, cluster.Outcome{Code: hsm.LoginFailure, Nodes: block(hsm.LoginFailure, hsm.LoginFailure)}) {
		t.Errorf("%+v", o)
	}
	w.nodes[1].down()
	await(t, "the HSM is lost", func() bool { return a.Connected() == 1 })
	w.nodes[1].up()
	w.back(a)
	if got := a.GenerateSecret(t.Context(), aes("k"), 0); !cmp.Equal(got.Outcome, cluster.Outcome{Nodes: block(ok, ok)}) {
		t.Errorf("with alice's login: %+v", got)
	}
}

func TestAnHSMThatHangsCostsItsOwnLineOnly(t *testing.T) {
	w := newWorld(t, 3)
	a := w.as("alice", cluster.Settings{Home: 2, HasHome: true})
	w.nodes[0].hang()
	w.dialer.RequestTimeout = hangs
	o := cluster.Everywhere(t.Context(), a, wire.ListUsers, hsm.Done{}, true)
	if diff := cmp.Diff(cluster.Outcome{Code: hsm.Incomplete, Nodes: block(away, ok, ok)}, o); diff != "" {
		t.Error(diff)
	}
	if a.Connected() != 2 {
		t.Errorf("%d HSMs are connected", a.Connected())
	}
}
