package lab

import (
	"errors"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// startSync begins server-side synchronisation: every so often of lab time the service clones token keys to
// the HSMs of their cluster that lack them, and sweeps what clients have tombstoned. Its interval is not
// published (AWS CloudHSM User Guide, key synchronization); the scenario sets it.
func (l *Lab) startSync() {
	interval := l.world.SyncInterval
	l.syncStop = func() {}
	if interval <= 0 {
		return
	}
	done := make(chan struct{})
	var timer clock.Timer
	var round func()
	round = func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		select {
		case <-done:
			return
		default:
		}
		l.synchronise()
		timer = l.clock.AfterFunc(interval, round)
	}
	l.mu.Lock()
	timer = l.clock.AfterFunc(interval, round)
	l.mu.Unlock()
	l.syncStop = func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		close(done)
		timer.Stop()
	}
}

// synchronise does one round; l.mu is held. While nothing has changed since the last round there is nothing to
// do, which lets the clock jump over months.
func (l *Lab) synchronise() {
	before := l.syncState()
	if slices.Equal(before, l.synced) {
		return
	}
	l.synced = before
	done := map[string]bool{}
	for _, first := range l.nodes {
		if done[first.spec.Cluster] {
			continue
		}
		done[first.spec.Cluster] = true
		var up []*node
		for _, n := range l.clusterNodes(first.spec.Cluster) {
			if n.reachable() {
				n.hsm.SweepTombstones()
				up = append(up, n)
			}
		}
		for _, from := range up {
			for _, to := range up {
				if from != to {
					l.copyMissing(from, to)
				}
			}
		}
	}
}

// syncState changes when an HSM changes or can be reached again.
func (l *Lab) syncState() []hsm.Ticket {
	state := make([]hsm.Ticket, 0, 2*len(l.nodes))
	for _, n := range l.nodes {
		reached := hsm.Ticket(0)
		if n.reachable() {
			reached = 1
		}
		state = append(state, n.hsm.LastChange(), reached)
	}
	return state
}

// copyMissing clones the token keys that one HSM has and another lacks. A key whose owner is missing there
// stays missing.
func (l *Lab) copyMissing(from, to *node) {
	have := map[hsm.Handle]bool{}
	for _, h := range to.hsm.TokenKeys() {
		have[h] = true
	}
	for _, h := range from.hsm.TokenKeys() {
		if have[h] {
			continue
		}
		object := from.hsm.CloneOut(h)
		if object == nil {
			continue
		}
		if err := to.hsm.CloneIn(object); err != nil && !errors.Is(err, hsm.KeyPresent) {
			l.log.Info("a key is not synchronised", "key", uint64(h), "from", from.spec.ID, "to", to.spec.ID, "reason", err)
		}
	}
}
