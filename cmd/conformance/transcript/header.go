package transcript

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	headerEnd      = "# ---"
	maxHeaderLines = 1000
)

var headerLine = regexp.MustCompile(`^# ([a-z0-9@-]+):(?: (.*))?$`)

// header is the state of reading one header: the file so far, and where in the order of keys it stands.
type header struct {
	file *File
	line int
	rank int
	at   string         // what follows the @ in the key users@ID
	seen map[string]int // by key as it is written: its first line
}

// Parse reads one transcript. An error names the line and the key that it is about; nothing is guessed or mended.
func Parse(data []byte) (*File, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("the transcript has %d bytes, the limit is %d", len(data), MaxSize)
	}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("line %d: the transcript is not UTF-8", invalidLine(string(data)))
	}
	h := &header{file: &File{}, seen: map[string]int{}}
	rest := string(data)
	for more := true; more; {
		var line string
		line, rest, more = strings.Cut(rest, "\n")
		h.line++
		if line == headerEnd {
			h.file.Text = rest
			if err := h.finish(); err != nil {
				return nil, err
			}
			return h.file, nil
		}
		if err := h.read(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", h.line, err)
		}
	}
	return nil, fmt.Errorf("line %d: the header has no end, the line %q", h.line, headerEnd)
}

func invalidLine(data string) int {
	for i, line := range strings.Split(data, "\n") {
		if !utf8.ValidString(line) {
			return i + 1
		}
	}
	return 0
}

// read takes one header line.
func (h *header) read(line string) error {
	if h.line > maxHeaderLines {
		return fmt.Errorf("the header is longer than %d lines", maxHeaderLines)
	}
	parts := headerLine.FindStringSubmatch(line)
	if parts == nil {
		return errors.New("not a header line of the form \"# key: value\"")
	}
	key, value := parts[1], parts[2]
	if err := h.enter(key, value, line == "# "+key+":"); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

// enter checks that key may stand here and hands its value to the field. bare says that nothing follows the colon.
func (h *header) enter(key, value string, bare bool) error {
	name, at, _ := strings.Cut(key, "@")
	if name != key {
		name += "@"
	}
	rank, field, ok := lookup(name)
	switch {
	case !ok:
		return errors.New("no such key")
	case rank < h.rank:
		return errors.New("stands too late: keys stand in a fixed order")
	case !field.many && h.seen[key] != 0:
		return fmt.Errorf("stands already in line %d", h.seen[key])
	case h.file.Check == None && rank >= len(about):
		return errors.New("cannot stand in a file with check: none")
	case bare && key != Visible:
		return errors.New("has no value")
	case !bare && (value == "" || value != strings.Trim(value, " \t\r")):
		return errors.New("the value is empty or has blanks at its ends")
	}
	h.rank, h.at = rank, at
	if h.seen[key] == 0 {
		h.seen[key] = h.line
	}
	return field.set(h, value)
}

// finish checks what can only be known when the whole header has been read.
func (h *header) finish() error {
	required := []string{"source", "tool", "variant", "generation", "check"}
	if h.file.Check == None {
		required = append(required, "why-none")
	} else {
		required = append(required, "servers", "users")
	}
	for _, key := range required {
		if h.seen[key] == 0 {
			return fmt.Errorf("line %d: the key %s is missing", h.line, key)
		}
	}
	return h.checkKeys()
}
