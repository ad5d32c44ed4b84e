package main

import (
	"context"
	"fmt"
	"os/exec"

	"github.com/hsmlab/hsmlab/cmd/conformance/transcript"
)

// follower does what a dialogue says, until nothing is left to do.
type follower struct {
	stage    *stage
	dialogue *transcript.Dialogue
	program  *program // the tool, or the shell command that runs; nil between shell commands
	closed   bool     // the last thing done was to close the input
}

// follow reads output and acts on it until the program ends.
func (f *follower) follow(ctx context.Context) error {
	for f.program != nil {
		chunk, ok, err := f.program.read()
		if err != nil {
			return err
		}
		if !ok {
			if err := f.ended(ctx); err != nil {
				return err
			}
			continue
		}
		if err := f.do(ctx, f.dialogue.Read(chunk)); err != nil {
			return err
		}
	}
	return nil
}

// ended goes on after a program has ended: with the next line for the shell, if there is one.
func (f *follower) ended(ctx context.Context) error {
	p, closed := f.program, f.closed
	f.program, f.closed = nil, false
	if err := p.end(); err != nil {
		return err
	}
	move := f.dialogue.Ended()
	if move.Action == transcript.CloseInput && !closed && !f.dialogue.Finished() {
		return errEnds
	}
	return f.do(ctx, move)
}

// do carries out one move.
func (f *follower) do(ctx context.Context, m transcript.Move) error {
	switch m.Action {
	case transcript.Type:
		return f.program.send(f.stage.putIn(m.Line))
	case transcript.Reply:
		for _, path := range m.Sign {
			if err := f.stage.signRequest(path); err != nil {
				return err
			}
		}
		return f.program.send(m.Line)
	case transcript.CloseInput:
		if f.program == nil || f.closed {
			return nil
		}
		f.closed = true
		return f.program.closeInput()
	case transcript.Run:
		return f.run(ctx, f.stage.putIn(m.Line))
	}
	return nil
}

// run starts a shell command: as the program itself, or beside a tool that waits at its prompt.
func (f *follower) run(ctx context.Context, line string) error {
	if f.stage.file.Tool == transcript.KMU {
		cmd := exec.CommandContext(ctx, "sh", "-c", line)
		cmd.Dir, cmd.Env = f.stage.dir, f.stage.env
		out, _ := cmd.CombinedOutput() // its exit status shows in what it prints
		f.dialogue.Read(string(out))
		return f.do(ctx, f.dialogue.Ended())
	}
	p, err := startProgram(ctx, f.stage.dir, f.stage.env, "sh", "-c", line)
	if err != nil {
		return fmt.Errorf("cannot run %s: %w", line, err)
	}
	f.program, f.closed = p, false
	return nil
}

func (f *follower) killAll() {
	if f.program != nil {
		f.program.kill()
	}
}
