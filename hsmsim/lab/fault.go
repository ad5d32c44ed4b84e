package lab

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// A Fault is what somebody wants to go wrong with the world: at once, after a time, at a time, or at a call.
type Fault struct {
	scenario.Fault
	At time.Time `json:",omitzero"` // lab time at which it happens; zero for none
}

// pendingFault is a fault that waits to happen, or one that has happened and waits to end. What is wrong now is the
// world itself: the state of an HSM, interfaces in a subnet.
type pendingFault struct {
	ID       uint64
	Kind     string
	HSM      string        `json:",omitempty"` // id
	Subnet   string        `json:",omitempty"` // id
	Due      time.Time     `json:",omitzero"`  // when it happens or, where it has happened, ends
	Call     scenario.Call `json:",omitzero"`  // at which it happens
	Seen     int           `json:",omitempty"` // such calls so far
	For      time.Duration `json:",omitempty"` // how long it stays; 0 for ever
	Happened bool          `json:",omitempty"`
	Failed   string        `json:",omitempty"` // why it could not happen
}

// trouble is what a lab needs for its faults while it runs.
type trouble struct {
	mu    sync.Mutex // held while a fault comes or goes; taken before all other locks
	ended bool
	calls callCounter
}

// maxFaultAhead is how far ahead a fault may be due.
const maxFaultAhead = 3650 * 24 * time.Hour

// waits reports whether a fault is not there yet.
func (p *pendingFault) waits() bool { return !p.Happened && p.Failed == "" }

// AddFault lets something go wrong with the world. What waits is kept with the lab. An error names the field, and
// nothing has changed then.
func (l *Lab) AddFault(f Fault) error {
	p, err := l.newFault(f)
	if err != nil {
		return err
	}
	if !p.Due.IsZero() || p.Call.N > 0 {
		return l.await(p)
	}
	l.trouble.mu.Lock()
	err = l.happen(p)
	l.trouble.mu.Unlock()
	if err == nil {
		l.noticeFault()
	}
	return err
}

// newFault finds what a fault is about.
func (l *Lab) newFault(f Fault) (*pendingFault, error) {
	if field, reason := f.Problem(); field != "" {
		return nil, fmt.Errorf("%s: %s", strings.ReplaceAll(field, "_", "-"), reason)
	}
	p := &pendingFault{Kind: f.Kind, For: f.For}
	now := l.clock.Now()
	switch {
	case !f.At.IsZero() && (f.In > 0 || f.AtCall != ""):
		return nil, fmt.Errorf("at: must not stand beside in and at-call")
	case !f.At.IsZero() && !f.At.After(now):
		return nil, fmt.Errorf("at: %s is over: the lab's time is %s", f.At.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	case f.At.Sub(now) > maxFaultAhead:
		return nil, fmt.Errorf("at: %s is more than 3650 days ahead", f.At.UTC().Format(time.RFC3339))
	case !f.At.IsZero():
		p.Due = f.At.UTC()
	case f.In > 0:
		p.Due = now.Add(f.In)
	case f.AtCall != "":
		p.Call, _ = scenario.ParseCall(f.AtCall) // which Problem has read
	}
	var err error
	if f.OfHSM() {
		p.HSM, err = l.hsmNamed(f.HSM)
	}
	if f.OfSubnet() {
		p.Subnet, err = l.subnetNamed(f.Subnet)
	}
	return p, err
}

// hsmNamed is the id of the HSM with an address, name or id.
func (l *Lab) hsmNamed(name string) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range l.nodes {
		if n.called(name) {
			return n.spec.ID, nil
		}
	}
	return "", fmt.Errorf("HSM %q: no HSM of the lab has this address, name or id", name)
}

// called reports whether a name is the address, name or id of an HSM.
func (n *node) called(name string) bool {
	return name == n.spec.ID || name == n.spec.Address || name == n.name
}

// subnetNamed is the id of the subnet with an id, or of the one that clusters are configured for in a zone.
func (l *Lab) subnetNamed(name string) (string, error) {
	switch list := l.cloud.SubnetsNamed(name); len(list) {
	case 0:
		return "", fmt.Errorf("subnet %q: no subnet has this id, and no cluster has one in a zone of this name", name)
	case 1:
		return list[0], nil
	default:
		return "", fmt.Errorf("subnet %q: the zone has several, name one of %s", name, strings.Join(list, ", "))
	}
}

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
	for p := l.overdue(); p != nil; p = l.overdue() {
		l.step(p.ID)
	}
	l.mu.Lock()
	for _, p := range l.manifest.Faults {
		l.arm(p)
	}
	l.mu.Unlock()
	l.noticeFault()
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

// ClearFaults takes back what is wrong with an HSM (address, name or id), a subnet (id or zone) or KMS, and what waits to
// go wrong with it; all faults for "". A subnet that is deleted stays deleted.
func (l *Lab) ClearFaults(of string) error {
	about, err := l.aboutFault(of)
	if err != nil {
		return err
	}
	l.trouble.mu.Lock()
	err = l.clear(about)
	l.trouble.mu.Unlock()
	l.noticeFault()
	return err
}

// aboutFault finds what faults are about; all of it for "".
func (l *Lab) aboutFault(of string) (func(*pendingFault) bool, error) {
	if of == "" {
		return func(*pendingFault) bool { return true }, nil
	}
	if of == scenario.FaultKMS {
		return func(p *pendingFault) bool { return p.Kind == scenario.FaultKMS }, nil
	}
	if id, err := l.hsmNamed(of); err == nil {
		return func(p *pendingFault) bool { return p.HSM == id }, nil
	}
	if list := l.cloud.SubnetsNamed(of); len(list) > 0 {
		return func(p *pendingFault) bool { return slices.Contains(list, p.Subnet) }, nil
	}
	if strings.HasPrefix(of, "subnet-") {
		return nil, fmt.Errorf("subnet %q: there is none with this id; one that was deleted does not come back", of)
	}
	return nil, fmt.Errorf("HSM %q: no HSM of the lab has this address, name or id", of)
}
