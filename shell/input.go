package shell

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
)

// input is the reading end of a console. Whatever has been read stays in pending
// until somebody takes it, so that lines and passwords come from one stream.
type input struct {
	file    *os.File
	chunk   int // bytes asked of the file at a time
	pending []byte
	cooked  int   // bytes still to come that went through the kernel's line editing
	err     error // why there is no more, usually io.EOF
}

// line takes the next line. Without a line break the last line counts too.
func (in *input) line(ctx context.Context) (string, error) {
	var long bool
	for {
		end := bytes.IndexByte(in.pending, '\n')
		switch {
		case end < 0 && len(in.pending) > MaxLine+1: // the one is for a CR
			long = true
			in.pending = nil
		case end >= 0:
			line := bytes.TrimSuffix(in.take(end + 1)[:end], []byte("\r"))
			if long || len(line) > MaxLine {
				return "", tooLong(MaxLine)
			}
			return string(line), nil
		}
		err := in.fill(ctx, -1)
		switch {
		case err == nil:
		case errors.Is(err, io.EOF) && long:
			in.pending = nil
			return "", tooLong(MaxLine)
		case errors.Is(err, io.EOF) && len(in.pending) > 0:
			in.pending = append(in.pending, '\n')
		default:
			return "", err
		}
	}
}

func (in *input) take(n int) []byte {
	taken := in.pending[:n:n]
	in.pending = in.pending[n:]
	return taken
}

// received adds what was read to pending. Before the terminal was taken over, the
// kernel has replaced Ctrl-D by a NUL.
func (in *input) received(data []byte) {
	early := data[:min(in.cooked, len(data))]
	in.cooked -= len(early)
	for i, b := range early {
		if b == 0 {
			early[i] = ctrlD
		}
	}
	in.pending = append(in.pending, data...)
}
