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
// character is shown when it is consumed, and nothing is drawn twice.
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
		guard:    watch(t),
	}
	if err := t.set(quiet); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	c.in.cooked = queued(t.fd)
	return c, nil
}

func (c *typed) ReadLine(ctx context.Context, prompt string) (string, error) {
	return c.read(ctx, prompt, c.out)
}

func (c *typed) ReadPassword(ctx context.Context, prompt string) (string, error) {
	return c.read(ctx, prompt, io.Discard)
}

// Interrupts leaves SIGINT alone: it ends the process.
func (c *typed) Interrupts(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(ctx)
}

func (c *typed) Close() error {
	return c.guard.stop()
}

// read prints the prompt and takes a line, shown on echo. The line is ended on the
// terminal however the reading ends.
func (c *typed) read(ctx context.Context, prompt string, echo io.Writer) (string, error) {
	if err := c.say(prompt); err != nil {
		return "", err
	}
	line, err := c.edit(ctx, echo)
	if ended := c.say("\n"); err == nil {
		err = ended
	}
	return line, err
}

// say writes to the terminal. One that has hung up takes nothing any more; that is
// the end of input.
func (c *typed) say(text string) error {
	if err := say(c.out, text); !errors.Is(err, unix.EIO) {
		return err
	}
	return io.EOF
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
