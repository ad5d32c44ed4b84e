package shell

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxHistory is how many lines are kept.
	maxHistory = 1000
	// maxHistoryLine is the longest line that is kept, in bytes.
	maxHistoryLine = 4096
	// maxHistoryFile is how much of a file is looked at, from its end.
	maxHistoryFile = maxHistory * (maxHistoryLine + 1)
)

// History is the lines that were typed in this and earlier sessions, oldest first,
// at most 1,000. They are in one file, for its owner only, one a line; tools that
// run at the same time may share it. A nil History is empty and keeps nothing.
type History struct {
	path  string
	lines []string
}

// OpenHistory reads the file at path, which is created with the first line added.
// Lines that cannot be typed, because they are too long or hold control
// characters, are passed over.
func OpenHistory(path string) (*History, error) {
	h := &History{path: path}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot open the history: %w", err)
	}
	defer f.Close()
	if err := lock(f); err != nil {
		return nil, fmt.Errorf("cannot lock the history %s: %w", path, err)
	}
	text, _, err := tail(f)
	if err != nil {
		return nil, fmt.Errorf("cannot read the history: %w", err)
	}
	h.lines = parseHistory(text)
	return h, nil
}

// Lines returns the lines, oldest first.
func (h *History) Lines() []string {
	if h == nil {
		return nil
	}
	return append([]string(nil), h.lines...)
}

// Add keeps a line, in this session and in the file. An empty line, the same line
// again, and one that cannot be kept are passed over. The caller takes out
// passwords before.
func (h *History) Add(line string) error {
	line = strings.TrimRight(line, " ")
	if h == nil || !keepable(line) || len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return nil
	}
	h.lines = newest(append(h.lines, line))
	if err := h.store(line); err != nil {
		return fmt.Errorf("cannot keep a line in the history: %w", err)
	}
	return nil
}

// store adds the line to the file. Only a file that has grown past its bound, or
// whose last line was cut short, is written anew; what was at its end stays there
// until the new text is in place.
func (h *History) store(line string) (err error) {
	f, err := os.OpenFile(h.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := lock(f); err != nil {
		return err
	}
	if err := f.Chmod(0o600); err != nil {
		return err
	}
	text, size, err := tail(f)
	if err != nil {
		return err
	}
	lines := append(parseHistory(text), line)
	sound := text == "" || strings.HasSuffix(text, "\n")
	if sound && size <= maxHistoryFile && len(lines) <= maxHistory {
		_, err = f.WriteAt([]byte(line+"\n"), size)
		return err
	}
	anew := strings.Join(newest(lines), "\n") + "\n"
	if _, err := f.WriteAt([]byte(anew), 0); err != nil {
		return err
	}
	return f.Truncate(int64(len(anew)))
}

// tail returns the end of a history file, from the start of a line, and its size.
func tail(f *os.File) (text string, size int64, err error) {
	info, err := f.Stat()
	if err != nil {
		return "", 0, err
	}
	start := max(0, info.Size()-maxHistoryFile)
	data, err := io.ReadAll(io.NewSectionReader(f, start, maxHistoryFile))
	if err != nil {
		return "", 0, err
	}
	text = string(data)
	if start > 0 {
		_, text, _ = strings.Cut(text, "\n")
	}
	return text, info.Size(), nil
}

func parseHistory(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSuffix(line, "\n"); keepable(line) {
			lines = append(lines, line)
		}
	}
	return newest(lines)
}

func keepable(line string) bool {
	return line != "" && len(line) <= maxHistoryLine && utf8.ValidString(line) &&
		!strings.ContainsFunc(line, unicode.IsControl)
}

func newest(lines []string) []string {
	return lines[max(0, len(lines)-maxHistory):]
}
