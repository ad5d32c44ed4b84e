// Package clock is lab time: one clock for a whole world that runs at a rate of real time, jumps ahead and
// stands still. It knows nothing of what happens by it.
package clock

import (
	"container/heap"
	"context"
	"fmt"
	"sync"
	"time"
)

// MaxRate is the fastest that lab time runs, seconds of the lab in a real second.
const MaxRate = 1e6

// Clock tells lab time and wakes its users by it.
type Clock interface {
	Now() time.Time

	// AfterFunc runs f in a goroutine of its own once d of lab time has passed.
	AfterFunc(d time.Duration, f func()) Timer
}

// A Timer is a call of AfterFunc that is still to come.
type Timer interface {
	// Stop takes it back and reports whether it was still to come.
	Stop() bool
}

// State is what another process needs to show the same time, and what a clock is restored from.
type State struct {
	Lab  time.Time // lab time
	Real time.Time // the real time at which it was so
	Rate float64   // seconds of the lab in a real second
}

// Lab is a clock of lab time. Its methods may be called by many goroutines at once.
type Lab struct {
	mu     sync.Mutex
	base   State
	due    timers
	wake   *time.Timer // fires when the first timer is due; nil while none is
	closed bool
}

// New makes a clock that starts at a lab time. Rate 0 stands still, 1 is real time, 60 is an hour a minute.
func New(start time.Time, rate float64) *Lab {
	return &Lab{base: State{Lab: start, Real: time.Now(), Rate: rate}}
}

// Restore makes a clock that goes on from a state, as if it had run since.
func Restore(s State) *Lab { return &Lab{base: s} }

// Now is the present lab time. It never goes backwards.
func (l *Lab) Now() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now()
}

func (l *Lab) now() time.Time {
	passed := max(0, time.Since(l.base.Real))
	return l.base.Lab.Add(time.Duration(float64(passed) * l.base.Rate))
}

// State is the clock's state now.
func (l *Lab) State() State {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settle()
	return l.base
}

// settle makes the present the base that time is counted from; l.mu is held.
func (l *Lab) settle() {
	now := l.now()
	l.base.Lab, l.base.Real = now, time.Now()
}

// Advance moves lab time ahead. Timers that become due run in order of their lab time.
func (l *Lab) Advance(d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("cannot move the clock by %s: lab time does not go backwards", d)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settle()
	l.base.Lab = l.base.Lab.Add(d)
	l.arm()
	return nil
}

// SetRate makes lab time run at another rate from now on.
func (l *Lab) SetRate(rate float64) error {
	if !(rate >= 0 && rate <= MaxRate) {
		return fmt.Errorf("cannot run the clock at rate %g: 0 to %g are allowed", rate, float64(MaxRate))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settle()
	l.base.Rate = rate
	l.arm()
	return nil
}

// Sleep waits for d of lab time, or for d of real time when the clock stands still: whoever sleeps has a person
// or a script waiting, and would wait for ever.
func (l *Lab) Sleep(ctx context.Context, d time.Duration) error {
	l.mu.Lock()
	standing := l.base.Rate == 0
	l.mu.Unlock()
	done := make(chan struct{})
	if standing {
		t := time.AfterFunc(d, func() { close(done) })
		defer t.Stop()
	} else {
		t := l.AfterFunc(d, func() { close(done) })
		defer t.Stop()
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close stops all timers.
func (l *Lab) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed, l.due = true, nil
	l.disarm()
}

// timer is a call that is due at a lab time.
type timer struct {
	clock *Lab
	at    time.Time
	f     func()
	index int // in the heap, -1 outside
}

// AfterFunc runs f in a goroutine of its own once d of lab time has passed.
func (l *Lab) AfterFunc(d time.Duration, f func()) Timer {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := &timer{clock: l, at: l.now().Add(d), f: f, index: -1}
	if !l.closed {
		heap.Push(&l.due, t)
		l.arm()
	}
	return t
}

// Stop takes the timer back.
func (t *timer) Stop() bool {
	l := t.clock
	l.mu.Lock()
	defer l.mu.Unlock()
	if t.index < 0 {
		return false
	}
	heap.Remove(&l.due, t.index)
	l.arm()
	return true
}

// arm runs what is due and sets the one real timer for what is due next; l.mu is held.
func (l *Lab) arm() {
	l.disarm()
	now := l.now()
	for len(l.due) > 0 && !l.due[0].at.After(now) {
		go heap.Pop(&l.due).(*timer).f()
	}
	if len(l.due) == 0 || l.base.Rate == 0 {
		return
	}
	const longest = 24 * time.Hour // looked at again then; keeps the arithmetic in range
	wait := min(longest, time.Duration(float64(l.due[0].at.Sub(now))/l.base.Rate)+1)
	l.wake = time.AfterFunc(wait, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if !l.closed {
			l.arm()
		}
	})
}

func (l *Lab) disarm() {
	if l.wake != nil {
		l.wake.Stop()
		l.wake = nil
	}
}

// timers is a heap by lab time.
type timers []*timer

func (h timers) Len() int           { return len(h) }
func (h timers) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h timers) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *timers) Push(x any) {
	t := x.(*timer)
	t.index = len(*h)
	*h = append(*h, t)
}

func (h *timers) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	*h = (*h)[:last]
	t.index = -1
	return t
}
