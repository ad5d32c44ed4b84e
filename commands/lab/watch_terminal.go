package lab

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// What a terminal is told.
const (
	enterScreen = "\x1b[?1049h\x1b[?25l" // the other screen, without a cursor
	leaveScreen = "\x1b[?25h\x1b[?1049l"
	goHome      = "\x1b[H"
	clearLine   = "\x1b[K"
	clearBelow  = "\x1b[J"
)

// sizeCheck is how often the window's size is looked at, real time.
const sizeCheck = 100 * time.Millisecond

// watchOnTerminal draws the picture in place until ctx ends, or q or Ctrl-C is typed, and gives the terminal back as it
// was.
func watchOnTerminal(ctx context.Context, name, program string, sights <-chan sight) error {
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	if in := int(os.Stdin.Fd()); term.IsTerminal(in) {
		found, err := term.MakeRaw(in)
		if err != nil {
			return fmt.Errorf("cannot set up the terminal: %w", err)
		}
		defer term.Restore(in, found)
		go func() {
			defer leave()
			untilQuit(os.Stdin)
		}()
	}
	io.WriteString(os.Stdout, enterScreen)
	defer io.WriteString(os.Stdout, leaveScreen)
	colours := os.Getenv("NO_COLOR") == ""
	sizes := time.NewTicker(sizeCheck)
	defer sizes.Stop()
	var s sight
	var columns, rows int
	for seen := false; ; {
		select {
		case <-ctx.Done():
			return nil
		case s = <-sights:
			seen = true
		case <-sizes.C:
			c, r := windowSize(os.Stdout)
			if !seen || c == columns && r == rows {
				continue
			}
		}
		columns, rows = windowSize(os.Stdout)
		if _, err := io.WriteString(os.Stdout, frame(name, program, s, columns, rows, colours)); err != nil {
			return nil // the terminal is gone
		}
	}
}

// untilQuit returns when q, Ctrl-C or Ctrl-D is typed or nothing can be any more.
func untilQuit(in io.Reader) {
	const ctrlC, ctrlD = 3, 4
	keys := make([]byte, 64)
	for {
		n, err := in.Read(keys)
		if err != nil || slices.ContainsFunc(keys[:n], func(k byte) bool { return k == 'q' || k == 'Q' || k == ctrlC || k == ctrlD }) {
			return
		}
	}
}

// windowSize is that of a terminal, or a usual one.
func windowSize(terminal *os.File) (columns, rows int) {
	columns, rows, err := term.GetSize(int(terminal.Fd()))
	if err != nil || columns <= 0 || rows <= 0 {
		return defaultColumns, defaultRows
	}
	return columns, rows
}

// frame is what a terminal has to be told to show a sight in the place of the last one. Each line is cleared before it
// is written: after one that fills its row the cursor still stands on its last character.
func frame(name, program string, s sight, columns, rows int, colours bool) string {
	const keys = "q ends"
	title, lines := s.show(name, columns, rows-2)
	if room := columns - title.width() - len(keys); room > 1 {
		title = slices.Concat(title, say(neutral, strings.Repeat(" ", room)), say(faint, keys))
	}
	if len(lines) > 0 {
		lines = append([]line{{}}, lines...)
	}
	lines = append([]line{title}, lines...)
	if h := hint(program, s); len(lines)+2 <= rows {
		lines = append(lines, line{}, say(faint, h).cut(columns))
	}
	lines = lines[:min(len(lines), rows)]
	out := goHome + clearLine + strings.Join(texts(lines, colours), "\r\n"+clearLine)
	if len(lines) < rows {
		out += "\r\n" + clearBelow
	}
	return out
}

// hint is what somebody who sees this for the first time may try in another window. program is how hsmlab is called
// there.
func hint(program string, s sight) string {
	if s.view == nil {
		return "'" + program + " up' starts it, and this goes on"
	}
	if s.practised {
		return "'" + program + " check' grades"
	}
	if len(s.view.Faults) > 0 {
		return "'" + program + " fault clear' takes the faults back"
	}
	for _, c := range s.view.Clusters {
		for _, h := range slices.Backward(c.HSMs) {
			if h.State == scenario.StateUp && len(outOfStep(&c)) == 0 {
				return "in another window, try: " + program + " fault add down " + h.Address
			}
		}
	}
	return ""
}
