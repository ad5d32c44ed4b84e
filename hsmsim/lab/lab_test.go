package lab_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/kms"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// threeNodes is a small cluster to be put behind a cluster's first line.
const threeNodes = `    hsms:
      - {node: 0, address: 10.0.2.9}
      - {node: 1, address: 10.0.3.11}
      - {node: 2, address: 10.0.1.12}
    users:
      - {id: 1, type: CO, name: admin, password: adminpw1}
      - {id: 2, type: CU, name: example_user, password: password1}
`

// checkWhole sees to it that a key has all that a new AES key has.
func checkWhole(t *testing.T, a *cluster.Application, node int, h hsm.Handle) {
	t.Helper()
	list, code := cluster.OnHome(context.Background(), a, wire.GetAttribute, hsm.AttributeRequest{Handle: h, ID: hsm.AttrAll})
	if code != hsm.Success || len(list) != 23 {
		t.Errorf("key %d on node %d: %v with %d attributes, want success with 23", h, node, code, len(list))
	}
}

func TestTheDefaultWorldIsTheSeeds(t *testing.T) {
	l := labtest.Run(t, "")
	s := l.Status()
	if len(s.Clusters) != 1 || s.Clusters[0].ID != "cluster-1a23b4cdefg" {
		t.Fatalf("clusters %+v", s.Clusters)
	}
	for i, address := range []string{"10.0.2.9", "10.0.3.11", "10.0.1.12"} {
		h := s.Clusters[0].HSMs[i]
		if h.Address != address || h.Node != i || len(h.Users) != 4 || h.Partition.TokenKeys != 1 {
			t.Errorf("HSM %d is %+v", i, h)
		}
	}
	for _, h := range s.Clusters[0].HSMs {
		if !slices.Equal(h.LoggedIn, []string{"kmsuser"}) {
			t.Errorf("logged in on %s: %v", h.Address, h.LoggedIn)
		}
	}
	a := labtest.Application(t, l.Home(), cluster.Settings{}, "example_user", "password1")
	if o := a.Login(context.Background(), "CU", "kmsuser", "kmsPswd1"); o.Code != hsm.LoginFailure {
		t.Errorf("kmsuser with the scenario's password: %v", o)
	}
	want := []lab.KeyStoreStatus{{ID: "cks-1234567890abcdef0", Name: "ExampleKeyStore", Region: "eu-west-1", Cluster: "cluster-1a23b4cdefg", State: kms.Connected, Keys: 1}}
	if diff := cmp.Diff(want, s.Stores); diff != "" {
		t.Errorf("custom key stores (-want +got)\n%s", diff)
	}
}

func TestASecondDaemonIsRefusedByName(t *testing.T) {
	l := labtest.Run(t, "")
	_, err := lab.Open(l.Home(), slog.New(slog.DiscardHandler))
	if !errors.Is(err, lab.ErrRunning) || !strings.Contains(err.Error(), "lab "+l.Home().Name) {
		t.Errorf("a second daemon gets %v", err)
	}
}

