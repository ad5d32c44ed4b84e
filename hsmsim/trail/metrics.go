package trail

import (
	"slices"
	"sync"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
)

// A MetricSource knows what is measured now. It is asked from timers of the clock, so it must not wait for whoever
// advances the clock, and by requests.
type MetricSource interface {
	// HSMs gives the values of each HSM of all regions.
	HSMs() []Sample

	// Expirations gives the KMS keys of all regions whose imported key material expires.
	Expirations() []Expiration
}

// A Sample is what one HSM measures (user guide, CloudWatch metrics).
type Sample struct {
	Region  string
	Cluster string
	HSM     string // id

	Unhealthy      bool
	Temperature    int // degrees Celsius
	SessionKeys    int // on this HSM
	TokenKeys      int // on this HSM
	Channels       int // encrypted connections
	Sessions       int
	UsersAvailable int // that can still be created
	UsersMax       int
	OctetsIn       int64 // since the HSM was started
	OctetsOut      int64
}

// An Expiration is when the imported key material of a KMS key expires.
type Expiration struct {
	Region string
	KeyID  string
	At     time.Time
}

// Metrics is CloudWatch of one lab: it looks at the source at the beginning of each minute of lab time and whenever
// it is asked, and remembers the last value of each of the last 180 minutes that it has seen.
type Metrics struct {
	clock  clock.Clock
	source MetricSource

	mu      sync.Mutex
	minutes []minute // ascending
	stopper interface{ Stop() bool }
	closed  bool
	window  time.Time // real time: the second in which samples are counted
	taken   int       // samples in that second
}

// minute is what was measured last in a minute.
type minute struct {
	start       int64     // seconds since the epoch
	at          time.Time // of the measurement
	hsms        []Sample
	expirations []Expiration
}

const (
	period     = 60  // seconds
	maxMinutes = 180 // that are remembered
)

// A clock that runs very fast or jumps far gives no more than this many samples in a second of real time; the
// minutes between have no values.
const maxSamples = maxMinutes

// NewMetrics starts to measure, the first time before it returns.
func NewMetrics(c clock.Clock, source MetricSource) *Metrics {
	m := &Metrics{clock: c, source: source}
	m.tick()
	return m
}

// Close ends measuring.
func (m *Metrics) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	if m.stopper != nil {
		m.stopper.Stop()
	}
}

// tick measures and sets the timer for the next minute.
func (m *Metrics) tick() {
	now := m.measure()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return
	}
	if real := time.Now(); real.Sub(m.window) >= time.Second {
		m.window, m.taken = real, 0
	}
	if m.taken++; m.taken >= maxSamples {
		m.stopper = time.AfterFunc(time.Second, m.tick)
		return
	}
	next := now.Truncate(time.Minute).Add(time.Minute)
	m.stopper = m.clock.AfterFunc(next.Sub(now), m.tick)
}

// measure takes the present values for those of the present minute and tells the lab time.
func (m *Metrics) measure() time.Time {
	hsms, expirations := m.source.HSMs(), m.source.Expirations()
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.clock.Now()
	start := now.Unix() - now.Unix()%period
	n := len(m.minutes)
	if n > 0 && m.minutes[n-1].start > start {
		return now // a clock that was set back: its past is not changed
	}
	if n > 0 {
		// Minutes in which nothing changed share their values.
		last := &m.minutes[n-1]
		if slices.Equal(last.hsms, hsms) {
			hsms = last.hsms
		}
		if slices.Equal(last.expirations, expirations) {
			expirations = last.expirations
		}
	}
	if n > 0 && m.minutes[n-1].start == start {
		m.minutes = m.minutes[:n-1]
	}
	m.minutes = append(m.minutes, minute{start, now, hsms, expirations})
	if over := len(m.minutes) - maxMinutes; over > 0 {
		m.minutes = slices.Delete(m.minutes, 0, over)
	}
	return now
}

// measured gives the minutes that are remembered, the present one as it is now. They must not be changed.
func (m *Metrics) measured() []minute {
	m.measure()
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.minutes)
}
