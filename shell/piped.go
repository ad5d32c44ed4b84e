package shell

import (
	"context"
	"os"
)

// pipeChunk is how much is read at a time from what is not a terminal.
const pipeChunk = 4096

// piped reads from a pipe, a file or a here-document, where nobody echoes what is
// typed. So the transcript of such a session has the prompts and the output only.
type piped struct {
	in  *input
	out *os.File
}

func newPiped(opts Options) *piped {
	return &piped{in: &input{file: opts.In, chunk: pipeChunk}, out: opts.Out}
}

func (p *piped) ReadLine(ctx context.Context, prompt string) (string, error) {
	if err := say(p.out, prompt); err != nil {
		return "", err
	}
	return p.in.line(ctx)
}

func (p *piped) ReadPassword(ctx context.Context, prompt string) (string, error) {
	line, err := p.ReadLine(ctx, prompt)
	if ended := say(p.out, "\n"); err == nil {
		err = ended
	}
	return line, err
}

func (p *piped) Interrupts(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(ctx)
}

func (p *piped) Close() error { return nil }
