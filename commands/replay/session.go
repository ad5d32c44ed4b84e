// Package replay types a recorded session into another world and tells what is then to be seen otherwise. It knows how
// prompts look, and what of an output is never the same twice; whoever replays makes the world.
package replay

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/hsmlab/hsmlab/commands/runbook"
	"github.com/hsmlab/hsmlab/shell/cast"
	"github.com/hsmlab/hsmlab/shell/record"
)

// MaxText bounds a session's text, bytes.
const MaxText = 16 << 20

// A Session is what somebody has typed and seen.
type Session struct {
	Lab     string   // its name, "" where it is not known
	Command string   // that was recorded, "" for the lab's shell
	Lines   []string // all of it, from the first
	Turns   []Turn
}

// A Turn is a line that was typed, and what was to be seen until the next one.
type Turn struct {
	Line   int           // its number in the session, from 1
	Prompt string        // without what a shell's prompt tells of the place
	Typed  string        // without passwords
	Types  string        // what is to be typed: with them
	Key    string        // ^C or ^D where the line did not end with Enter
	After  time.Duration // from the beginning of the session until it was typed
	Output []string
}

// The prompts of the shell in sessions, once they have been made the same.
const (
	promptShell = "[lab] $ "
	promptMore  = runbook.PromptMore
)

var (
	// shellForm is a line of the lab's shell: its prompt begins with the lab's name.
	shellForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\[([^\]\s]{1,64})\] [^$#%>]*[$#%>](?: (.*))?$`) })
	toolForm  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(` + runbook.Prompts + `)(.*)$`) })
	nameForm  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$`) })
)

// FromCast reads a recording.
func FromCast(h cast.Header, events []cast.Event, secrets func(lab string) record.Secrets) (*Session, error) {
	name := strings.TrimPrefix(h.Title, "hsmlab ")
	if !nameForm().MatchString(name) {
		name = ""
	}
	t := record.NewTranscript(h.Width, h.Height, secrets(name))
	var lines []string
	after := map[int]time.Duration{} // of lines
	for _, e := range events {
		switch e.Kind {
		case cast.Output:
			t.Output(e.Text)
			lines = append(lines, t.Take()...)
		case cast.Input:
			t.Typed(e.Text)
			after[len(lines)+len(t.Rest())] = e.After
		case cast.Resize:
			columns, rows, err := e.Window()
			if err != nil {
				return nil, err
			}
			t.Resize(columns, rows)
		}
	}
	s, err := newSession(name, h.Command, append(lines, t.Rest()...))
	if err != nil {
		return nil, err
	}
	last := time.Duration(0)
	for i := range s.Turns {
		if at, ok := after[s.Turns[i].Line]; ok {
			last = at
		}
		s.Turns[i].After = last
	}
	return s, nil
}

// perLine is how long somebody takes for a line of a session whose times are not known.
const perLine = 5 * time.Second

// FromText reads the text of a session, and makes times up.
func FromText(text []byte) (*Session, error) {
	if len(text) > MaxText || !utf8.Valid(text) {
		return nil, fmt.Errorf("it is no text of %d bytes at most", MaxText)
	}
	lines := strings.TrimSuffix(strings.ReplaceAll(string(text), "\r", ""), "\n")
	s, err := newSession("", "", strings.Split(lines, "\n"))
	if err != nil {
		return nil, err
	}
	for i := range s.Turns {
		s.Turns[i].After = time.Duration(i) * perLine
	}
	return s, nil
}

func newSession(name, command string, lines []string) (*Session, error) {
	s := &Session{Lab: name, Command: command, Lines: lines}
	s.Turns = s.turns(lines)
	if n := len(s.Turns); n > 0 && s.Turns[n-1].unanswered() {
		s.Turns = s.Turns[:n-1]
	}
	if len(s.Turns) == 0 {
		return nil, fmt.Errorf("there is no line in it that was typed behind a prompt of the lab's shell or of a tool")
	}
	return s, nil
}

// unanswered reports whether nobody has typed anything behind a prompt.
func (t Turn) unanswered() bool { return t.Typed == "" && t.Key == "" && len(t.Output) == 0 }

// turns cuts lines at their prompts.
func (s *Session) turns(lines []string) []Turn {
	var list []Turn
	for i, line := range lines {
		prompt, typed, ok := s.prompt(line, list)
		switch {
		case ok:
			list = append(list, newTurn(i+1, prompt, typed))
		case len(list) > 0:
			last := &list[len(list)-1]
			last.Output = append(last.Output, strings.TrimRight(line, " "))
		}
	}
	for i := range list {
		list[i].endOfInput(list[i+1:])
	}
	if n := len(list); n > 0 { // the cursor may stand in an empty line in the end
		for out := &list[n-1].Output; len(*out) > 0 && (*out)[len(*out)-1] == ""; {
			*out = (*out)[:len(*out)-1]
		}
	}
	return list
}

func newTurn(line int, prompt, typed string) Turn {
	t := Turn{Line: line, Prompt: prompt, Typed: strings.TrimRight(typed, " ")}
	for _, key := range []string{"^C", "^D"} {
		if text, ok := strings.CutSuffix(t.Typed, key); ok {
			t.Typed, t.Key = text, key
		}
	}
	t.Types = t.Typed
	return t
}

// endOfInput finds out that Ctrl-D was pressed, which leaves no trace on the screen: nothing was typed at a tool, and then
// it had gone.
func (t *Turn) endOfInput(next []Turn) {
	if t.Typed == "" && t.Key == "" && t.atTool() && len(t.Output) > 0 && (len(next) == 0 || !next[0].atTool() && next[0].atShell()) {
		t.Key = "^D"
	}
}

func (t Turn) atShell() bool { return t.Prompt == promptShell || t.Prompt == promptMore }

// atTool reports whether a tool has waited for a command, not for an answer.
func (t Turn) atTool() bool {
	return strings.HasSuffix(t.Prompt, ">") && !t.atShell() || strings.HasPrefix(t.Prompt, "Command:")
}

// prompt finds the prompt that a line begins with. The lab's name is that of the first one.
func (s *Session) prompt(line string, before []Turn) (prompt, typed string, ok bool) {
	if m := shellForm().FindStringSubmatch(line); m != nil && (s.Lab == "" || m[1] == s.Lab) {
		if nameForm().MatchString(m[1]) {
			s.Lab = m[1]
		}
		return promptShell, m[2], true
	}
	m := toolForm().FindStringSubmatch(line)
	if m != nil && (!runbook.Hidden(m[1]) || strings.TrimSpace(m[2]) == "") { // what is hidden is not there
		return m[1], m[2], true
	}
	// The shell's second prompt looks like what a program may print.
	if typed, ok := strings.CutPrefix(line, promptMore); ok && continues(before) {
		return promptMore, typed, true
	}
	return "", "", false
}

// continues reports whether the shell waits for more of a command: it was typed last and has printed nothing.
func continues(list []Turn) bool {
	return len(list) > 0 && list[len(list)-1].atShell() && len(list[len(list)-1].Output) == 0
}
