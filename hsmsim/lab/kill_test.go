package lab_test

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
)

// acknowledged is a key that key_mgmt_util was told of: the nodes that reported success have it.
type acknowledged struct {
	handle hsm.Handle
	nodes  []int
}

// createUntilDeath makes up to 1,000 keys while the daemon is killed after so many of them, at a moment that
// depends on the scheduler, and gives what was acknowledged.
func createUntilDeath(t *testing.T, h lab.Home, after int) []acknowledged {
	t.Helper()
	ctx := context.Background()
	c, err := lab.Ensure(ctx, h)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	a := labtest.Application(t, h, cluster.Settings{}, "example_user", "password1")
	die, dead := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(dead)
		<-die
		kill(t, h)
	}()
	var made []acknowledged
	for i := range 1000 {
		if i == after {
			close(die)
		}
		created := a.GenerateSecret(ctx, hsm.GenerateSecretRequest{Type: hsm.AES, Size: 32, Template: hsm.Template{Label: "k"}}, 0)
		k := acknowledged{}
		for _, n := range created.Nodes {
			if n.Code == hsm.Success {
				k.nodes = append(k.nodes, n.Node)
			}
		}
		if len(k.nodes) == 0 {
			break
		}
		k.handle = created.Handles[0]
		made = append(made, k)
	}
	<-dead
	return made
}

func kill(t *testing.T, h lab.Home) {
	text, err := os.ReadFile(h.Dir + "/daemon.lock")
	if err != nil {
		t.Error(err)
		return
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Error(err)
		return
	}
	p, err := os.FindProcess(pid)
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		t.Error(err)
	}
}

func TestAcknowledgedKeysSurviveKill(t *testing.T) {
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	h := labtest.Home(t, "clusters:\n  - max_keys: 100000\n"+threeNodes)
	var all []acknowledged
	checked := map[nodeKey]bool{}
	for range rounds {
		made := createUntilDeath(t, h, 5+rand.IntN(60))
		all = append(all, made...)
		checkKeys(t, h, all, checked)
	}
	if len(all) < 5*rounds {
		t.Errorf("only %d keys were made before %d kills", len(all), rounds)
	}
}

type nodeKey struct {
	node   int
	handle hsm.Handle
}

// checkKeys opens the lab after a kill: every acknowledged key must be on each node that acknowledged it, and
// every key of a node that was not looked at before must be whole.
func checkKeys(t *testing.T, h lab.Home, all []acknowledged, checked map[nodeKey]bool) {
	t.Helper()
	ctx := context.Background()
	c, err := lab.Ensure(ctx, h)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	defer lab.Down(ctx, h)
	for node := range 3 {
		a := labtest.Application(t, h, cluster.Settings{Home: node, HasHome: true}, "example_user", "password1")
		found, o := a.FindKeys(ctx, hsm.FindRequest{})
		if !o.OK() {
			t.Fatalf("cannot find keys on node %d: %v", node, o)
		}
		have := map[hsm.Handle]bool{}
		for _, f := range found {
			have[f] = true
			if !checked[nodeKey{node, f}] {
				checkWhole(t, a, node, f)
				checked[nodeKey{node, f}] = true
			}
		}
		for _, k := range all {
			for _, n := range k.nodes {
				if n == node && !have[k.handle] {
					t.Errorf("key %d was acknowledged by node %d, which has lost it", k.handle, node)
				}
			}
		}
		a.Close()
	}
}
