package cluster_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
)

const (
	modelNodes     = 3
	stepsPerWorld  = 2500
	stepsPerGlance = 250 // after so many steps the whole state is compared
)

// TestRandomOperationsDoWhatTheModelSays plays random operations on three HSMs and on the model. It runs fixed
// seeds and a new one each time, which a failure shows.
func TestRandomOperationsDoWhatTheModelSays(t *testing.T) {
	worlds := 40
	if testing.Short() {
		worlds = 2
	}
	fresh := rand.Uint64()
	for i := range worlds {
		seed := uint64(i)
		if i%2 == 1 {
			seed += fresh
		}
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			var played []op
			g := &generator{Rand: rand.New(rand.NewPCG(seed, 0))}
			failure := play(t, func(m *model, n int) (op, bool) {
				if n == stepsPerWorld {
					return op{}, false
				}
				o := g.next(m)
				played = append(played, o)
				return o, true
			})
			if failure != "" {
				t.Fatalf("seed %d, step %d: %s\n%s", seed, len(played), failure, shortest(t, played))
			}
		})
	}
}

// newRig is a cluster whose users are those of a new model, with all clients connected.
func newRig(t testing.TB) *rig {
	t.Helper()
	w := emptyWorld(t, modelNodes)
	for _, n := range w.nodes {
		for i, u := range startUsers {
			must(t, n.ProvisionUsers(user(hsmID(i+1), userTypes[u.kind], u.name, u.password)))
		}
	}
	r := &rig{world: w, apps: map[int]*cluster.Application{}}
	for i := range r.fleets {
		r.fleets[i] = w.fleet()
	}
	for i, a := range appSettings {
		r.apps[i] = w.application(cluster.Settings{Home: a.home, HasHome: true, MinNodes: a.minNodes, Log: func(line string) {
			r.log = append(r.log, strings.TrimPrefix(line, "print_node_ts_status: [create_object_min_nodes]"))
		}})
	}
	return r
}

func (o op) step() step {
	switch {
	case worldSteps[o.Do] != nil:
		return worldSteps[o.Do]
	case o.By < fleets:
		return fleetSteps[o.Do]
	}
	return appSteps[o.Do]
}

// play plays steps on a new cluster and a new model until there are no more, and tells where they differ.
func play(t testing.TB, next func(m *model, n int) (op, bool)) (failure string) {
	t.Helper()
	r, m := newRig(t), newModel(modelNodes)
	for n := 0; ; n++ {
		o, more := next(m, n)
		if more {
			if got, want := o.step()(r, m, o); got != want {
				return fmt.Sprintf("%v\n got %s\nwant %s", o, got, want)
			}
		}
		if !more || n%stepsPerGlance == 0 {
			for i := range m.nodes {
				if diff := cmp.Diff(m.state(i), r.state(i)); diff != "" {
					return fmt.Sprintf("state of node %d, wanted and got:\n%s", i, diff)
				}
			}
		}
		if !more {
			return ""
		}
	}
}

// again plays given steps.
func again(t testing.TB, steps []op) string {
	t.Helper()
	return play(t, func(_ *model, n int) (op, bool) {
		if n == len(steps) {
			return op{}, false
		}
		return steps[n], true
	})
}

// shortest is the shortest end of a run, and of that the fewest steps, that is found to fail on new HSMs in a
// while.
func shortest(t testing.TB, steps []op) string {
	t.Helper()
	end := time.Now().Add(time.Minute)
	failure := ""
	for n := 1; ; n *= 2 {
		tail := steps[max(0, len(steps)-n):]
		if failure = again(t, tail); failure != "" || len(tail) == len(steps) {
			steps = tail
			break
		}
	}
	if failure == "" {
		return "and it does not fail again"
	}
	for size := len(steps) / 2; size > 0; size /= 2 {
		for at := 0; at+size < len(steps) && time.Now().Before(end); {
			fewer := append(append([]op{}, steps[:at]...), steps[at+size:]...)
			if f := again(t, fewer); f != "" {
				steps, failure = fewer, f
			} else {
				at += size
			}
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "These %d steps are enough:\n", len(steps))
	for _, o := range steps {
		fmt.Fprintln(&b, o)
	}
	return b.String() + failure
}
