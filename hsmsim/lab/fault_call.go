package lab

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// callCounter counts the calls that faults wait for. Its lock is the last to be taken, since requests wait for it that
// others wait for.
type callCounter struct {
	waiting atomic.Bool // some fault waits

	mu   sync.Mutex
	seen map[uint64]int // by the fault's number
	list []pendingFault
}

// watch makes the faults that wait for calls those of a list.
func (c *callCounter) watch(all []*pendingFault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := map[uint64]int{}
	c.list = nil
	for _, p := range all {
		if p.Call.N > 0 && p.waits() {
			c.list = append(c.list, *p)
			seen[p.ID] = max(p.Seen, c.seen[p.ID])
		}
	}
	c.seen = seen
	c.waiting.Store(len(c.list) > 0)
}

// note writes down how many calls there were. Those since then are not counted where the lab is killed.
func (c *callCounter) note(all []*pendingFault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range all {
		p.Seen = max(p.Seen, c.seen[p.ID])
	}
}

// count takes a call of an operation, of the HSM that is given or of an AWS service, and gives the faults that it is
// the last call for.
func (c *callCounter) count(hsm string, of scenario.Call) []uint64 {
	if !c.waiting.Load() {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var due []uint64
	for i := range c.list {
		p := &c.list[i]
		if p.Call.Service != of.Service || p.Call.Operation != of.Operation || of.Service == "" && p.HSM != hsm {
			continue
		}
		if c.seen[p.ID]++; c.seen[p.ID] == p.Call.N {
			due = append(due, p.ID)
		}
	}
	return due
}

// calledAWS lets the faults happen that wait for a call of a service. It returns when they are there.
func (l *Lab) calledAWS(service, operation string) {
	due := l.trouble.calls.count("", scenario.Call{Service: service, Operation: operation})
	for _, id := range due {
		l.step(id)
	}
	if len(due) > 0 {
		l.clock.AfterFunc(0, l.noticeFault) // which may ask the HSM that waits for this
	}
}

// calledHSM lets the faults happen that wait for a request to an HSM, and tells whether there were any. It returns when
// they are there, or when the connection ends because of them.
func (l *Lab) calledHSM(ctx context.Context, id, operation string) bool {
	due := l.trouble.calls.count(id, scenario.Call{Operation: operation})
	if len(due) == 0 {
		return false
	}
	there := make(chan struct{})
	go func() {
		defer close(there)
		for _, id := range due {
			l.step(id)
		}
		l.clock.AfterFunc(0, l.noticeFault)
	}()
	select {
	case <-there:
	case <-ctx.Done():
	}
	return true
}
