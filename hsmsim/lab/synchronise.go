package lab

import (
	"errors"

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

// synchronise does one round; l.mu is held.
func (l *Lab) synchronise() {
	for _, c := range l.manifest.Clusters {
		var up []*node
		for _, n := range l.clusterNodes(c.ID) {
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
		if err := to.hsm.CloneIn(object); err != nil && !errors.Is(err, hsm.HandleInUse) {
			l.log.Info("a key is not synchronised", "key", uint64(h), "from", from.manifest.ID, "to", to.manifest.ID, "reason", err)
		}
	}
}
