package practice

import (
	"context"
	"errors"
	"fmt"
	"os/exec"

	"github.com/hsmlab/hsmlab/commands/runbook"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// Playing is how a solution is played.
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

// shell is a shell that consoles can be played in.
func (s *Stage) shell(ctx context.Context, settings lab.Settings, how Playing) (*exec.Cmd, error) {
	cmd, err := runbook.Shell(ctx, s.Home.Run, s.ShellStart(s.Home)+runbook.Start())
	if err != nil {
		return nil, err
	}
	cmd.Dir = s.Home.Work()
	cmd.Env = append(append(s.Environment(s.Home, settings), cmd.Env...), "HSMLAB_CLIENT="+how.Client, "HSMLAB_AWS="+how.AWS)
	return cmd, nil
}
