// Package shell is the console of the tools. It prints a prompt and reads a line
// or a hidden password from whoever is at the other end: a person at a terminal, a
// script that drives a terminal, or a pipe. It also keeps the history of what was
// typed. It knows no command and no HSM.
//
// Every reader puts the same bytes on a terminal: the prompt once for each line
// that is read, the characters as they are consumed, and a line break. Programs
// such as expect depend on it. The kernel echoes nothing while a terminal is open.
package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// MaxLine is the longest line that is taken, in bytes without its line break. The
// rich editor takes 64 KiB.
const MaxLine = 1 << 20

var (
	// ErrInterrupted reports that Ctrl-C was pressed instead of an answer. It is
	// also the cause of a context that Interrupts has cancelled.
	ErrInterrupted = errors.New("interrupted")
	// ErrTooLong reports a line longer than the reader takes. The whole line has
	// been dropped; the next one can be read.
	ErrTooLong = errors.New("line too long")
)

// Reader reads lines from whoever is at the other end. It is used by one
// goroutine at a time, and there is one Reader for a terminal.
type Reader interface {
	// ReadLine prints the prompt and returns the next line without its line
	// break. It returns io.EOF at the end of input, ErrInterrupted
	// for Ctrl-C in the rich editor, an ErrTooLong, and the error of ctx once
	// that is done.
	ReadLine(ctx context.Context, prompt string) (string, error)
	// ReadPassword is ReadLine for a secret: what is typed is never shown, even
	// if it arrives before the prompt is printed. A line break is printed after it.
	ReadPassword(ctx context.Context, prompt string) (string, error)
	// Interrupts returns a context for one command. In the rich editor SIGINT
	// cancels it, with ErrInterrupted as the cause, until the function is called;
	// elsewhere SIGINT ends the process as it ends the original tools.
	Interrupts(ctx context.Context) (context.Context, context.CancelFunc)
	// Close restores the terminal. It may be called more than once, and has to be
	// deferred so that a panic leaves a usable terminal too.
	Close() error
}

// Editor says how lines are read from a terminal.
type Editor int

const (
	// Plain shows what is typed and knows a few keys for erasing.
	Plain Editor = iota
	// Rich has history, completion and a cursor that moves.
	Rich
)

// Suggestion is one completion of the word before the cursor.
type Suggestion struct {
	Text        string // what the whole word becomes
	Description string // a few words beside it, may be empty
}

// Options says where lines come from and what the rich editor offers.
type Options struct {
	// In and Out are the two ends of the console. A program that buffers its
	// output has to flush it before it reads.
	In, Out *os.File
	// Editor is usually the answer of Choose. Rich becomes Plain where In or Out
	// is not a terminal that echoes, or the process has no controlling terminal.
	Editor Editor
	// Complete returns the suggestions for the last word of line, the text before
	// the cursor. The rich editor calls it when Tab is pressed; nil means none.
	Complete func(line string) []Suggestion
	// History is what the up and down keys of the rich editor show; nil means none.
	History *History
}

// Open returns a reader for the console and takes over its terminal, if it is one.
func Open(opts Options) (Reader, error) {
	if opts.In == nil || opts.Out == nil {
		return nil, errors.New("cannot open a console without input and output")
	}
	return open(opts)
}

func tooLong(limit int) error {
	return fmt.Errorf("%w: more than %d bytes", ErrTooLong, limit)
}

// say writes text to the console.
func say(out io.Writer, text string) error {
	if _, err := io.WriteString(out, text); err != nil {
		return fmt.Errorf("cannot write to the console: %w", err)
	}
	return nil
}
