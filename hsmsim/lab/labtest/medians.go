package labtest

import (
	"slices"
	"testing"
	"time"
)

// An Action is something whose time is measured. Run does it once and tells how long the measured part took.
type Action struct {
	Name string
	Run  func() time.Duration
}

// Timed is an action that is measured whole.
func Timed(name string, f func()) Action {
	return Action{name, func() time.Duration {
		start := time.Now()
		f()
		return time.Since(start)
	}}
}

// Medians runs actions in turn for as long as the benchmark goes on, reports the median of each as NAME-ms and
// returns the medians in their order. Since they take turns, whatever else the machine does hits all of them
// alike: what one takes beside another is worth more than either figure.
func Medians(b *testing.B, actions ...Action) []time.Duration {
	b.Helper()
	taken := make([][]time.Duration, len(actions))
	for b.Loop() {
		for i, a := range actions {
			taken[i] = append(taken[i], a.Run())
		}
	}
	medians := make([]time.Duration, len(actions))
	for i, a := range actions {
		slices.Sort(taken[i])
		medians[i] = taken[i][len(taken[i])/2]
		b.ReportMetric(Milliseconds(medians[i]), a.Name+"-ms")
	}
	b.ReportMetric(0, "ns/op") // of all actions together: it says nothing
	return medians
}

// Milliseconds is a duration as a metric.
func Milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
