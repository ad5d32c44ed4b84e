package clock

import (
	"container/heap"
	"context"
	"fmt"
	"math"
	"sync"
	"time"
)

// Lab is a Clock that is set by hand. It is safe for concurrent use.
type Lab struct {
	advancing sync.Mutex // held by Advance, taken before mu

	mu      sync.Mutex
	lab     time.Time // was the lab time at the real time of start
	start   time.Time
	rate    float64
	timers  queue
	added   uint64        // how many timers there were
	alarm   *time.Timer   // rings when the next timer is due
	turned  chan struct{} // closed and replaced when the rate changes
	closing chan struct{} // closed with the clock
	closed  bool

	// While Advance steps from timer to timer, time stands still and all timers are left to it.
	stepping bool
}

var _ Clock = (*Lab)(nil)

// New returns a clock that shows start and goes on at a rate: 0 stands still, 1 is real time, 60 is an
// hour a minute. A start or rate outside the limits of CheckTime and CheckRate is taken for the limit.
func New(start time.Time, rate float64) *Lab {
	return Restore(State{Lab: start, Real: time.Now(), Rate: rate})
}

// Restore returns a clock that goes on from a state as if it had run ever since. For a state that
// State.Check refuses it takes the limit instead of a lab time or rate, and now instead of a real time.
func Restore(s State) *Lab {
	now := time.Now()
	if s.Lab.Before(first) {
		s.Lab = first
	}
	if s.Lab.After(last) {
		s.Lab = last
	}
	if CheckTime(s.Real) != nil {
		s.Real = now
	}
	if math.IsNaN(s.Rate) {
		s.Rate = 0
	}
	l := &Lab{
		lab:     s.Lab.UTC().Round(0),
		start:   s.Real,
		rate:    min(max(s.Rate, 0), MaxRate),
		turned:  make(chan struct{}),
		closing: make(chan struct{}),
	}
	// From now on real time is the process's monotonic time, which nobody sets back.
	l.lab, l.start = l.at(now), now
	l.alarm = time.AfterFunc(math.MaxInt64, l.ring)
	return l
}

// Now returns the lab time. At the end of the year 9998 it stays what it is.
func (l *Lab) Now() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now()
}

// now needs the lock, as all that follow with a small letter.
func (l *Lab) now() time.Time {
	real := time.Now()
	now := l.at(real)
	if now.Sub(l.lab) > rebase {
		l.lab, l.start = now, real
	}
	return now
}

// A duration holds 292 years, so now and then lab time is counted from a new start.
const rebase = 50 * 365 * 24 * time.Hour

// at returns the lab time at a real time.
func (l *Lab) at(real time.Time) time.Time {
	if l.stepping {
		return l.lab
	}
	passed := max(0, float64(real.Sub(l.start))*l.rate)
	if room := last.Sub(l.lab); passed >= float64(room) {
		return l.lab.Add(room)
	}
	return l.lab.Add(time.Duration(passed))
}

// jump makes t the lab time, unless that is later already.
func (l *Lab) jump(t time.Time) {
	real := time.Now()
	if now := l.at(real); now.After(t) {
		t = now
	}
	l.lab, l.start = t, real
}

// AfterFunc calls f once d of lab time has passed, at once if d is not positive, and never after Close.
func (l *Lab) AfterFunc(d time.Duration, f func()) Timer {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.added++
	t := &timer{clock: l, due: l.now().Add(d), number: l.added, f: f, index: fired}
	switch {
	case l.closed:
	case d <= 0:
		go f()
	default:
		heap.Push(&l.timers, t)
		l.settle()
	}
	return t
}

// ring is what the alarm calls.
func (l *Lab) ring() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settle()
}

