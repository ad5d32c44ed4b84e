package kmu

import (
	"context"
	"errors"
	"strings"

	"github.com/hsmlab/hsmlab/shell"
)

// interactive reads commands until exit. The original asks for ever at the end of its input; this ends.
func (s *session) interactive(ctx context.Context) int {
	s.out.Print(listing(s.table))
	console, err := s.ask()
	if err != nil {
		s.env.Err.Printf(textNoConsole, err)
		s.env.Err.Flush()
		return exitFailed
	}
	for !s.ended {
		line, err := console.ReadCommand(ctx, prompt)
		switch {
		case errors.Is(err, shell.ErrInterrupted):
			continue
		case errors.Is(err, shell.ErrTooLong):
			s.out.Print(listing(s.table)) // as for any line that is no command
			continue
		case err != nil:
			return exitDone
		}
		if words := split(line); len(words) > 0 {
			s.execute(ctx, words)
			s.remember(words)
		}
	}
	return exitDone
}

// loginWords is the length of the login that singlecmd puts before its command: its name and three options.
const loginWords = 7

// cutLogin takes the login off that words begin with if more words follow. A login is known by its place: its name and
// three pairs, with -2fa one word more.
func cutLogin(words []string) (login, rest []string) {
	if len(words) == 0 || words[0] != "loginHSM" {
		return nil, words
	}
	length := loginWords
	for _, w := range words[:min(len(words), loginWords+1)] {
		if w == "-2fa" {
			length++
		}
	}
	if len(words) <= length {
		return nil, words
	}
	return words[:length], words[length:]
}

// single runs one command, after a login if there is one.
func (s *session) single(ctx context.Context, words []string) int {
	login, words := cutLogin(words)
	if login != nil && !s.execute(ctx, login) {
		return exitFailed
	}
	s.out.Print(textEcho)
	for _, w := range words {
		s.out.Printf(textEchoWord, w)
	}
	s.out.Print("\n")
	s.execute(ctx, words)
	return exitDone
}

// script runs the lines of a file.
func (s *session) script(ctx context.Context, path string) int {
	text, err := s.readFile(path)
	if err != nil {
		s.out.Printf(textNoScript, path)
		return exitDone
	}
	for line := range strings.Lines(string(text)) {
		line = strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\r", "")
		_, forShell, isShell := strings.Cut(line, "shell")
		switch {
		case line == "":
		case line[0] == '#':
			s.out.Printf(textComment, line)
		case isShell:
			// The original passes the rest to the system's shell; a simulator does not.
			s.out.Printf(textShellLine, strings.TrimLeft(forShell, " "))
		default:
			s.out.Printf(textScriptLine, line)
			if words := split(line); len(words) > 0 {
				s.execute(ctx, words)
			}
		}
		if s.ended || ctx.Err() != nil {
			break
		}
	}
	return exitDone
}
