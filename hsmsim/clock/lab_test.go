package clock

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var start = time.Date(2026, 2, 3, 4, 5, 6, 789, time.UTC)

// bubble runs a test in a synctest bubble, where real time is not real: it passes as soon as everybody
// waits for it.
func bubble(t *testing.T, name string, test func(t *testing.T)) {
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}

// newLab returns a clock that is closed at the end of the test.
func newLab(t *testing.T, rate float64) *Lab {
	l := New(start, rate)
	t.Cleanup(l.Close)
	return l
}

// pass lets real time pass in a bubble.
func pass(d time.Duration) { <-time.After(d) }

func wantPassed(t *testing.T, l *Lab, want time.Duration) {
	t.Helper()
	if got := l.Now().Sub(start); got != want {
		t.Errorf("lab time is %v after the start, want %v", got, want)
	}
}

func TestLabTimeRunsAtItsRate(t *testing.T) {
	for _, test := range []struct {
		name       string
		rate       float64
		real, want time.Duration
	}{
		{"standing", 0, time.Hour, 0},
		{"real time", 1, time.Hour, time.Hour},
		{"half speed", 0.5, time.Hour, 30 * time.Minute},
		{"an hour a minute", 60, time.Minute, time.Hour},
		{"the largest rate", MaxRate, 1234567 * time.Nanosecond, 1234567 * time.Millisecond},
		{"a rate that is too large", 5 * MaxRate, time.Millisecond, 1000 * time.Second},
		{"a negative rate", -1, time.Hour, 0},
		{"no number", math.NaN(), time.Hour, 0},
	} {
		bubble(t, test.name, func(t *testing.T) {
			l := newLab(t, test.rate)
			wantPassed(t, l, 0)
			pass(test.real)
			wantPassed(t, l, test.want)
		})
	}
}

func TestNowIsInUTC(t *testing.T) {
	l := New(start.In(time.FixedZone("east", 3600)), 0)
	defer l.Close()
	if got := l.Now(); got != start {
		t.Errorf("got %v, want %v", got, start)
	}
}

func TestChangesOfTheClock(t *testing.T) {
	bubble(t, "of its rate keep the time", func(t *testing.T) {
		l := newLab(t, 60)
		pass(time.Second)
		if err := l.SetRate(0); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		wantPassed(t, l, time.Minute)
		if err := l.SetRate(2); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		wantPassed(t, l, time.Minute+2*time.Second)
	})
	bubble(t, "of its time keep the rate", func(t *testing.T) {
		l := newLab(t, 60)
		pass(time.Second)
		if err := l.Advance(24 * time.Hour); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		wantPassed(t, l, 24*time.Hour+2*time.Minute)
	})
	bubble(t, "add up", func(t *testing.T) {
		l := newLab(t, 0)
		for range 3 {
			if err := l.Advance(7 * 24 * time.Hour); err != nil {
				t.Fatal(err)
			}
		}
		wantPassed(t, l, 21*24*time.Hour)
	})
}

func TestLabTimeEnds(t *testing.T) {
	const year = 365 * 24 * time.Hour
	bubble(t, "by itself", func(t *testing.T) {
		l := New(last.Add(-time.Hour), MaxRate)
		defer l.Close()
		l.AfterFunc(2*time.Hour, func() { t.Error("a timer after the end fired") })
		pass(year)
		if got := l.Now(); got != last {
			t.Errorf("got %v, want %v", got, last)
		}
	})
	bubble(t, "but not after the 292 years of a duration", func(t *testing.T) {
		l := newLab(t, MaxRate)
		for range 1000 { // years
			pass(year / MaxRate)
			l.Now()
		}
		if got, want := l.Now(), start.Add(250*year).Add(250*year).Add(250*year).Add(250*year); got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	})
	bubble(t, "whatever it started with", func(t *testing.T) {
		for given, want := range map[time.Time]time.Time{{}: first, last.Add(1): last} {
			l := New(given, 0)
			if got := l.Now(); got != want {
				t.Errorf("a clock that starts at %v shows %v, want %v", given, got, want)
			}
			l.Close()
		}
	})
}

