//go:build linux || darwin

package shell

import (
	"fmt"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// mode says how the kernel treats what is typed.
type mode int

const (
	cooked mode = iota // as the terminal was found: it edits and echoes lines
	hidden             // cooked without echo
	quiet              // no echo and no editing; Ctrl-C and Ctrl-Z are signals still
	raw                // quiet, and every key is only a byte
)

// terminal is the settings of one terminal, which it gives back as it found them.
type terminal struct {
	fd    int
	found unix.Termios

	mu   sync.Mutex
	mode mode
	away bool // the terminal is somebody else's: suspended, or left for good
}

func openTerminal(f *os.File) (*terminal, error) {
	fd := int(f.Fd())
	found, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return nil, fmt.Errorf("cannot get the settings of the terminal: %w", err)
	}
	return &terminal{fd: fd, found: *found}, nil
}

// settings are those found, changed for the mode. Output processing stays, so a
// line feed still returns the carriage.
func (t *terminal) settings(m mode) unix.Termios {
	s := t.found
	if m >= hidden {
		s.Lflag &^= unix.ECHO | unix.ECHONL
	}
	if m >= quiet {
		s.Lflag &^= unix.ICANON
		s.Cc[unix.VMIN], s.Cc[unix.VTIME] = 1, 0
	}
	if m >= raw {
		s.Lflag &^= unix.ISIG | unix.IEXTEN
		s.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP |
			unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	}
	return s
}

// echoes reports whether the terminal was found with its echo on.
func (t *terminal) echoes() bool { return t.found.Lflag&unix.ECHO != 0 }

// set changes the mode; while the terminal is away that is only noted.
func (t *terminal) set(m mode) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.mode = m
	if t.away {
		return nil
	}
	return t.apply(m)
}

// leave gives the terminal back.
func (t *terminal) leave() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.away {
		return nil
	}
	t.away = true
	return t.apply(cooked)
}

// resume takes a terminal back that was left. In the background it belongs to the
// shell, which will continue this process once more when it brings it forward.
func (t *terminal) resume() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	group, err := unix.IoctlGetInt(t.fd, unix.TIOCGPGRP)
	if err == nil && group != unix.Getpgrp() {
		return nil
	}
	t.away = false
	return t.apply(t.mode)
}

func (t *terminal) apply(m mode) error {
	s := t.settings(m)
	if err := unix.IoctlSetTermios(t.fd, setTermios, &s); err != nil {
		return fmt.Errorf("cannot set up the terminal: %w", err)
	}
	return nil
}

// size returns the columns and rows of the window, 0 where it does not know them.
func (t *terminal) size() (columns, rows int) {
	w, err := unix.IoctlGetWinsize(t.fd, unix.TIOCGWINSZ)
	if err != nil {
		return 0, 0
	}
	return int(w.Col), int(w.Row)
}

// sameDevice reports whether f is the terminal whose device file is at path.
func sameDevice(f *os.File, path string) bool {
	a, errA := f.Stat()
	b, errB := os.Stat(path)
	if errA != nil || errB != nil || b.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	x, okX := a.Sys().(*syscall.Stat_t)
	y, okY := b.Sys().(*syscall.Stat_t)
	return okX && okY && x.Rdev == y.Rdev
}

// Hides reports whether a terminal is set up for a line that is not shown, as programs do that ask for a password with
// nothing but the kernel's editing.
func Hides(f *os.File) bool {
	s, err := unix.IoctlGetTermios(int(f.Fd()), getTermios)
	return err == nil && s.Lflag&unix.ECHO == 0 && s.Lflag&unix.ICANON != 0
}