func TestADamagedFileIsReportedAndTheOthersStart(t *testing.T) {
	h := labtest.Home(t, "")
	l, err := lab.Open(h, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	id := l.Status().Clusters[0].HSMs[1].ID
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(h.Dir, "nodes", id+".db")
	if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	l = labtest.Open(t, h)
	if broken := l.Broken(); len(broken) != 1 || !strings.Contains(broken[0].Error(), path) {
		t.Errorf("reported: %v", broken)
	}
	a := labtest.Application(t, h, cluster.Settings{}, "example_user", "password1")
	if o := a.FindKey(context.Background(), 262162); o.Succeeded() != 2 {
		t.Errorf("the other HSMs answer %+v", o)
	}
}

func TestSocketPathsStayShort(t *testing.T) {
	long := "/home/" + strings.Repeat("very-long-name/", 20)
	for _, env := range []map[string]string{
		{"HSMLAB_HOME": long},
		{"HSMLAB_HOME": long, "XDG_RUNTIME_DIR": long},
		{"XDG_STATE_HOME": long},
	} {
		h, err := lab.Locate(func(name string) string { return env[name] }, "")
		if err != nil {
			t.Fatal(err)
		}
		if s := h.Socket("255.255.255.255"); len(s) > 103 {
			t.Errorf("with %v the socket %s has %d characters", env, s, len(s))
		}
	}
}

func TestLabsDoNotSeeEachOther(t *testing.T) {
	one, two := labtest.Run(t, ""), labtest.Run(t, "")
	if one.Home().Run == two.Home().Run {
		t.Fatal("two labs share their sockets")
	}
	a := labtest.Application(t, one.Home(), cluster.Settings{}, "example_user", "password1")
	a.GenerateSecret(context.Background(), hsm.GenerateSecretRequest{Type: hsm.AES, Size: 32}, 0)
	if n := two.Status().Clusters[0].HSMs[0].Partition.TokenKeys; n != 1 {
		t.Errorf("the other lab has %d keys", n)
	}
}

func TestTheServiceCopiesMissingKeysOnTheLabClock(t *testing.T) {
	l := labtest.Run(t, "clock: {rate: 0}\nsync_interval: 60s\nclient: {connect_timeout: 300ms}\nclusters:\n  - id: cluster-1a23b4cdefg\n"+threeNodes)
	ctx := context.Background()
	if err := l.SetHSMState("10.0.3.11", scenario.StateRefused); err != nil {
		t.Fatal(err)
	}
	a := labtest.Application(t, l.Home(), cluster.Settings{}, "example_user", "password1")
	created := a.GenerateSecret(ctx, hsm.GenerateSecretRequest{Type: hsm.AES, Size: 32}, 0)
	if !created.OK() || created.Succeeded() != 2 {
		t.Fatalf("with one node down: %+v", created)
	}
	if err := l.SetHSMState("10.0.3.11", scenario.StateUp); err != nil {
		t.Fatal(err)
	}
	if o := a.FindKey(ctx, created.Handles[0]); o.Code != hsm.InvalidHandle || o.Nodes[1].Code != hsm.InvalidHandle {
		t.Errorf("before the service has copied the key: %+v", o)
	}
	c, err := lab.Connect(ctx, l.Home())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.AdvanceClock(ctx, time.Minute); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for !a.FindKey(ctx, created.Handles[0]).OK() {
		if time.Now().After(deadline) {
			t.Fatalf("a minute later: %+v", a.FindKey(ctx, created.Handles[0]))
		}
	}
}

func TestHSMStates(t *testing.T) {
	l := labtest.Run(t, "client: {connect_timeout: 50ms, request_timeout: 5s}\nclusters:\n  - id: cluster-1a23b4cdefg\n"+threeNodes)
	ctx := context.Background()
	dialer := &cluster.Dialer{Socket: l.Home().Socket, ConnectTimeout: 500 * time.Millisecond, RequestTimeout: 500 * time.Millisecond}
	conn, err := dialer.Dial(ctx, "10.0.2.9")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		state, reason string
	}{
		{scenario.StateDown, "Connection timed out"},
		{scenario.StateRefused, "Connection refused"},
		{scenario.StateSlow, ""},
		{scenario.StateDown, "Connection timed out"},
		{scenario.StateUp, ""},
	} {
		if err := l.SetHSMState("10.0.2.9", step.state); err != nil {
			t.Fatal(err)
		}
		c, err := dialer.Dial(ctx, "10.0.2.9")
		switch {
		case step.reason == "" && err != nil:
			t.Errorf("%s: %v", step.state, err)
		case step.reason != "" && (err == nil || cluster.Reason(err) != step.reason):
			t.Errorf("%s: %v", step.state, err)
		}
		if c != nil {
			c.Close()
		}
	}
	short, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if _, err := wire.Settle.Call(short, conn, hsm.Done{}); err == nil {
		t.Error("a connection from before the HSM went down still answers")
	}
	if err := l.SetHSMState("10.9.9.9", scenario.StateDown); err == nil {
		t.Error("an HSM that does not exist goes down")
	}
	if err := l.SetHSMState("10.0.2.9", "broken"); err == nil {
		t.Error("a state that does not exist is taken")
	}
}

func TestResetBeginsAnewAfterAnyDamage(t *testing.T) {
	h := labtest.Home(t, "")
	ctx := context.Background()
	c, err := lab.Ensure(ctx, h)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	a := labtest.Application(t, h, cluster.Settings{}, "example_user", "password1")
	a.GenerateSecret(ctx, hsm.GenerateSecretRequest{Type: hsm.AES, Size: 32}, 0)
	kill(t, h)
	files, err := filepath.Glob(filepath.Join(h.Dir, "nodes", "*.db"))
	if err != nil || len(files) != 3 {
		t.Fatalf("files %v, %v", files, err)
	}
	for _, f := range files {
		if err := os.WriteFile(f, []byte("gone"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err = lab.Reset(ctx, h)
	if err != nil {
		t.Fatal(err)
	}
	defer lab.Down(ctx, h)
	defer c.Close()
	s, err := c.Status(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, hs := range s.Clusters[0].HSMs {
		if hs.Partition.TokenKeys != 1 || len(hs.Users) != 4 {
			t.Errorf("after the reset: %+v", hs)
		}
	}
}

func TestAWrongScenarioChangesNothing(t *testing.T) {
	h := labtest.Home(t, "")
	file := filepath.Join(t.TempDir(), "wrong.yaml")
	if err := os.WriteFile(file, []byte("clusters:\n  - hsms: [{node: 0, adress: 10.0.0.1}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := h.Choose(file); err == nil || !strings.Contains(err.Error(), file+":2: clusters[0].hsms[0]") {
		t.Errorf("the error is %v", err)
	}
	labtest.Open(t, h)
}
