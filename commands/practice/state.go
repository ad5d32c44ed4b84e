package practice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/commands/runbook"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// A State is how far the practice of a runbook has come in a lab.
type State struct {
	File  string // of the runbook, as its messages name it
	Text  []byte // of the runbook, as it is practised here
	Seed  int64  `json:",omitempty"`
	Begun time.Time
	Hints int       // that were shown
	Shown bool      // the solution was played
	Exam  bool      `json:",omitempty"`
	Until time.Time `json:",omitzero"` // end of the exam, real time
	Best  int       // points, the most so far
	Done  time.Time `json:",omitzero"` // when all goals were met first
	Marks []mark    `json:",omitempty"`
	Made  int       `json:",omitempty"` // marks so far
}

// practiceDir holds what belongs to practice in a lab: a directory for each runbook, and the name of the current one.
func practiceDir(h lab.Home) string { return filepath.Join(h.Dir, "practice") }

func currentFile(h lab.Home) string { return filepath.Join(practiceDir(h), "current") }

func (s *Stage) dir() string       { return filepath.Join(practiceDir(s.Home), s.Book.Name) }
func (s *Stage) begun() string     { return filepath.Join(s.dir(), "begun") } // the files that the setup has left, as they were
func (s *Stage) start() string     { return filepath.Join(s.dir(), "start.tar.gz") }
func (s *Stage) left() string      { return filepath.Join(s.dir(), "left.tar.gz") }
func (s *Stage) stateFile() string { return filepath.Join(s.dir(), "state.json") }

// ErrNothing is why there is nothing to check, hint at or solve.
var ErrNothing = errors.New("nothing is being practised in this lab; 'hsmlab practice' lists what there is")

// Current tells what is being practised in a lab. Error: ErrNothing.
func Current(h lab.Home) (*State, *runbook.Runbook, error) {
	name, err := os.ReadFile(currentFile(h))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, ErrNothing
	}
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read what is being practised: %w", err)
	}
	return readState(filepath.Join(practiceDir(h), filepath.Base(strings.TrimSpace(string(name))), "state.json"))
}

func readState(file string) (*State, *runbook.Runbook, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, ErrNothing
	}
	st := &State{}
	if err == nil {
		err = json.Unmarshal(text, st)
	}
	var book *runbook.Runbook
	if err == nil {
		book, err = runbook.Parse(st.File, st.Text)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read what is being practised: %w", err)
	}
	return st, book, nil
}

// Keep writes the state and makes the runbook the current one.
func (s *Stage) Keep(st *State) error {
	text, err := json.MarshalIndent(st, "", "  ")
	if err == nil {
		err = os.MkdirAll(s.dir(), 0o700)
	}
	if err == nil {
		err = lab.WriteFile(s.stateFile(), text, 0o600)
	}
	if err == nil {
		err = lab.WriteFile(currentFile(s.Home), []byte(s.Book.Name+"\n"), 0o600)
	}
	if err != nil {
		return fmt.Errorf("cannot keep what is being practised: %w", err)
	}
	return nil
}

// forget makes no runbook the current one while the world is replaced: it belongs to none.
func (s *Stage) forget() error {
	if err := os.Remove(currentFile(s.Home)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot make room for the runbook: %w", err)
	}
	return nil
}

// Begin sets the runbook up, from its beginning.
func (s *Stage) Begin(ctx context.Context, st *State) error {
	if err := os.RemoveAll(s.dir()); err != nil {
		return fmt.Errorf("cannot make room for the runbook: %w", err)
	}
	if err := s.Set(ctx, true); err != nil {
		return err
	}
	if err := s.markStart(ctx, st); err != nil {
		return err
	}
	return s.Keep(st)
}

// Over reports whether the time of an exam has passed.
func (st *State) Over(now time.Time) bool { return st.Exam && !now.Before(st.Until) }

// BeginAgain goes back to the beginning, whatever state the lab is in. Hints that were shown stay shown, and the time of an
// exam goes on.
func (s *Stage) BeginAgain(ctx context.Context, st *State) error {
	if err := s.reset(ctx); err != nil {
		return err
	}
	if !st.Exam {
		st.Begun, st.Done, st.Best, st.Shown = time.Now(), time.Time{}, 0, false
	}
	if err := s.markStart(ctx, st); err != nil {
		return err
	}
	return s.Keep(st)
}

// PutBy keeps the world as it stands, so that the runbook can be gone on with later.
func (s *Stage) PutBy(ctx context.Context) error {
	if err := s.endElsewhere(); err != nil {
		return err
	}
	if err := lab.SaveTo(ctx, s.Home, s.left()); err != nil {
		return fmt.Errorf("cannot put runbook %s by: %w", s.Book.Name, err)
	}
	return s.forget()
}

// TakeUp goes on with a runbook that was put by. The state is nil where there is none to go on with.
func (s *Stage) TakeUp(ctx context.Context) (*State, error) {
	if _, err := os.Stat(s.left()); err != nil {
		return nil, nil
	}
	st, book, err := readState(s.stateFile())
	if err != nil {
		return nil, nil // what was put by is damaged
	}
	c, err := lab.LoadFrom(ctx, s.Home, s.left())
	if err != nil {
		return nil, nil // likewise
	}
	defer c.Close()
	s.Book = book
	if err := os.Remove(s.left()); err != nil {
		return nil, fmt.Errorf("cannot go on with runbook %s: %w", s.Book.Name, err)
	}
	if err := s.Keep(st); err != nil {
		return nil, err
	}
	return st, s.bringElsewhereBack(ctx, c.Settings())
}
