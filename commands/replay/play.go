package replay

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/hsmlab/hsmlab/commands/runbook"
	"github.com/hsmlab/hsmlab/shell/play"
	"github.com/hsmlab/hsmlab/shell/record"
)

// ShellStart is what a shell that a session is replayed in is started with: prompts that the player recognises.
func ShellStart() string { return runbook.ShellStart(promptShell) }

// The window is that of shell/play.
const columns, rows = 1000, 50

func waits(screen string) bool { return runbook.Waits(screen, promptShell) }

// player types a session into a program.
type player struct {
	program    *play.Program
	transcript *record.Transcript
	lines      []string // that cannot change any more
	prompt     string   // that the program waits behind
	renamed    renamed
}

// Play types a session into a program that has just been started, and gives the difference to what was seen then: a
// unified diff with the session's line numbers, "" if there is none. Where the program waits for something else than it
// did, nothing more is typed. Error: the session cannot be replayed, or that of ctx.
//
// pass lets time of the world pass, so that there is as much between two lines as there was.
func (s *Session) Play(ctx context.Context, program *play.Program, secrets record.Secrets, pass func(context.Context, time.Duration) error) (string, error) {
	p := &player{program: program, transcript: record.NewTranscript(columns, rows, secrets), renamed: renamed{}}
	begun, passed := time.Now(), time.Duration(0)
	if err := p.read(ctx); err != nil {
		return "", fmt.Errorf("there is no prompt: %w; there is to be seen:\n%s", err, strings.Join(p.seen(), "\n"))
	}
	played := 0
	var ended error
	for i, t := range s.Turns {
		if s.thrownAway(i) {
			played++
			continue
		}
		if strings.TrimSpace(p.prompt) != strings.TrimSpace(t.Prompt) {
			break
		}
		if late := t.After - s.Turns[0].After - passed - time.Since(begun); late > 0 {
			passed += late
			if err := pass(ctx, late); err != nil {
				return "", err
			}
		}
		played++
		if ended = p.turn(ctx, t); ended != nil {
			break
		}
	}
	if ended != nil && !errors.Is(ended, play.ErrEnded) && !errors.Is(ended, play.ErrSilent) {
		return "", ended
	}
	difference := s.compare(played, p.seen())
	if errors.Is(ended, play.ErrSilent) {
		difference += fmt.Sprintf("line %d: no prompt has come back: %v\n", s.Turns[played-1].Line, ended)
	}
	return difference, nil
}

// thrownAway reports whether a line was typed and then left by Ctrl-C: nobody has read it.
func (s *Session) thrownAway(i int) bool {
	t := s.Turns[i]
	return t.Key == "^C" && i+1 < len(s.Turns) && s.Turns[i+1].Prompt == t.Prompt
}

// read reads until the next prompt.
func (p *player) read(ctx context.Context) error {
	screen, err := p.program.Until(ctx, waits)
	p.transcript.Output(screen)
	p.lines = append(p.lines, p.transcript.Take()...)
	last := screen[strings.LastIndexByte(screen, '\n')+1:]
	p.prompt = last[strings.LastIndex(last, runbook.PromptMark)+1:]
	return err
}

func (p *player) seen() []string {
	return append(slices.Clone(p.lines), p.transcript.Rest()...)
}

// turn types one line and reads until the next prompt.
func (p *player) turn(ctx context.Context, t Turn) error {
	from := len(p.seen())
	keys := p.renamed.in(t.Types) + "\r"
	switch t.Key {
	case "^C":
		keys = p.renamed.in(t.Types) + "\x03"
	case "^D":
		keys = "\x04"
	}
	p.transcript.Typed(keys)
	if err := p.program.Press(keys); err != nil {
		return err
	}
	err := p.read(ctx)
	p.renamed.learn(t.Output, p.seen()[from:])
	return err
}

// compare compares the turns that were played with what was seen. Lines that were not played look as they did.
func (s *Session) compare(played int, seen []string) string {
	turns := (&Session{Lab: "lab"}).turns(seen)
	first := s.Turns[0].Line - 1
	want, got := slices.Clone(s.Lines[:first]), slices.Clone(s.Lines[:first])
	if s.Command != "" { // what it says at its start
		got = slices.Clone(seen[:max(0, firstLine(turns, len(seen)))])
	}
	next := 0
	for i, t := range s.Turns[:played] {
		lines := t.lines()
		want = append(want, lines...)
		switch {
		case s.thrownAway(i):
			got = append(got, lines...)
		case next < len(turns):
			got = append(got, turns[next].lines()...)
			next++
		}
	}
	if played < len(s.Turns) { // the prompt was another one
		want = append(want, s.Turns[played].Prompt)
		if next < len(turns) {
			got = append(got, turns[next].Prompt)
		}
	}
	return string(diff.Diff("recorded", joined(want), "replayed", joined(got)))
}

func firstLine(turns []Turn, all int) int {
	if len(turns) == 0 {
		return all
	}
	return turns[0].Line - 1
}

// lines are a turn as it stands on the screen.
func (t Turn) lines() []string {
	typed := t.Typed
	if t.hidden() {
		typed = ""
	}
	return append([]string{t.Prompt + typed + t.Key}, t.Output...)
}

func joined(list []string) []byte {
	var b strings.Builder
	for _, line := range list {
		b.WriteString(same(line) + "\n")
	}
	return []byte(b.String())
}
