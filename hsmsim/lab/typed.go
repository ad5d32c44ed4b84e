package lab

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
)

// maxTypedLog is the size at which the log of what was typed begins anew, bytes; the one before it is kept.
const maxTypedLog = 4 << 20

// maxTypedLine bounds a line of the log, bytes; of a longer one the beginning is kept.
const maxTypedLine = 4096

// A Typed is one line of the log of what was typed in a lab. There are no passwords in it.
type Typed struct {
	Time     time.Time // real
	LabTime  time.Time `json:",omitzero"`
	Tool     string    // that read it: cloudhsm_mgmt_util, key_mgmt_util; shell, configure, aws for a start of a tool; hsmlab
	Line     string
	Terminal bool // it came from a terminal, not from a pipe or file
}

// TypedFile is the log of what was typed in the lab, JSON lines.
func (h Home) TypedFile() string { return filepath.Join(h.Dir, "typed.jsonl") }

// lookAgain is how long a process that adds one line after the other trusts what it knows of the file and of the lab's
// clock, real time.
const lookAgain = 10 * time.Millisecond

// A TypedLog adds to the log of what was typed in a lab. It never fails: what cannot be written is missing.
type TypedLog struct {
	home    Home
	file    *os.File // nil: not opened yet
	clock   *clock.Lab
	changed time.Time // when the manifest that the clock is of was written
	looked  time.Time
}

// OpenTyped opens the log for a process whose lab has this clock.
func OpenTyped(h Home, c clock.State) *TypedLog {
	l := &TypedLog{home: h, clock: clock.Restore(c)}
	if info, err := os.Stat(h.manifest()); err == nil {
		l.changed = info.ModTime()
	}
	return l
}

// Add adds a line, which has no password in it. It is one write, so that tools can add at the same time.
func (l *TypedLog) Add(tool, line string, terminal bool) {
	if len(line) > maxTypedLine {
		line = strings.ToValidUTF8(line[:maxTypedLine], "") + "…"
	}
	now := time.Now()
	if now.Sub(l.looked) > lookAgain {
		l.looked = now
		l.watchClock()
		if l.open() != nil {
			return
		}
	}
	text, err := json.Marshal(Typed{Time: now.UTC(), LabTime: l.clock.Now(), Tool: tool, Line: line, Terminal: terminal})
	if err == nil && l.file != nil {
		l.file.Write(append(text, '\n'))
	}
}

// watchClock looks whether somebody has set the lab's clock: the daemon writes its manifest then.
func (l *TypedLog) watchClock() {
	info, err := os.Stat(l.home.manifest())
	if err != nil || info.ModTime().Equal(l.changed) {
		return
	}
	if m, err := readManifest(l.home); err == nil && m != nil {
		l.changed = info.ModTime()
		l.clock.Close()
		l.clock = clock.Restore(m.Clock)
	}
}

// open makes sure that the file is there, is the one that is written to, and is not too long.
func (l *TypedLog) open() error {
	info, err := os.Stat(l.home.TypedFile())
	if err == nil && info.Size() > maxTypedLog {
		l.rotate()
		err = fs.ErrNotExist
	}
	if l.file != nil {
		own, ownErr := l.file.Stat()
		if err == nil && ownErr == nil && os.SameFile(info, own) {
			return nil
		}
		l.file.Close()
	}
	if l.file, err = os.OpenFile(l.home.TypedFile(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600); err != nil {
		l.file = nil
	}
	return err
}

// rotate puts the file aside. Whoever has the lock does it, if nobody has done it before.
func (l *TypedLog) rotate() {
	f, err := os.Open(l.home.TypedFile())
	if err != nil {
		return
	}
	defer f.Close()
	if lock(f) != nil {
		return
	}
	own, err := f.Stat()
	if info, now := os.Stat(l.home.TypedFile()); errors.Join(err, now) == nil && os.SameFile(info, own) {
		os.Rename(l.home.TypedFile(), l.home.TypedFile()+".1")
	}
}

// Close closes the log.
func (l *TypedLog) Close() {
	l.clock.Close()
	if l.file != nil {
		l.file.Close()
	}
}

// note adds what has happened to the lab's world.
func (h Home) note(c *Client, text string) {
	l := OpenTyped(h, c.Settings().Clock)
	defer l.Close()
	l.Add("hsmlab", text, false)
}

// Typed reads the log of what was typed in the lab, oldest first. What is no whole line of it is passed over.
func (h Home) Typed() ([]Typed, error) {
	var list []Typed
	for _, path := range []string{h.TypedFile() + ".1", h.TypedFile()} {
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read the log of what was typed: %w", err)
		}
		for line := range bytes.Lines(text) {
			var t Typed
			if json.Unmarshal(line, &t) == nil && !t.Time.IsZero() {
				list = append(list, t)
			}
		}
	}
	return list, nil
}
