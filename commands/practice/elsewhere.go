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

// Leave ends what goes on beside the lab.
func (s *Stage) Leave() error { return s.endElsewhere() }
