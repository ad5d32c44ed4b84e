//go:build linux || darwin

package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// tick is how often a wait looks at its context.
	tick = 200 * time.Millisecond
	// gap is the longest pause inside one key: the bytes of an escape sequence or
	// of a character come together, unless the line is slow.
	gap = 100 * time.Millisecond
)

// unit takes the next key or run of text, see split.
func (in *input) unit(ctx context.Context) ([]byte, error) {
	for {
		if n := split(in.pending); n > 0 {
			return in.take(n), nil
		}
		have := len(in.pending)
		if have == 0 {
			if err := in.fill(ctx, -1); err != nil {
				return nil, err
			}
			continue
		}
		err := in.fill(ctx, gap)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if len(in.pending) == have {
			return in.take(have), nil // nothing came: this is all of it
		}
	}
}

// fill reads once, and waits for at most the given time, or for ever if that is
// negative. It returns nil as well if nothing came in time. A terminal that hangs
// up has come to its end.
func (in *input) fill(ctx context.Context, wait time.Duration) error {
	if in.err != nil {
		return in.err
	}
	poll := []unix.PollFd{{Fd: int32(in.file.Fd()), Events: unix.POLLIN}}
	deadline := time.Now().Add(wait)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		step := tick
		if wait >= 0 {
			step = max(0, min(tick, time.Until(deadline)))
		}
		ready, err := unix.Poll(poll, int((step + time.Millisecond - 1).Milliseconds()))
		switch {
		case err != nil && !errors.Is(err, unix.EINTR):
			in.err = fmt.Errorf("cannot wait for input: %w", err)
			return in.err
		case ready > 0:
			if again, err := in.read(int(poll[0].Fd)); !again {
				return err
			}
		case wait >= 0 && !time.Now().Before(deadline):
			return nil
		}
	}
}

// read reads what is there. It says whether to try again because there was nothing.
func (in *input) read(fd int) (again bool, err error) {
	buf := make([]byte, in.chunk)
	n, err := unix.Read(fd, buf)
	switch {
	case errors.Is(err, unix.EINTR) || errors.Is(err, unix.EAGAIN):
		return true, nil
	case n > 0:
		in.received(buf[:n])
		return false, nil
	case err == nil || errors.Is(err, unix.EIO):
		in.err = io.EOF
	default:
		in.err = fmt.Errorf("cannot read from the console: %w", err)
	}
	return false, in.err
}
