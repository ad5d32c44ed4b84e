// Package trailtest helps to test what is told to CloudTrail.
package trailtest

import (
	"slices"
	"sync"

	"github.com/hsmlab/hsmlab/hsmsim/trail"
)

// A Recorder keeps the events that it is told.
type Recorder struct {
	mu     sync.Mutex
	events []trail.Event
}

// Record keeps an event.
func (r *Recorder) Record(e trail.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
}

// Events are all events so far, in their order.
func (r *Recorder) Events() []trail.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.events)
}
