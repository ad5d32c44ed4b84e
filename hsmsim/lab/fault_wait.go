package lab

import (
	"context"
	"fmt"

	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// await keeps a fault until it happens.
func (l *Lab) await(p *pendingFault) error {
	l.trouble.mu.Lock()
	defer l.trouble.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.keepFault(p); err != nil {
		return err
	}
	l.arm(p)
	return l.save()
}

// keepFault gives a fault its number and its place; l.mu is held.
func (l *Lab) keepFault(p *pendingFault) error {
	if err := l.roomForFault(); err != nil {
		return err
	}
	l.manifest.LastFault++
	p.ID = l.manifest.LastFault
	l.manifest.Faults = append(l.manifest.Faults, p)
	l.trouble.calls.watch(l.manifest.Faults)
	return nil
}

func (l *Lab) roomForFault() error {
	if len(l.manifest.Faults) >= scenario.MaxFaults {
		return fmt.Errorf("%d faults wait already, which is the most: 'hsmlab fault clear' takes them back", scenario.MaxFaults)
	}
	return nil
}

// arm lets a fault that is kept happen, or end, when that is due; l.mu is held.
func (l *Lab) arm(p *pendingFault) {
	if id := p.ID; !p.Due.IsZero() {
		l.clock.AfterFunc(p.Due.Sub(l.clock.Now()), func() {
			l.step(id)
			l.noticeFault()
		})
	}
}

// foundFaults keeps the faults of a new world's scenario.
func (l *Lab) foundFaults() error {
	for i, f := range l.world.Faults {
		p, err := l.newFault(Fault{Fault: f})
		if err != nil {
			return fmt.Errorf("cannot set up faults[%d]: %w", i, err)
		}
		if p.Due.IsZero() && p.Call.N == 0 {
			p.Due = l.clock.Now()
		}
		if err := l.keepFault(p); err != nil {
			return fmt.Errorf("cannot set up faults[%d]: %w", i, err)
		}
	}
	return nil
}

// startFaults goes on with the faults of a lab: those that have come due since it was there happen in their order.
func (l *Lab) startFaults() {
	l.mu.Lock()
	for _, n := range l.nodes {
		n.hsm.SetCrowded(l.manifest.hsm(n.spec.ID, n.spec.Address).Crowded)
	}
	l.trouble.calls.watch(l.manifest.Faults)
	l.mu.Unlock()
	changed := false
	for p := l.overdue(); p != nil; p = l.overdue() {
		l.step(p.ID)
		changed = true
	}
	l.mu.Lock()
	for _, p := range l.manifest.Faults {
		l.arm(p)
	}
	l.mu.Unlock()
	if changed {
		l.noticeFault()
	}
}

// overdue is the fault that should have come or gone first, nil for none.
func (l *Lab) overdue() *pendingFault {
	l.mu.Lock()
	defer l.mu.Unlock()
	var first *pendingFault
	for _, p := range l.manifest.Faults {
		if !p.Due.IsZero() && !p.Due.After(l.clock.Now()) && (first == nil || p.Due.Before(first.Due)) {
			first = p
		}
	}
	return first
}

// endFaults lets nothing go wrong any more.
func (l *Lab) endFaults() {
	l.trouble.mu.Lock()
	defer l.trouble.mu.Unlock()
	l.trouble.ended = true
}

// noticeFault lets the services see what has changed.
func (l *Lab) noticeFault() {
	l.trouble.mu.Lock()
	ended := l.trouble.ended
	l.trouble.mu.Unlock()
	if ended {
		return
	}
	l.cloud.Refresh()
	l.services.kms.Rejoin(context.Background())
}
