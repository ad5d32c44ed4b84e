// Package play plays a program on a pseudo-terminal: it types lines and reads what is then to be seen, as a person at
// a keyboard does. It knows no prompt; whoever plays says what a program looks like that waits.
package play

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/creack/pty"
)

// The size of the terminal. It is wide, so that nothing is folded that was not folded in the original.
const (
	rows    = 50
	columns = 1000
)

// maxScreen bounds what a program may print between two lines that are typed, bytes.
const maxScreen = 8 << 20

var (
	// ErrSilent is why reading ends when a program neither prints nor waits for what was expected.
	ErrSilent = errors.New("it has fallen silent")

	// ErrEnded is why reading ends when the program has ended.
	ErrEnded = errors.New("it has ended")

	errTooMuch = fmt.Errorf("it prints more than %d bytes", maxScreen)
)

// A Program runs on a pseudo-terminal.
type Program struct {
	Patience time.Duration // how long it may be silent, real time

	cmd    *exec.Cmd
	tty    *os.File
	chunks chan string
	ended  bool
}

// Start runs a command on a pseudo-terminal of its own. Whoever starts it kills it in the end.
func Start(cmd *exec.Cmd, patience time.Duration) (*Program, error) {
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: rows, Cols: columns})
	if err != nil {
		return nil, fmt.Errorf("cannot start %s on a terminal: %w", cmd.Path, err)
	}
	p := &Program{Patience: patience, cmd: cmd, tty: tty, chunks: make(chan string, 16)}
	go p.read()
	return p, nil
}

func (p *Program) read() {
	defer close(p.chunks)
	buffer := make([]byte, 32<<10)
	for {
		n, err := p.tty.Read(buffer)
		if n > 0 {
			p.chunks <- string(buffer[:n])
		}
		if err != nil {
			return
		}
	}
}

// Until reads until the program waits, and gives what was to be seen since the last call, with the echo of what was
// typed and without carriage returns. Errors: ErrSilent, ErrEnded, that of ctx; what was seen until then comes with them.
func (p *Program) Until(ctx context.Context, waits func(screen string) bool) (string, error) {
	var screen strings.Builder
	silence := time.NewTimer(p.Patience)
	defer silence.Stop()
	for {
		select {
		case chunk, ok := <-p.chunks:
			if !ok {
				p.ended = true
				return screen.String(), ErrEnded
			}
			screen.WriteString(strings.ReplaceAll(chunk, "\r", ""))
			if waits(screen.String()) {
				return screen.String(), nil
			}
			if screen.Len() > maxScreen {
				return screen.String(), errTooMuch
			}
			silence.Reset(p.Patience)
		case <-silence.C:
			return screen.String(), ErrSilent
		case <-ctx.Done():
			return screen.String(), ctx.Err()
		}
	}
}

// Type types a line and Enter.
func (p *Program) Type(line string) error { return p.Press(line + "\r") }

// Press types characters as they are, such as "\x04" for Ctrl-D.
func (p *Program) Press(keys string) error {
	if _, err := p.tty.WriteString(keys); err != nil {
		return fmt.Errorf("cannot type: %w", err)
	}
	return nil
}

// Kill ends the program, if it has not ended, and frees the terminal. It gives the program's exit status, -1 of one that
// was killed.
func (p *Program) Kill() int {
	if !p.ended {
		p.cmd.Process.Kill()
	}
	p.tty.Close()
	for range p.chunks { // until it is closed
	}
	p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}
