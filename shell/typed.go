//go:build linux || darwin

package shell

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
	"golang.org/x/sys/unix"
)

// typed reads from a terminal the way a program with readline does under expect:
// the kernel never echoes, so what arrives early is neither shown nor cut; each
// character is shown when it is consumed, and nothing is drawn twice. On a terminal
// whose echo was off already nothing of a line is shown, nor its end.
type typed struct {
	in       *input
	out      *os.File
	terminal *terminal
	guard    *guard
}

func newTyped(opts Options) (*typed, error) {
	t, err := openTerminal(opts.In)
	if err != nil {
		return nil, err
	}
	c := &typed{
		// One byte at a time: what is typed after the last line is for the next program.
		in:       &input{file: opts.In, chunk: 1},
		out:      opts.Out,
		terminal: t,
		guard:    watch(t, opts.Out),
	}
	if err := t.set(quiet); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	c.in.cooked = queued(t.fd)
	return c, nil
}

func (c *typed) ReadLine(ctx context.Context, prompt string) (string, error) {
	if !c.terminal.echoes() {
		return c.read(ctx, prompt, quiet, io.Discard, "")
	}
	return c.read(ctx, prompt, quiet, c.out, "\n")
}

func (c *typed) ReadPassword(ctx context.Context, prompt string) (string, error) {
	return c.read(ctx, prompt, quiet, io.Discard, "\n")
}

// Interrupts leaves SIGINT alone: it ends the process.
func (c *typed) Interrupts(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(ctx)
}

func (c *typed) Close() error {
	return c.guard.stop()
}

// read prints the prompt and takes a line, which is shown on echo; however the
// reading ends, end is printed after it. The mode is set anew each time: scripts are
// known to turn echo on and off from outside.
func (c *typed) read(ctx context.Context, prompt string, m mode, echo io.Writer, end string) (string, error) {
	if err := c.terminal.set(m); err != nil {
		return "", hungUp(err)
	}
	if err := say(c.out, prompt); err != nil {
		return "", hungUp(err)
	}
	line, err := c.edit(ctx, echo)
	if ended := say(c.out, end); err == nil {
		err = hungUp(ended)
	}
	return line, err
}

// hungUp makes io.EOF of what a terminal says that is there no more.
func hungUp(err error) error {
	if errors.Is(err, unix.EIO) {
		return io.EOF
	}
	return err
}

// edit takes keys until one ends the line. Keys that it does not know do nothing.
func (c *typed) edit(ctx context.Context, echo io.Writer) (string, error) {
	var line []byte
	var long bool
	for {
		unit, err := c.in.unit(ctx)
		if err != nil {
			return "", err
		}
		keep := len(line)
		switch key := unit[0]; {
		case key == '\r' || key == '\n':
			if long {
				return "", tooLong(MaxLine)
			}
			return string(line), nil
		case key == ctrlD && len(line) == 0:
			return "", io.EOF
		case key == ctrlC:
			return "", ErrInterrupted
		case key == del || key == backspace:
			_, size := utf8.DecodeLastRune(line)
			keep -= size
		case key == ctrlU:
			keep = 0
		case key == ctrlW:
			keep = bytes.LastIndexByte(bytes.TrimRight(line, " "), ' ') + 1
		case isControl(key):
		case len(line)+len(unit) > MaxLine:
			long = true
		default:
			line = append(line, unit...)
			keep = len(line)
			echo.Write(unit)
		}
		gone := runewidth.StringWidth(string(line[keep:]))
		io.WriteString(echo, strings.Repeat("\b \b", gone))
		line = line[:keep]
	}
}
