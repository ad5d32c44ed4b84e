package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/creack/pty"

	"github.com/hsmlab/hsmlab/cmd/conformance/transcript"
)

// patience bounds the silence of a program, real time.
const patience = 20 * time.Second

// errHangs is why a transcript fails whose program falls silent.
var errHangs = errors.New("the program hangs")

// program is a tool or a shell command on a pseudo-terminal. What is typed at it does not come back: its echo is
// taken out.
type program struct {
	cmd    *exec.Cmd
	tty    *os.File
	chunks chan string
	echo   string // what is still to come back of what was typed
}

func startProgram(ctx context.Context, dir string, env []string, name string, args ...string) (*program, error) {
	p := &program{cmd: exec.CommandContext(ctx, name, args...), chunks: make(chan string, 16)}
	p.cmd.Dir, p.cmd.Env = dir, env
	tty, err := pty.StartWithSize(p.cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", name, err)
	}
	p.tty = tty
	go func() {
		defer close(p.chunks)
		buffer := make([]byte, 32<<10)
		for {
			n, err := tty.Read(buffer)
			if n > 0 {
				p.chunks <- string(buffer[:n])
			}
			if err != nil {
				return
			}
		}
	}()
	return p, nil
}

// read waits for output. ok is false when the program has ended.
func (p *program) read() (chunk string, ok bool, err error) {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	for {
		select {
		case chunk, ok = <-p.chunks:
			if !ok {
				return "", false, nil
			}
			if chunk = p.withoutEcho(chunk); chunk != "" {
				return chunk, true, nil
			}
		case <-timeout.C:
			return "", false, errHangs
		}
	}
}

// withoutEcho takes what comes back of a typed line off the start of the output.
func (p *program) withoutEcho(chunk string) string {
	n := 0
	for n < len(p.echo) && n < len(chunk) && p.echo[n] == chunk[n] {
		n++
	}
	p.echo = p.echo[n:]
	if n < len(chunk) {
		p.echo = "" // the program said something else
	}
	return chunk[n:]
}

// send types a line. Its echo is taken out; an answer to a hidden question has none, only the line break that
// the tool prints.
func (p *program) send(line string) error {
	p.echo = line + "\r\n"
	return p.write(line + "\r")
}

// closeInput is Ctrl-D.
func (p *program) closeInput() error { return p.write("\x04") }

func (p *program) write(s string) error {
	if _, err := p.tty.WriteString(s); err != nil {
		return fmt.Errorf("cannot type: %w", err)
	}
	return nil
}

// untilPrompt reads until the tool is at its prompt, and gives what was printed.
func (p *program) untilPrompt(tool string) (string, error) {
	var out strings.Builder
	for !transcript.EndsInPrompt(out.String(), tool) {
		chunk, ok, err := p.read()
		if err != nil {
			return out.String(), fmt.Errorf("no prompt: %w", err)
		}
		if !ok {
			return out.String(), errors.New("the program ends before its prompt")
		}
		out.WriteString(chunk)
	}
	return out.String(), nil
}

// end waits for the program's end and tells whether a signal ended it.
func (p *program) end() error {
	for {
		_, ok, err := p.read()
		if err != nil {
			p.cmd.Process.Kill()
			p.cmd.Wait()
			return fmt.Errorf("the program does not end: %w", err)
		}
		if !ok {
			break
		}
	}
	err := p.cmd.Wait()
	p.tty.Close()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 || err == nil {
		return nil
	}
	return fmt.Errorf("the program ends badly: %w", err)
}

// kill ends the program in any case; it may have ended before.
func (p *program) kill() {
	p.cmd.Process.Kill()
	p.tty.Close()
	for range p.chunks {
	}
	p.cmd.Wait()
}
