//go:build linux || darwin

package shell

import "context"

// redirected reads from a terminal while the output goes elsewhere. The kernel
// edits and echoes, for there is nowhere else to echo to.
type redirected struct {
	*piped
	terminal *terminal
	guard    *guard
}

func newRedirected(opts Options) (*redirected, error) {
	t, err := openTerminal(opts.In)
	if err != nil {
		return nil, err
	}
	return &redirected{newPiped(opts), t, watch(t, opts.Out)}, nil
}

// ReadPassword turns echo off before it prints the prompt: whoever waits for the
// prompt may answer at once.
func (r *redirected) ReadPassword(ctx context.Context, prompt string) (string, error) {
	if err := r.terminal.set(hidden); err != nil {
		return "", err
	}
	line, err := r.piped.ReadPassword(ctx, prompt)
	if shown := r.terminal.set(cooked); err == nil {
		err = shown
	}
	return line, err
}

func (r *redirected) Close() error {
	return r.guard.stop()
}
