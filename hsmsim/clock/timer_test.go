package clock

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

func TestTimersFireByLabTime(t *testing.T) {
	for _, rate := range []float64{0.01, 1, 60, MaxRate} {
		bubble(t, fmt.Sprintf("at rate %g", rate), func(t *testing.T) {
			l := newLab(t, rate)
			fired := make(chan time.Time)
			began := time.Now()
			for _, d := range []time.Duration{3 * time.Hour, time.Hour, 100 * 24 * time.Hour} {
				l.AfterFunc(d, func() { fired <- l.Now() })
			}
			for _, d := range []time.Duration{time.Hour, 3 * time.Hour, 100 * 24 * time.Hour} {
				if got := (<-fired).Sub(start); got < d || float64(got-d) > 1+rate { // real time has nanoseconds
					t.Errorf("fired at %v, want %v", got, d)
				}
				if got, want := float64(time.Since(began)), float64(d)/rate; got < want-1 || got > want+1 {
					t.Errorf("fired after %v ns of real time, want %v", got, want)
				}
			}
		})
	}
}

func TestATimerFollowsTheClock(t *testing.T) {
	// Each timer is due after an hour on a clock that runs at rate 1.
	for _, test := range []struct {
		name  string
		do    func(l *Lab, timer Timer)
		want  time.Duration // of real time, or negative for never
		waits bool          // in the end
	}{
		{"left alone", func(*Lab, Timer) {}, time.Hour, false},
		{"set faster", func(l *Lab, _ Timer) { l.SetRate(60) }, time.Minute, false},
		{"stopped", func(l *Lab, _ Timer) { l.SetRate(0) }, -1, true},
		{"set so slow that it would take longer than there is time", func(l *Lab, _ Timer) { l.SetRate(1e-9) }, -1, true},
		{"stopped and started", func(l *Lab, _ Timer) { l.SetRate(0); pass(time.Minute); l.SetRate(1) }, time.Hour + time.Minute, false},
		{"advanced not far enough", func(l *Lab, _ Timer) { l.Advance(time.Minute) }, 59 * time.Minute, false},
		{"advanced to it", func(l *Lab, _ Timer) { l.Advance(time.Hour) }, 0, false},
		{"advanced beyond it", func(l *Lab, _ Timer) { l.Advance(2 * time.Hour) }, 0, false},
		{"advanced while it stands", func(l *Lab, _ Timer) { l.SetRate(0); pass(time.Minute); l.Advance(time.Hour) }, time.Minute, false},
		{"with an earlier timer", func(l *Lab, _ Timer) { l.AfterFunc(time.Minute, func() {}) }, time.Hour, false},
		{"with an earlier timer that is called off", func(l *Lab, _ Timer) { l.AfterFunc(time.Minute, func() {}).Stop() }, time.Hour, false},
		{"called off", func(_ *Lab, timer Timer) { timer.Stop() }, -1, false},
	} {
		bubble(t, test.name, func(t *testing.T) {
			l := newLab(t, 1)
			began, took := time.Now(), time.Duration(-1)
			timer := l.AfterFunc(time.Hour, func() { took = time.Since(began) })
			test.do(l, timer)
			pass(48 * time.Hour)
			synctest.Wait()
			if took != test.want {
				t.Errorf("fired after %v, want %v", took, test.want)
			}
			if timer.Stop() != test.waits {
				t.Errorf("Stop afterwards returned %v, want %v", !test.waits, test.waits)
			}
		})
	}
}

func TestStopTellsWhetherTheTimerWasStopped(t *testing.T) {
	l := New(start, 0)
	defer l.Close()
	timer := l.AfterFunc(time.Hour, func() { t.Error("fired") })
	if !timer.Stop() {
		t.Error("a waiting timer could not be stopped")
	}
	if err := l.Advance(2 * time.Hour); err != nil {
		t.Fatal(err)
	}
}

func TestATimerWithoutDelayFiresOnAStandingClock(t *testing.T) {
	l := New(start, 0)
	defer l.Close()
	for _, d := range []time.Duration{0, -time.Hour} {
		fired := make(chan struct{})
		if l.AfterFunc(d, func() { close(fired) }).Stop() {
			t.Error("it could be stopped")
		}
		<-fired
	}
}