func TestWrongSettingsChangeNothing(t *testing.T) {
	bubble(t, "of a clock", func(t *testing.T) {
		l := newLab(t, 1)
		l.AfterFunc(time.Hour, func() {})
		for _, test := range []struct {
			err  error
			want string
		}{
			{l.Advance(-1), "cannot advance the clock by -1ns: it only goes forward"},
			{l.Advance(math.MinInt64), "cannot advance the clock by -2562047h47m16.854775808s: it only goes forward"},
			{l.SetRate(-0.5), "cannot set the clock: rate -0.5 is not between 0 and 1000000"},
			{l.SetRate(1000001), "cannot set the clock: rate 1.000001e+06 is not between 0 and 1000000"},
			{l.SetRate(math.Inf(1)), "cannot set the clock: rate +Inf is not between 0 and 1000000"},
			{l.SetRate(math.NaN()), "cannot set the clock: rate NaN is not between 0 and 1000000"},
		} {
			if test.err == nil || test.err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", test.err, test.want)
			}
		}
		pass(time.Second)
		wantPassed(t, l, time.Second)
	})
	bubble(t, "near the end of time", func(t *testing.T) {
		l := New(last.Add(-time.Hour), 0)
		defer l.Close()
		err := l.Advance(time.Hour + 1)
		if want := "cannot advance the clock by 1h0m0.000000001s: lab time ends at 9999-01-01T00:00:00Z"; err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		if err := l.Advance(time.Hour); err != nil {
			t.Error(err)
		}
	})
}

