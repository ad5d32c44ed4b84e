package practice

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/hsmlab/hsmlab/commands/runbook"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// A State is what is being practised in a lab, and how far it has come.
type State struct {
	File  string // of the runbook, as its messages name it
	Text  []byte // of the runbook, as it is practised here
	Seed  uint64 `json:",omitempty"`
	Begun time.Time
	Hints int // that were shown
	Tries int // checks
	Exam  bool
	Until time.Time `json:",omitzero"` // end of the exam, real time
	Done  time.Time `json:",omitzero"` // when all goals were met, or the exam was over

	Undone int // snapshots of undo that were made so far
}

func stateFile(h lab.Home) string { return filepath.Join(h.Dir, "practice", "state.json") }

// ErrNothing is why there is nothing to check, hint at or solve.
var ErrNothing = errors.New("nothing is being practised in this lab; 'hsmlab practice' lists what there is")

// ReadState tells what is being practised in a lab. Error: ErrNothing.
func ReadState(h lab.Home) (*State, *runbook.Runbook, error) {
	text, err := os.ReadFile(stateFile(h))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, ErrNothing
	}
	st := &State{}
	if err == nil {
		err = json.Unmarshal(text, st)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read what is being practised: %w", err)
	}
	book, err := runbook.Parse(st.File, st.Text)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read what is being practised: %w", err)
	}
	return st, book, nil
}

// Write keeps the state.
func (st *State) Write(h lab.Home) error {
	text, err := json.MarshalIndent(st, "", "  ")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(stateFile(h)), 0o700)
	}
	if err == nil {
		err = lab.WriteFile(stateFile(h), text, 0o600)
	}
	if err != nil {
		return fmt.Errorf("cannot keep what is being practised: %w", err)
	}
	return nil
}

// Over reports whether the time of an exam has passed.
func (st *State) Over(now time.Time) bool { return st.Exam && !now.Before(st.Until) }
