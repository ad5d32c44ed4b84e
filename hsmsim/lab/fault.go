package lab

import (
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
