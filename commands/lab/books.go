package lab

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/commands/practice"
	"github.com/hsmlab/hsmlab/commands/runbook"
	"github.com/hsmlab/hsmlab/docs"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// newStage is a lab in which a runbook is played or practised.
func newStage(h lab.Home, book *runbook.Runbook) *practice.Stage {
	return &practice.Stage{Home: h, Book: book, Environment: environment, ShellStart: func(h lab.Home) string {
		var b strings.Builder
		writeShellCommon(&b, h)
		return b.String()
	}}
}

// passingLab is a lab of its own for what is played once, with a function that removes it.
func passingLab(name string) (lab.Home, func(), error) {
	dir, err := os.MkdirTemp("", "hsmlab-run-*")
	if err != nil {
		return lab.Home{}, nil, fmt.Errorf("cannot make a lab to play in: %w", err)
	}
	h, err := lab.Locate(func(name string) string {
		if name == "HSMLAB_HOME" {
			return filepath.Join(dir, name)
		}
		return os.Getenv(name)
	}, "")
	return h, func() {
		os.RemoveAll(dir)
		os.RemoveAll(h.Run)
	}, err
}

// books are hsmlab's own runbooks, in the order of their numbers.
func books() ([]*runbook.Runbook, error) {
	files, err := fs.Glob(docs.Runbooks, "runbooks/*.md")
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var list []*runbook.Runbook
	for _, file := range files {
		text, err := docs.Runbooks.ReadFile(file)
		if err != nil {
			return nil, err
		}
		book, err := runbook.Parse(path.Base(file), text)
		if err != nil {
			return nil, err
		}
		list = append(list, book)
	}
	return list, nil
}

// bookText finds a runbook: a file, or one of hsmlab's own by its name.
func bookText(name string) (file string, text []byte, err error) {
	if strings.HasSuffix(name, ".md") || strings.ContainsRune(name, filepath.Separator) {
		text, err := readBook(name)
		return name, text, err
	}
	list, err := books()
	if err != nil {
		return "", nil, err
	}
	for _, b := range list {
		if b.Name == name {
			text, err := docs.Runbooks.ReadFile("runbooks/" + b.File)
			return b.File, text, err
		}
	}
	return "", nil, fmt.Errorf("there is no runbook %s; 'hsmlab practice' lists them", name)
}

// readBook reads a runbook's file.
func readBook(file string) ([]byte, error) { return readBounded(file, "runbook", runbook.MaxSize) }

// readBounded reads a file that somebody wrote; one that is too long is cut, but still too long.
func readBounded(file, what string, most int64) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("cannot read the %s: %w", what, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read the %s: %w", what, err)
	}
	return text, nil
}

// errAnyBook is the end of a command that has said which of its files are wrong.
var errAnyBook = errors.New("not all of them are right")
