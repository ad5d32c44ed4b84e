//go:build !linux && !darwin

package shell

import (
	"context"
	"os"
	"time"

	"golang.org/x/term"
)

// open returns a reader that leaves echo and editing to the system's own console.
func open(opts Options) (Reader, error) {
	p := newPiped(opts)
	if !isTerminal(opts.In) {
		return p, nil
	}
	return &systemConsole{p}, nil
}

// systemConsole reads from a console that hands over whole lines.
type systemConsole struct{ *piped }

func (c *systemConsole) ReadPassword(ctx context.Context, prompt string) (string, error) {
	if len(c.in.pending) > 0 {
		return c.piped.ReadPassword(ctx, prompt)
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if err := say(c.out, prompt); err != nil {
		return "", err
	}
	secret, err := term.ReadPassword(int(c.in.file.Fd()))
	if err != nil {
		return "", err
	}
	return string(secret), say(c.out, "\n")
}

// fill reads once. These systems cannot wait for input and a context at once, so
// the context counts only before the wait.
func (in *input) fill(ctx context.Context, _ time.Duration) error {
	if in.err != nil {
		return in.err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	buf := make([]byte, in.chunk)
	n, err := in.file.Read(buf)
	in.received(buf[:n])
	if n == 0 {
		in.err = err
	}
	return in.err
}

// sameDevice is false: terminals have no device files here.
func sameDevice(*os.File, string) bool { return false }
