// Package cast reads and writes recordings of terminals as asciinema does it, version 2 of its format: a header and then
// events, each a line of JSON.
package cast

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// MaxSize bounds a recording, bytes.
const MaxSize = 64 << 20

// maxWindow bounds the columns and rows of a window.
const maxWindow = 10000

// A Header is what a recording begins with.
type Header struct {
	Version   int               `json:"version"` // 2
	Width     int               `json:"width"`   // columns
	Height    int               `json:"height"`  // rows
	Timestamp int64             `json:"timestamp,omitempty"`
	Command   string            `json:"command,omitempty"` // "" for a shell
	Title     string            `json:"title,omitempty"`
	Env       map[string]string `json:"env,omitempty"`
}

// A Kind says what has happened.
type Kind string

// What can happen: the program has written, somebody has typed, the window has another size.
const (
	Output Kind = "o"
	Input  Kind = "i"
	Resize Kind = "r"
)

// An Event is something that has happened so long after the beginning, with its text.
type Event struct {
	After time.Duration
	Kind  Kind
	Text  string // of Resize: columns, x, rows
}

// Append adds the event's line to a recording. Bytes that are no text are replaced.
func (e Event) Append(recording []byte) []byte {
	text, _ := json.Marshal(strings.ToValidUTF8(e.Text, "\ufffd")) // text has no errors
	return fmt.Appendf(recording, "[%.6f, %q, %s]\n", e.After.Seconds(), e.Kind, text)
}

// Line is the header's line.
func (h Header) Line() ([]byte, error) {
	h.Version = 2
	line, err := json.Marshal(h)
	return append(line, '\n'), err
}

// Window is the size that a Resize event tells.
func (e Event) Window() (columns, rows int, err error) {
	c, r, _ := strings.Cut(e.Text, "x")
	columns, err1 := strconv.Atoi(c)
	rows, err2 := strconv.Atoi(r)
	if errors.Join(err1, err2) != nil || columns < 0 || rows < 0 || columns > maxWindow || rows > maxWindow {
		return 0, 0, fmt.Errorf("%q is no size of a window: 80x24 is one, %d is the limit", e.Text, maxWindow)
	}
	return columns, rows, nil
}

// Is reports whether a text begins as a recording does.
func Is(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	var h Header
	return json.Unmarshal(line, &h) == nil && h.Version != 0
}

// Read reads a recording. Its last line may be cut short, as that of a recording that was killed; any other line that is
// not understood is an error, which names it. Events of unknown kinds are left out, and empty lines.
func Read(r io.Reader) (Header, []Event, error) {
	var h Header
	var events []Event
	in := bufio.NewReader(io.LimitReader(r, MaxSize+1))
	size, number := 0, 0
	for {
		line, err := in.ReadBytes('\n')
		cut := errors.Is(err, io.EOF)
		if err != nil && !cut {
			return h, nil, fmt.Errorf("cannot read the recording: %w", err)
		}
		number++
		if size += len(line); size > MaxSize {
			return h, nil, fmt.Errorf("the recording has more than %d bytes", MaxSize)
		}
		if err := h.readLine(line, number, &events); err != nil && (!cut || number == 1) {
			return h, nil, fmt.Errorf("line %d of the recording: %w", number, err)
		}
		if cut {
			return h, events, nil
		}
	}
}

func (h *Header) readLine(line []byte, number int, events *[]Event) error {
	if number == 1 {
		return h.read(line)
	}
	if len(bytes.TrimSpace(line)) == 0 {
		return nil
	}
	e, err := readEvent(line)
	if err != nil {
		return err
	}
	if n := len(*events); n > 0 && e.After < (*events)[n-1].After {
		e.After = (*events)[n-1].After // clocks are set back
	}
	switch e.Kind {
	case Resize:
		if _, _, err := e.Window(); err != nil {
			return err
		}
		fallthrough
	case Output, Input:
		*events = append(*events, e)
	}
	return nil
}

func (h *Header) read(line []byte) error {
	if err := json.Unmarshal(line, h); err != nil {
		return fmt.Errorf("it is no header: %w", err)
	}
	switch {
	case h.Version != 2:
		return fmt.Errorf("it is of version %d, only 2 is known", h.Version)
	case h.Width < 0 || h.Height < 0 || h.Width > maxWindow || h.Height > maxWindow:
		return fmt.Errorf("a window of %dx%d: %d is the limit", h.Width, h.Height, maxWindow)
	}
	return nil
}

// maxSeconds bounds the time of an event, a year.
const maxSeconds = 365 * 24 * 3600

func readEvent(line []byte) (Event, error) {
	var e Event
	var fields []json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil {
		return e, fmt.Errorf("it is no event: %w", err)
	}
	if len(fields) != 3 {
		return e, fmt.Errorf("an event has 3 fields, not %d", len(fields))
	}
	var seconds float64
	if err := errors.Join(json.Unmarshal(fields[0], &seconds), json.Unmarshal(fields[1], &e.Kind), json.Unmarshal(fields[2], &e.Text)); err != nil {
		return e, fmt.Errorf("it is no event: %w", err)
	}
	if math.IsNaN(seconds) || seconds < 0 || seconds > maxSeconds {
		return e, fmt.Errorf("time %g: 0 to %d seconds are allowed", seconds, maxSeconds)
	}
	e.After = time.Duration(seconds * float64(time.Second))
	return e, nil
}

// Complete is how much of some output is whole characters: the first bytes of the last one may be there already.
func Complete(output []byte) int {
	for back := 1; back < utf8.UTFMax && back <= len(output); back++ {
		at := len(output) - back
		if utf8.RuneStart(output[at]) {
			if !utf8.FullRune(output[at:]) {
				return at
			}
			break
		}
	}
	return len(output)
}
