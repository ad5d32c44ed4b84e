// Package clock tells lab time: a time that runs at a rate of real time, jumps ahead on request and can
// stand still. All that is said to take minutes or days in a lab takes them by this clock, so that nobody
// waits for them. It must not know who uses it or what for.
package clock

import (
	"errors"
	"fmt"
	"time"
)

// A Clock tells lab time and wakes its users by it.
type Clock interface {
	// Now returns the lab time in UTC. It never goes backwards.
	Now() time.Time

	// AfterFunc calls f in a goroutine of its own once d of lab time has passed.
	AfterFunc(d time.Duration, f func()) Timer
}

// A Timer is a call of AfterFunc that may be called off.
type Timer interface {
	// Stop calls the function off. It returns false if that has begun already or was called off before.
	Stop() bool
}

// MaxRate is the largest rate of a clock: eleven and a half days a second.
const MaxRate = 1e6

// ErrClosed is returned by calls that a closed clock cannot serve.
var ErrClosed = errors.New("the clock is closed")

var (
	// Lab times have four-digit years, for every format that shows them.
	first = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	last  = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
)

// State is all that another process needs to show the same time: at the time Real of its own clock lab
// time was Lab, and it goes on from there at Rate times real time.
type State struct {
	Lab  time.Time `json:"lab"`
	Real time.Time `json:"real"`
	Rate float64   `json:"rate"`
}

// Check returns an error that names the first field outside its limits.
func (s State) Check() error {
	if err := CheckTime(s.Lab); err != nil {
		return fmt.Errorf("lab %w", err)
	}
	if err := CheckTime(s.Real); err != nil {
		return fmt.Errorf("real %w", err)
	}
	return CheckRate(s.Rate)
}

// CheckTime refuses what cannot be a lab time: it must be from 1970 to 9998.
func CheckTime(t time.Time) error {
	if t.Before(first) || t.After(last) {
		return fmt.Errorf("time %s is not between %s and %s", t.Format(time.RFC3339), first.Format(time.DateOnly), last.Format(time.DateOnly))
	}
	return nil
}

// CheckRate refuses what cannot be the rate of a clock: it must be from 0 to MaxRate.
func CheckRate(rate float64) error {
	if !(rate >= 0 && rate <= MaxRate) { // also refuses NaN
		return fmt.Errorf("rate %g is not between 0 and %d", rate, int(MaxRate))
	}
	return nil
}