func TestAdvanceStepsFromTimerToTimer(t *testing.T) {
	var got []string
	note := func(l *Lab, name string) { got = append(got, fmt.Sprint(name, " at ", l.Now().Sub(start))) }
	for _, rate := range []float64{0, 60} {
		bubble(t, fmt.Sprintf("at rate %g", rate), func(t *testing.T) {
			got = nil
			l := newLab(t, rate)
			l.AfterFunc(3*time.Hour, func() { note(l, "late") })
			l.AfterFunc(time.Hour, func() {
				note(l, "early")
				l.AfterFunc(time.Hour, func() { note(l, "started by early") })
				l.AfterFunc(9*time.Hour, func() { note(l, "too late") })
				pass(time.Second) // time stands still meanwhile
				fired := make(chan struct{})
				l.AfterFunc(0, func() { close(fired) })
				<-fired
			})
			var second Timer
			l.AfterFunc(4*time.Hour, func() { note(l, "first of two"); second.Stop() })
			second = l.AfterFunc(4*time.Hour, func() { note(l, "second of two") })
			l.AfterFunc(4*time.Hour, func() { note(l, "third of two"); l.Sleep(t.Context(), time.Minute) })
			if err := l.Advance(5 * time.Hour); err != nil {
				t.Fatal(err)
			}
			want := []string{"early at 1h0m0s", "started by early at 2h0m0s", "late at 3h0m0s", "first of two at 4h0m0s", "third of two at 4h0m0s"}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			wantPassed(t, l, 5*time.Hour)
		})
	}
}

func TestALateAlarmDoesNotSetTheClockBack(t *testing.T) {
	bubble(t, "when the clock is advanced", func(t *testing.T) {
		l := newLab(t, 1)
		l.AfterFunc(time.Second, func() { wantPassed(t, l, time.Minute) })
		l.alarm.Stop() // as if the machine was busy
		pass(time.Minute)
		if err := l.Advance(time.Hour); err != nil {
			t.Fatal(err)
		}
		wantPassed(t, l, time.Hour+time.Minute)
	})
}

// A model of the timers of a standing clock: a list that is sorted before each look at it.
type model struct {
	now    time.Duration
	timers []modelTimer
	fired  []string
}

type modelTimer struct {
	due, again time.Duration // again is the delay of a timer that this one starts, if any
	number     int
}

func (m *model) advance(d time.Duration) {
	target := m.now + d
	for {
		slices.SortStableFunc(m.timers, func(a, b modelTimer) int { return cmp.Compare(a.due, b.due) })
		if len(m.timers) == 0 || m.timers[0].due > target {
			break
		}
		t := m.timers[0]
		m.timers = m.timers[1:]
		m.now = t.due
		m.fired = append(m.fired, fmt.Sprint(t.number, " at ", m.now))
		if t.again > 0 {
			m.timers = append(m.timers, modelTimer{due: m.now + t.again, number: -t.number})
		}
	}
	m.now = target
}

// follow plays steps of four bytes each on a clock and on the model, and compares them after each one.
func follow(t *testing.T, steps []byte) {
	l := New(start, 0)
	defer l.Close()
	var m model
	var fired []string
	timers := make(map[int]Timer)
	for i := 0; i+4 <= len(steps); i += 4 {
		number, what := i/4+1, steps[i]%4
		d := time.Duration(1+int(steps[i+1])) * time.Minute
		switch what {
		case 0, 1:
			again := time.Duration(steps[i+2]%16) * time.Minute
			m.timers = append(m.timers, modelTimer{m.now + d, again, number})
			timers[number] = l.AfterFunc(d, func() {
				fired = append(fired, fmt.Sprint(number, " at ", l.Now().Sub(start)))
				if again > 0 {
					timers[-number] = l.AfterFunc(again, func() {
						fired = append(fired, fmt.Sprint(-number, " at ", l.Now().Sub(start)))
					})
				}
			})
		case 2:
			victim := 1 + int(steps[i+3])%number
			before := len(m.timers)
			m.timers = slices.DeleteFunc(m.timers, func(t modelTimer) bool { return t.number == victim })
			if timer := timers[victim]; timer != nil && timer.Stop() != (len(m.timers) < before) {
				t.Errorf("step %d: stopping timer %d gave the opposite", number, victim)
			}
		case 3:
			m.advance(d - time.Minute)
			if err := l.Advance(d - time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		if diff := gocmp.Diff(m.fired, fired); diff != "" {
			t.Fatalf("step %d fired (-want +got):\n%s", number, diff)
		}
		wantPassed(t, l, m.now)
	}
}

func TestTimersFollowAModel(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 1))
		steps := make([]byte, 400)
		for i := range steps {
			steps[i] = byte(random.Uint32())
		}
		follow(t, steps)
	}
}

func FuzzTimersFollowAModel(f *testing.F) {
	f.Add([]byte{0, 10, 0, 0, 0, 10, 3, 0, 2, 0, 0, 0, 3, 20, 0, 0})
	f.Add([]byte{0, 5, 5, 0, 1, 5, 0, 0, 3, 5, 0, 0, 3, 6, 0, 0})
	f.Fuzz(func(t *testing.T, steps []byte) { follow(t, steps[:min(len(steps), 2000)]) })
}
