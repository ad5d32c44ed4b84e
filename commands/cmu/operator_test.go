package cmu

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/shell"
)

// An operator types lines at whatever the tool asks. The screen shows what a terminal would: prompts, what is
// typed, except passwords, and the output. Lines that begin with an exclamation mark are not typed: they
// change the world.
type operator struct {
	world    *world
	lines    []string
	screen   bytes.Buffer
	errors   bytes.Buffer
	history  []string
	hidden   []string // prompts that asked for a password
	complete func(string) []shell.Suggestion
	look     func() // what !look does
	calm     bool   // answers questions of a command that has been interrupted

	interrupts func(ctx context.Context) (context.Context, context.CancelFunc) // nil: nobody presses Ctrl-C
}

func newOperator(w *world, lines []string) *operator { return &operator{world: w, lines: lines} }

func (o *operator) open(complete func(string) []shell.Suggestion) (shell.Reader, error) {
	o.complete = complete
	return o, nil
}

func (o *operator) ReadLine(ctx context.Context, prompt string) (string, error) {
	o.screen.WriteString(prompt)
	line, err := o.next(ctx)
	o.screen.WriteString(line + "\n")
	return line, err
}

func (o *operator) ReadPassword(ctx context.Context, prompt string) (string, error) {
	o.hidden = append(o.hidden, prompt)
	o.screen.WriteString(prompt)
	line, err := o.next(ctx)
	o.screen.WriteString("\n")
	return line, err
}

func (o *operator) next(ctx context.Context) (string, error) {
	for {
		switch {
		case ctx.Err() != nil && !o.calm:
			return "", ctx.Err()
		case len(o.lines) == 0:
			return "", io.EOF
		}
		line := o.lines[0]
		o.lines = o.lines[1:]
		if !strings.HasPrefix(line, "!") {
			return line, nil
		}
		if err := o.event(strings.TrimPrefix(line, "!")); err != nil {
			return "", err
		}
	}
}

// event changes the world, or gives the error that the console would give.
func (o *operator) event(what string) error {
	word, rest, _ := strings.Cut(what, " ")
	switch word {
	case "stop": // a server, by its number
		number, err := strconv.Atoi(rest)
		if err != nil {
			return err
		}
		o.world.nodes[number].stop()
		return nil
	case "cut", "mute": // a server in the middle of a command, before or after it has carried out the request
		return o.world.arm(rest, word == "mute")
	case "meanwhile": // another operator, on a server by its number
		number, line, _ := strings.Cut(rest, " ")
		o.world.play("server "+number, "loginHSM CO admin adminpass1", line, "y")
		return nil
	case "ca": // the trust anchor
		o.world.writeCA(rest)
		return nil
	case "look":
		o.look()
		return nil
	case "advance": // lab time
		d, err := time.ParseDuration(rest)
		if err != nil {
			return err
		}
		return o.world.clock.Advance(d)
	case "keys", "encrypted", "file", "sign", "approval", "answer":
		return o.world.prepareFile(word, strings.Fields(rest))
	case "interrupt":
		return shell.ErrInterrupted
	case "long":
		return shell.ErrTooLong
	}
	return fmt.Errorf("unknown event %q", what)
}

func (o *operator) Interrupts(ctx context.Context) (context.Context, context.CancelFunc) {
	if o.interrupts != nil {
		return o.interrupts(ctx)
	}
	return context.WithCancel(ctx)
}

func (o *operator) Close() error { return nil }
