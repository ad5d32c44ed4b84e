package practice

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// Progress is what a person has mastered, by the names of runbooks.
type Progress map[string]*Record

// A Record is how far a person has come with one runbook.
type Record struct {
	Begun  time.Time     `json:",omitzero"` // first
	Solved time.Time     `json:",omitzero"` // first, by themselves
	Best   time.Duration `json:",omitempty"`
	Hints  int           `json:",omitempty"` // that were shown before it was first solved
	Points int           // the most so far
	Of     int           // all there are
	Exam   *ExamRecord   `json:",omitempty"` // the last one
}

// An ExamRecord is the outcome of an exam.
type ExamRecord struct {
	Ended      time.Time
	Points, Of int
}

// progressFile is the person's, whatever labs they practise in.
func progressFile(getenv func(string) string) (string, error) {
	if dir := getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "hsmlab", "progress.json"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("cannot find the home directory, where progress is kept: %w", err)
	}
	return filepath.Join(home, ".local", "share", "hsmlab", "progress.json"), nil
}

// ReadProgress tells what a person has mastered.
func ReadProgress(getenv func(string) string) (Progress, error) {
	file, err := progressFile(getenv)
	if err != nil {
		return nil, err
	}
	p := Progress{}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the progress in %s: %w", file, err)
	}
	return p, nil
}

// Note changes the record of one runbook and keeps it.
func Note(getenv func(string) string, name string, change func(*Record)) error {
	p, err := ReadProgress(getenv)
	if err != nil {
		return err
	}
	if p[name] == nil {
		p[name] = &Record{}
	}
	change(p[name])
	file, err := progressFile(getenv)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(p, "", "  ")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(file), 0o700)
	}
	if err == nil {
		err = lab.WriteFile(file, text, 0o600)
	}
	if err != nil {
		return fmt.Errorf("cannot keep the progress: %w", err)
	}
	return nil
}
