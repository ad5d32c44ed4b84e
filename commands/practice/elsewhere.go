package practice

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// elsewherePatience bounds how long somebody else's consoles may take to be where they are wanted, real time.
const elsewherePatience = 30 * time.Second

// backPatience is the same for a world that they may not be able to come back to.
const backPatience = 5 * time.Second

func (s *Stage) elsewhereFile() string { return filepath.Join(practiceDir(s.Home), "elsewhere") }

// beginElsewhere opens somebody else's consoles. Their scripts end when the consoles, which go on, are where they are to be.
func (s *Stage) beginElsewhere(ctx context.Context, settings lab.Settings) error {
	ctx, cancel := context.WithTimeout(ctx, elsewherePatience)
	defer cancel()
	if len(s.Book.Elsewhere) > 0 {
		if err := os.MkdirAll(practiceDir(s.Home), 0o700); err != nil {
			return fmt.Errorf("cannot open the other consoles: %w", err)
		}
	}
	for _, script := range s.Book.Elsewhere {
		log, err := os.Create(s.elsewhereFile() + ".log")
		if err != nil {
			return fmt.Errorf("cannot open the other consoles: %w", err)
		}
		defer log.Close()
		cmd := s.script(ctx, settings, script)
		cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = log, log, ownGroup()
		cmd.WaitDelay = time.Second // it has left programs behind, which have its output
		if err := cmd.Start(); err != nil {
			return fmt.Errorf("cannot open the other consoles: %w", err)
		}
		if err := os.WriteFile(s.elsewhereFile(), []byte(strconv.Itoa(cmd.Process.Pid)), 0o600); err != nil {
			return fmt.Errorf("cannot keep the process of the other consoles: %w", err)
		}
		if err := cmd.Wait(); err != nil {
			return fmt.Errorf("%s:%d: the other consoles cannot be opened: %w; see %s", s.Book.File, script.Line, err, log.Name())
		}
	}
	return nil
}

// endElsewhere ends somebody else's consoles, if there are any.
func (s *Stage) endElsewhere() error {
	text, err := os.ReadFile(s.elsewhereFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot end the other consoles: %w", err)
	}
	if pid, err := strconv.Atoi(string(text)); err == nil && pid > 1 {
		endGroup(pid)
	}
	return os.Remove(s.elsewhereFile())
}

// GoOn starts the lab where it does not run, with the other consoles if they were ended with it.
func (s *Stage) GoOn(ctx context.Context) error {
	c, err := lab.Ensure(ctx, s.Home)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := os.Stat(s.elsewhereFile()); err == nil {
		return nil // or the person has ended them
	}
	return s.bringElsewhereBack(ctx, c.Settings())
}

// ErrElsewhere is why somebody else's consoles are not there: they were closed, and the world has changed since they were
// opened first.
var ErrElsewhere = errors.New("other people's consoles, which were open, could not be opened again; 'hsmlab reset' begins anew with them")

// bringElsewhereBack opens somebody else's consoles in a world that may not be as at the beginning. Error: ErrElsewhere.
func (s *Stage) bringElsewhereBack(ctx context.Context, settings lab.Settings) error {
	ctx, cancel := context.WithTimeout(ctx, backPatience)
	defer cancel()
	if err := s.beginElsewhere(ctx, settings); err != nil {
		return errors.Join(ErrElsewhere, s.endElsewhere())
	}
	return nil
}

// Leave ends what goes on beside the lab.
func (s *Stage) Leave() error { return s.endElsewhere() }