func TestStateOfAnotherProcess(t *testing.T) {
	bubble(t, "shows the same time", func(t *testing.T) {
		l := newLab(t, 60)
		pass(1234567 * time.Microsecond)
		if err := l.Advance(time.Hour); err != nil {
			t.Fatal(err)
		}
		sent, err := json.Marshal(l.State())
		if err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		var got State
		if err := json.Unmarshal(sent, &got); err != nil {
			t.Fatal(err)
		}
		if err := got.Check(); err != nil {
			t.Fatal(err)
		}
		follower := Restore(got)
		defer follower.Close()
		for range 3 {
			if l.Now() != follower.Now() {
				t.Errorf("the clock shows %v and its follower %v", l.Now(), follower.Now())
			}
			pass(time.Second)
		}
	})
	bubble(t, "does not go backwards when that process's real time does", func(t *testing.T) {
		l := Restore(State{Lab: start, Real: time.Now().Add(time.Hour), Rate: 1})
		defer l.Close()
		wantPassed(t, l, 0)
		pass(time.Second)
		wantPassed(t, l, time.Second)
	})
	bubble(t, "without a real time starts now", func(t *testing.T) {
		l := Restore(State{Lab: start, Rate: 1})
		defer l.Close()
		wantPassed(t, l, 0)
	})
	for _, test := range []struct {
		name, want string
		state      State
	}{
		{"with an early lab time is refused", "lab time 1969-12-31T23:59:59Z is not between 1970-01-01 and 9999-01-01", State{first.Add(-1), start, 1}},
		{"with a late lab time is refused", "lab time 9999-01-01T00:00:00Z is not between 1970-01-01 and 9999-01-01", State{last.Add(1), start, 1}},
		{"without real time is refused", "real time 0001-01-01T00:00:00Z is not between 1970-01-01 and 9999-01-01", State{start, time.Time{}, 1}},
		{"with a wrong rate is refused", "rate -1 is not between 0 and 1000000", State{start, start, -1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := test.state.Check(); err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestSleep(t *testing.T) {
	// asleep starts a Sleep and returns what tells its result and how long it took.
	asleep := func(ctx context.Context, l *Lab, d time.Duration) (result func() (time.Duration, error)) {
		began := time.Now()
		done := make(chan error)
		go func() { done <- l.Sleep(ctx, d) }()
		synctest.Wait()
		return func() (time.Duration, error) { err := <-done; return time.Since(began), err }
	}
	for _, test := range []struct {
		name string
		rate float64
		then func(l *Lab, cancel context.CancelFunc)
		want error
		took time.Duration
	}{
		{"takes lab time", 60, nil, nil, time.Minute},
		{"takes real time while the clock stands", 0, nil, nil, time.Hour},
		{"ends with its context", 1, func(_ *Lab, cancel context.CancelFunc) { pass(time.Second); cancel() }, context.Canceled, time.Second},
		{"ends with its context while the clock stands", 0, func(_ *Lab, cancel context.CancelFunc) { cancel() }, context.Canceled, 0},
		{"ends with the clock", 1, func(l *Lab, _ context.CancelFunc) { l.Close() }, ErrClosed, 0},
		{"ends when the clock is advanced", 1, func(l *Lab, _ context.CancelFunc) { l.Advance(time.Hour) }, nil, 0},
		{"ends when a standing clock is advanced", 0, func(l *Lab, _ context.CancelFunc) { l.Advance(time.Hour) }, nil, 0},
		{"ends sooner when the clock is set faster", 1, func(l *Lab, _ context.CancelFunc) { pass(30 * time.Minute); l.SetRate(60) }, nil, 30*time.Minute + 30*time.Second},
		{"takes what is left in real time when the clock is stopped", 60, func(l *Lab, _ context.CancelFunc) { pass(30 * time.Second); l.SetRate(0) }, nil, 30*time.Second + 30*time.Minute},
		{"ends when a standing clock is started", 0, func(l *Lab, _ context.CancelFunc) { l.SetRate(60) }, nil, time.Minute},
	} {
		bubble(t, test.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			l := newLab(t, test.rate)
			result := asleep(ctx, l, time.Hour)
			if test.then != nil {
				test.then(l, cancel)
			}
			if took, err := result(); !errors.Is(err, test.want) || took != test.took {
				t.Errorf("got %v after %v, want %v after %v", err, took, test.want, test.took)
			}
			if len(l.timers) > 0 {
				t.Error("it leaves a timer behind")
			}
		})
	}
}

func TestClosedClock(t *testing.T) {
	bubble(t, "fires nothing and still tells the time", func(t *testing.T) {
		l := newLab(t, 1)
		timer := l.AfterFunc(time.Second, func() { t.Error("a timer from before fired") })
		l.Close()
		l.Close()
		if timer.Stop() {
			t.Error("a timer of a closed clock can be stopped")
		}
		l.AfterFunc(time.Second, func() { t.Error("a timer from afterwards fired") })
		if l.AfterFunc(0, func() { t.Error("a due timer from afterwards fired") }).Stop() {
			t.Error("a timer of a closed clock can be stopped")
		}
		pass(time.Minute)
		wantPassed(t, l, time.Minute)
		for name, err := range map[string]error{"Advance": l.Advance(time.Hour), "SetRate": l.SetRate(2), "Sleep": l.Sleep(t.Context(), time.Hour)} {
			if !errors.Is(err, ErrClosed) {
				t.Errorf("%s: got %v", name, err)
			}
		}
	})
	bubble(t, "by one of its timers, ends an advance", func(t *testing.T) {
		l := newLab(t, 0)
		l.AfterFunc(time.Second, l.Close)
		l.AfterFunc(time.Minute, func() { t.Error("a timer fired after Close") })
		if err := l.Advance(time.Hour); !errors.Is(err, ErrClosed) {
			t.Errorf("got %v", err)
		}
	})
}

func TestConcurrentUse(t *testing.T) {
	l := New(start, 1000)
	defer l.Close()
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			before := l.Now()
			for i := range 200 {
				fired := make(chan struct{})
				timer := l.AfterFunc(time.Duration(g)*time.Millisecond, func() { close(fired) })
				switch i % 4 {
				case 0:
					<-fired
				case 1:
					if !timer.Stop() {
						<-fired
					}
				case 2:
					if err := l.Advance(time.Duration(g) * time.Second); err != nil {
						t.Error(err)
					}
					<-fired
				case 3:
					if err := l.SetRate(1000 + float64(i)); err != nil {
						t.Error(err)
					}
					if follower := Restore(l.State()); follower.Now().Before(before) {
						t.Error("a follower shows an earlier time")
					}
				}
				now := l.Now()
				if now.Before(before) {
					t.Errorf("%v after %v", now, before)
				}
				before = now
			}
		})
	}
	group.Wait()
}

func TestConcurrentAdvancesAddUp(t *testing.T) {
	l := New(start, 0)
	defer l.Close()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 100 {
				l.AfterFunc(time.Second/2, runtime.Gosched) // gives the others a chance in between
				if err := l.Advance(time.Second); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	wantPassed(t, l, 800*time.Second)
}

func TestStateIsReadable(t *testing.T) {
	got, err := json.Marshal(State{Lab: start, Real: start.Add(time.Hour), Rate: 60})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"lab":"2026-02-03T04:05:06.000000789Z","real":"2026-02-03T05:05:06.000000789Z","rate":60}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}
