package runbook

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/shell/play"
)

// patience bounds how long a program may be silent, real time.
const patience = 30 * time.Second

// waits reports whether what is to be seen ends in a prompt.
func waits(screen string) bool { return Waits(screen, promptShell) }

// A Player types consoles into a shell and compares what is seen.
type Player struct {
	program *play.Program
	screen  string // what stands after the last line that was typed: the prompt
	Show    func(text string)
}

// Start is what the shell of a player reads first.
func Start() string { return ShellStart(promptShell) }

// NewPlayer starts a shell, which must have read Start. Whoever starts it closes it.
func NewPlayer(ctx context.Context, shell *exec.Cmd) (*Player, error) {
	program, err := play.Start(shell, patience)
	if err != nil {
		return nil, err
	}
	p := &Player{program: program, Show: func(string) {}}
	if p.screen, err = program.Until(ctx, waits); err != nil {
		program.Kill()
		return nil, fmt.Errorf("the shell does not come to its prompt: %w; there is to be seen:\n%s", err, p.screen)
	}
	return p, nil
}

// Close ends the shell.
func (p *Player) Close() { p.program.Kill() }

// A Mismatch is a turn that went otherwise than its runbook shows.
type Mismatch struct {
	Turn   Turn
	Reason string
	Seen   []string
}

func (m *Mismatch) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d: %s%s: %s", m.Turn.Line, m.Turn.Prompt, m.Turn.Typed, m.Reason)
	for _, line := range plain(m.Turn.Output) {
		fmt.Fprintf(&b, "\n  shown: %s", line)
	}
	for _, line := range plain(m.Seen) {
		fmt.Fprintf(&b, "\n  seen:  %s", line)
	}
	return b.String()
}

// Play types a console's lines, each when the program waits behind the prompt that the console shows, and gives what was
// seen after each. A turn that looks otherwise ends it with a *Mismatch if strict says so; a prompt that is not the one
// shown does in any case, since the line would be typed at something else.
func (p *Player) Play(ctx context.Context, c *Console, strict bool) ([][]string, error) {
	var all [][]string
	for _, t := range c.Turns {
		if prompt := p.prompt(); strings.TrimSpace(prompt) != strings.TrimSpace(t.Prompt) {
			return all, &Mismatch{Turn: t, Reason: fmt.Sprintf("the prompt is %q", prompt)}
		}
		seen, err := p.turn(ctx, t)
		all = append(all, seen)
		switch {
		case errors.Is(err, play.ErrEnded) || errors.Is(err, play.ErrSilent):
			return all, &Mismatch{t, "no prompt comes back: " + err.Error(), seen}
		case err != nil:
			return all, err
		case strict && !matches(t.Output, seen):
			return all, &Mismatch{t, "something else is to be seen", seen}
		}
	}
	return all, nil
}

// prompt is what the program waits behind.
func (p *Player) prompt() string {
	line := p.screen[strings.LastIndexByte(p.screen, '\n')+1:]
	if at := strings.LastIndex(line, PromptMark); at >= 0 {
		line = line[at+len(PromptMark):]
	}
	return line
}

// turn types one line and reads until the next prompt.
func (p *Player) turn(ctx context.Context, t Turn) ([]string, error) {
	p.Show(p.prompt())
	if Hidden(t.Prompt) {
		p.Show("\n")
	} else {
		p.Show(t.Typed + "\n")
	}
	if err := p.program.Type(t.Typed); err != nil {
		return nil, err
	}
	screen, err := p.program.Until(ctx, waits)
	p.screen = screen
	if !Hidden(t.Prompt) {
		screen = strings.TrimPrefix(screen, t.Typed)
	}
	screen = strings.TrimPrefix(screen, "\n")
	if err == nil {
		screen = screen[:strings.LastIndexByte(screen, '\n')+1]
	}
	screen = strings.ReplaceAll(screen, PromptMark, "")
	p.Show(screen)
	return strings.Split(strings.TrimSuffix(screen, "\n"), "\n"), err
}