// settle starts the timers that are due and sets the alarm for the next one.
func (l *Lab) settle() {
	if l.stepping {
		return
	}
	now := l.now()
	for len(l.timers) > 0 && !l.timers[0].due.After(now) {
		go heap.Pop(&l.timers).(*timer).f()
	}
	if l.rate == 0 || len(l.timers) == 0 || l.timers[0].due.After(last) {
		l.alarm.Stop()
		return
	}
	// An alarm that rings too early, for its limit or for rounding, is set again.
	wait := math.Ceil(float64(l.timers[0].due.Sub(now)) / l.rate)
	l.alarm.Reset(time.Duration(min(wait, float64(24*time.Hour))))
}

// Advance moves the clock ahead. The timers that come due on the way are started in the order of their
// lab time, each with the clock at its time and when the one before has returned. What they do has
// happened when Advance returns; so they must not wait for Advance, for a lock that its caller holds or
// for another timer. Concurrent calls are served one after another. d may not be negative nor lead
// beyond the year 9998.
func (l *Lab) Advance(d time.Duration) error {
	l.advancing.Lock()
	defer l.advancing.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	target := l.now().Add(d)
	switch {
	case d < 0:
		return fmt.Errorf("cannot advance the clock by %v: it only goes forward", d)
	case target.After(last):
		return fmt.Errorf("cannot advance the clock by %v: lab time ends at %s", d, last.Format(time.RFC3339))
	}
	l.jump(l.now())
	l.stepping = true
	for len(l.timers) > 0 && !l.timers[0].due.After(target) {
		t := heap.Pop(&l.timers).(*timer)
		l.jump(t.due)
		l.call(t.f)
	}
	l.jump(target)
	l.stepping = false
	if l.closed {
		return fmt.Errorf("cannot advance the clock by %v: %w", d, ErrClosed)
	}
	l.settle()
	return nil
}

// call gives up the lock while f runs.
func (l *Lab) call(f func()) {
	l.mu.Unlock()
	defer l.mu.Lock()
	returned := make(chan struct{})
	go func() {
		defer close(returned)
		f()
	}()
	<-returned
}

// SetRate changes how fast the clock runs from now on, from 0 to MaxRate times real time.
func (l *Lab) SetRate(rate float64) error {
	if err := CheckRate(rate); err != nil {
		return fmt.Errorf("cannot set the clock: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return fmt.Errorf("cannot set the clock: %w", ErrClosed)
	}
	l.jump(l.now())
	l.rate = rate
	close(l.turned)
	l.turned = make(chan struct{})
	l.settle()
	return nil
}

// State returns what another process needs to show the same time until this clock is changed.
func (l *Lab) State() State {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.jump(l.now()) // for a pair of times that were read together
	return State{Lab: l.lab, Real: l.start.UTC().Round(0), Rate: l.rate}
}

// Sleep waits until d of lab time has passed, ctx is done or the clock is closed. While the clock
// stands it waits for real time instead, and no longer than what is left of d: a person is waiting.
func (l *Lab) Sleep(ctx context.Context, d time.Duration) error {
	passed := make(chan struct{})
	l.mu.Lock()
	due := l.now().Add(d)
	l.mu.Unlock()
	timer := l.AfterFunc(d, func() { close(passed) })
	defer timer.Stop()
	for {
		l.mu.Lock()
		stands, turned, left := l.rate == 0 || l.stepping, l.turned, due.Sub(l.now())
		l.mu.Unlock()
		var waited <-chan time.Time // never, unless the clock stands
		if stands {
			waited = time.After(left)
		}
		select {
		case <-passed:
			return nil
		case <-waited:
			return nil
		case <-turned:
		case <-ctx.Done():
			return ctx.Err()
		case <-l.closing:
			return ErrClosed
		}
	}
}

// Close calls off all timers and ends all Sleeps. It does not wait for functions that have begun. The
// clock still tells the time. Later calls do nothing.
func (l *Lab) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	l.closed = true
	for _, t := range l.timers {
		t.index = fired
	}
	l.timers = nil
	l.alarm.Stop()
	close(l.closing)
}
