package trail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
)

// Options make a Trail.
type Options struct {
	Dir     string // holds the events, created where it is missing
	Account string // 12 digits
	Clock   clock.Clock
	Log     *slog.Logger // nil for none

	// MaxFile is the size in bytes at which a file of events is put aside; the one before it is dropped then.
	// 0 means DefaultMaxFile.
	MaxFile int64
}

// DefaultMaxFile is the size at which a file of events is put aside. Two such files hold about 200,000 events.
const DefaultMaxFile = 64 << 20

// Limits of what is in memory, and of the real time that a finished event may be there alone.
const (
	maxQueue   = 4096
	maxPending = 256 << 10 // bytes
	flushAfter = 100 * time.Millisecond
)

// ErrClosed is the error of a Trail that was closed.
var ErrClosed = errors.New("the trail is closed")

// Trail is CloudTrail of one lab: it takes events, keeps them as lines of JSON in its folder and finds them again.
// It is safe for concurrent use.
type Trail struct {
	options Options
	queue   chan item
	stop    chan struct{} // closed by Close
	stopped chan struct{} // closed when all is on disk
	once    sync.Once
	err     error // of Close

	mu    sync.RWMutex
	files [2]*file // the one that is written to, and the one before it or nil

	// Of the goroutine that writes alone.
	lines   encoder
	pending batch
}

// item is an event to write, or with done a request to be told when everything before it can be looked up.
type item struct {
	event Event
	done  chan<- error
}

// Open opens the events of a lab. A line that was cut off by the end of an earlier process is removed.
func Open(o Options) (*Trail, error) {
	if o.MaxFile <= 0 {
		o.MaxFile = DefaultMaxFile
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	t := &Trail{options: o, queue: make(chan item, maxQueue), stop: make(chan struct{}), stopped: make(chan struct{})}
	if err := t.openFiles(); err != nil {
		return nil, fmt.Errorf("cannot open the CloudTrail events: %w", err)
	}
	go t.run()
	return t, nil
}

var _ Recorder = (*Trail)(nil)

// Record takes an event over; nothing in it may be changed afterwards. It does not wait for the disk, but where
// events come faster than they can be written it holds up its caller. After Close it does nothing.
func (t *Trail) Record(e Event) {
	select {
	case t.queue <- item{event: e}:
	case <-t.stopped:
	}
}

// settle returns when all events recorded before can be looked up.
func (t *Trail) settle(ctx context.Context) error {
	done := make(chan error, 1)
	select {
	case t.queue <- item{done: done}:
	case <-t.stopped:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-done:
		return err
	case <-t.stopped:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close writes what was recorded and returns when it is durable.
func (t *Trail) Close() error {
	t.once.Do(func() { close(t.stop) })
	<-t.stopped
	return t.err
}

// run writes what was recorded until Close.
func (t *Trail) run() {
	defer close(t.stopped)
	t.rebuild()
	alarm := time.NewTimer(flushAfter)
	alarm.Stop()
	for {
		select {
		case i := <-t.queue:
			if t.take(i) {
				alarm.Reset(flushAfter)
			}
		case <-alarm.C:
			t.complain(t.flush())
		case <-t.stop:
			for len(t.queue) > 0 {
				t.take(<-t.queue)
			}
			t.err = t.closeFiles()
			return
		}
	}
}

// take serves one item and reports whether it is the first of those that wait to be written.
func (t *Trail) take(i item) bool {
	if i.done != nil {
		i.done <- t.flush()
		return false
	}
	first := len(t.pending.lines) == 0
	t.add(&i.event)
	if len(t.pending.lines) >= maxPending {
		t.complain(t.flush())
		return false
	}
	return first
}

// complain logs an error that nobody waits for.
func (t *Trail) complain(err error) {
	if err != nil {
		t.options.Log.Error("events are lost", "error", err)
	}
}
