package practice

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/hsmlab/hsmlab/commands/runbook"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// How a solution is played.
type Playing struct {
	Client  string // generation of the tools
	AWS     string // own or real: which aws is run
	Without bool   // without the consoles that are decisive: then nothing has to look as shown
	Loose   bool   // nothing has to look as shown but the prompts
	Show    func(text string)
	Part    func(runbook.Part) // called before each part
}

// Play plays the runbook's solution in the lab as it stands. It gives what was seen, by the line of each console.
func (s *Stage) Play(ctx context.Context, how Playing) (map[int][][]string, error) {
	c, err := lab.Ensure(ctx, s.Home)
	if err != nil {
		return nil, err
	}
	settings := c.Settings()
	c.Close()
	terminals := map[bool]*runbook.Player{} // the first, and the second
	defer func() {
		for _, p := range terminals {
			p.Close()
		}
	}()
	seen := map[int][][]string{}
	for _, part := range s.Book.Solution {
		if part.Console != nil && part.Console.Client != "" && part.Console.Client != how.Client {
			continue
		}
		if how.Part != nil {
			how.Part(part)
		}
		if part.Console == nil || how.Without && part.Console.Decisive {
			continue
		}
		p := terminals[part.Console.Second]
		if p == nil {
			if p, err = s.terminal(ctx, settings, how); err != nil {
				return seen, err
			}
			terminals[part.Console.Second] = p
		}
		seen[part.Console.Line], err = p.Play(ctx, part.Console, !how.Without && !how.Loose)
		if mismatch, ok := errors.AsType[*runbook.Mismatch](err); ok {
			if how.Without {
				return seen, nil // what was left out is missed
			}
			return seen, fmt.Errorf("%s:%w", s.Book.File, mismatch)
		}
		if err != nil {
			return seen, err
		}
	}
	return seen, nil
}

// terminal is a shell at its prompt.
func (s *Stage) terminal(ctx context.Context, settings lab.Settings, how Playing) (*runbook.Player, error) {
	shell, err := s.shell(ctx, settings, how)
	if err != nil {
		return nil, err
	}
	p, err := runbook.NewPlayer(ctx, shell)
	if err == nil && how.Show != nil {
		p.Show = how.Show
	}
	return p, err
}

// shell is a shell that consoles can be played in: bash, which people have, or the machine's sh.
func (s *Stage) shell(ctx context.Context, settings lab.Settings, how Playing) (*exec.Cmd, error) {
	start := filepath.Join(s.Home.Run, "player")
	if err := os.WriteFile(start, []byte(s.ShellStart(s.Home)+runbook.Start()), 0o600); err != nil {
		return nil, fmt.Errorf("cannot write the shell's start file: %w", err)
	}
	cmd := exec.CommandContext(ctx, "sh", "-i")
	if bash, err := exec.LookPath("bash"); err == nil {
		cmd = exec.CommandContext(ctx, bash, "--noprofile", "--noediting", "--rcfile", start, "-i")
	}
	cmd.Dir = s.Home.Work()
	cmd.Env = append(s.Environment(s.Home, settings), "ENV="+start, "TERM=dumb", "HSMLAB_EDITOR=plain", "HSMLAB_CLIENT="+how.Client, "HSMLAB_AWS="+how.AWS)
	return cmd, nil
}
