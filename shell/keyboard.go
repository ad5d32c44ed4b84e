//go:build linux || darwin

package shell

import (
	"context"
	"math"
	"sync/atomic"
	"syscall"

	prompt "github.com/c-bata/go-prompt"
)

const (
	// defaultColumns is for a window that does not know its size, as under expect.
	defaultColumns = 80
	// maxEdited is the longest line that can be edited: go-prompt handles the
	// whole of it for every key.
	maxEdited = 64 << 10
	// minColumns is what go-prompt needs to draw anything.
	minColumns = 8
	// resizeKey is pressed by the keyboard itself when the window has another
	// width; resizeBytes is its sequence.
	resizeKey   = prompt.Ignore
	resizeBytes = "\x1b[E"
)

// keyboard gives go-prompt one key at a time, which is what it understands; text
// may come in runs. After a key that can end the line it gives nothing until the
// next line, so that a password typed ahead stays where ReadPassword finds it.
type keyboard struct {
	in       *input
	terminal *terminal

	ctx     context.Context // of the line
	columns int             // the width that go-prompt has been told
	typed   int             // bytes of text in this line
	long    bool            // more than maxEdited was typed
	err     error
	held    atomic.Bool // go-prompt reads in a goroutine of its own
}

var _ prompt.ConsoleParser = (*keyboard)(nil)

// begin makes ready for a line.
func (k *keyboard) begin(ctx context.Context) {
	k.ctx, k.typed, k.long, k.err = ctx, 0, false, nil
}

// release goes on after a key that might have ended the line.
func (k *keyboard) release() { k.held.Store(false) }

// width returns the columns of the window as they are now.
func (k *keyboard) width() int {
	columns, _ := k.terminal.size()
	if columns == 0 {
		return defaultColumns
	}
	return max(minColumns, columns)
}

// Setup is called by go-prompt before each line. What it is told of errors it
// forgets; a terminal that cannot be set up any more cannot be read either.
func (k *keyboard) Setup() error {
	k.release()
	k.terminal.set(raw)
	return nil
}

// TearDown is called by go-prompt after each line.
func (k *keyboard) TearDown() error {
	k.terminal.set(quiet)
	return nil
}

// GetWinSize says that the window is high enough for anything: in one that is not,
// go-prompt clears the screen and complains.
func (k *keyboard) GetWinSize() *prompt.WinSize {
	return &prompt.WinSize{Row: math.MaxUint16, Col: uint16(k.columns)}
}

// Read returns the next key, or EAGAIN if there is none yet.
func (k *keyboard) Read() ([]byte, error) {
	if k.held.Load() {
		return nil, syscall.EAGAIN
	}
	if len(k.in.pending) == 0 {
		if k.width() != k.columns {
			return k.hold([]byte(resizeBytes))
		}
		if err := k.in.fill(k.ctx, tick); err != nil {
			return k.fail(err)
		}
		if len(k.in.pending) == 0 {
			return nil, syscall.EAGAIN
		}
	}
	unit, err := k.in.unit(k.ctx)
	if err != nil {
		return k.fail(err)
	}
	switch key := unit[0]; {
	case key == '\r' || key == '\n' || key == ctrlC || key == ctrlD:
		return k.hold(unit)
	case key == escape && prompt.GetKey(unit) == prompt.NotDefined:
		return nil, syscall.EAGAIN // go-prompt would insert it as text
	case !isControl(key) && k.typed+len(unit) > maxEdited:
		k.long = true
		return nil, syscall.EAGAIN
	case !isControl(key):
		k.typed += len(unit)
	}
	return unit, nil
}

func (k *keyboard) hold(key []byte) ([]byte, error) {
	k.held.Store(true)
	return key, nil
}

// fail ends the line as Ctrl-C does, whatever has been typed.
func (k *keyboard) fail(err error) ([]byte, error) {
	k.err = err
	return k.hold([]byte{ctrlC})
}
