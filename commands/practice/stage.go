// Package practice is what a person who practises has: a lab with a runbook's world, how far they have come in it, and what
// they have mastered so far. It prints nothing; commands/lab does.
package practice

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/hsmlab/hsmlab/commands/runbook"
	"github.com/hsmlab/hsmlab/hsmsim/config"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// A Stage is a lab that a runbook is played or practised in.
type Stage struct {
	Home lab.Home
	Book *runbook.Runbook
	Seed int64 // of the ids that the world makes up, 0 for random ones

	// Environment is the environment of the lab's shell, for programs that prepare the world.
	Environment func(lab.Home, lab.Settings) []string

	// ShellStart is what a POSIX shell reads at its start to be the lab's.
	ShellStart func(lab.Home) string
}

// Set gives the lab the world that the runbook begins with: its scenario, what its setup does, and an empty working directory
// but for what the setup leaves in it. With keep it can be reset to quickly.
func (s *Stage) Set(ctx context.Context, keep bool) error {
	if err := s.forget(); err != nil { // the setup may do what a person who is examined may not
		return err
	}
	if err := s.endElsewhere(); err != nil {
		return err
	}
	if err := s.choose(); err != nil {
		return err
	}
	c, err := lab.Reset(ctx, s.Home)
	if err != nil {
		return err
	}
	settings := c.Settings()
	c.Close()
	for _, dir := range []string{s.Home.Work(), s.begun()} {
		if err := lab.ClearDir(dir); err != nil {
			return fmt.Errorf("cannot make room for the runbook: %w", err)
		}
	}
	for _, script := range s.Book.Setup {
		cmd := s.script(ctx, settings, script)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s:%d: the setup fails: %w\n%s", s.Book.File, script.Line, err, out)
		}
	}
	if err := os.CopyFS(s.begun(), os.DirFS(s.Home.Work())); err != nil {
		return fmt.Errorf("cannot keep the runbook's files: %w", err)
	}
	if keep {
		if err := lab.SaveTo(ctx, s.Home, s.start()); err != nil {
			return fmt.Errorf("cannot keep the beginning: %w", err)
		}
	}
	return s.beginElsewhere(ctx, settings)
}

// choose makes the runbook's scenario the lab's.
func (s *Stage) choose() error {
	w, err := s.Book.Scenario()
	if err != nil {
		return err
	}
	text, err := w.YAML()
	if err != nil {
		return err
	}
	if err := s.Home.ChooseText(s.Book.File, text); err != nil || s.Seed == 0 {
		return err
	}
	return s.Home.ChooseSeed(s.Seed)
}

// reset goes back to the beginning, whatever state the lab is in.
func (s *Stage) reset(ctx context.Context) error {
	if err := s.endElsewhere(); err != nil {
		return err
	}
	c, err := lab.LoadFrom(ctx, s.Home, s.start())
	if err != nil {
		return s.Set(ctx, true) // the snapshot is gone or damaged
	}
	defer c.Close()
	return s.beginElsewhere(ctx, c.Settings())
}

// script is a shell that runs a script in the working directory.
func (s *Stage) script(ctx context.Context, settings lab.Settings, script runbook.Script) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "sh", "-e")
	cmd.Stdin = strings.NewReader(script.Text)
	cmd.Dir = s.Home.Work()
	cmd.Env = append(s.Environment(s.Home, settings), "HSMLAB_AWS=own")
	return cmd
}

// Grade tells how each goal stands.
func (s *Stage) Grade(ctx context.Context) ([]runbook.Grade, error) {
	c, err := lab.Ensure(ctx, s.Home)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	view, err := c.View(ctx)
	if err != nil {
		return nil, err
	}
	founded, err := s.Book.Scenario()
	if err != nil {
		return nil, err
	}
	w := &runbook.World{View: view, Dir: s.Home.Work(), Begun: s.begun(), Decrypt: c.Decrypt, Fitting: c.Fitting,
		MinimumNodes: s.minimumNodes}
	for _, f := range founded.Clusters {
		w.Founded = append(w.Founded, f.ID)
	}
	return s.Book.Grade(ctx, w), nil
}

func (s *Stage) minimumNodes() (int, error) {
	cfg, err := config.ReadClient(config.ClientPath(s.Home.Prefix()))
	if err != nil {
		return 0, err
	}
	return cfg.MinimumNodes(), nil
}
