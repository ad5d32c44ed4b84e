// Package record keeps what happens on a terminal: as a recording with its times, and as a text that says what stood
// there line by line. Passwords do not get into either. It knows no command: whoever records tells where in a line
// passwords stand.
package record

import (
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/shell/lines"
)

// Secrets tells where in a line passwords stand, and where what somebody has typed begins, as far as that can be told.
// typed says that somebody has typed while it stood there.
type Secrets func(line string, typed bool) (from int, secret []lines.Span)

// Passwords that are looked for wherever they turn up again: as many, and so long at least, bytes.
const (
	maxKnown = 1000
	minKnown = 6
)

// A Transcript is what stands on a terminal, line by line, without passwords.
type Transcript struct {
	screen  *lines.Screen
	secrets Secrets
	known   []string // passwords
}

// NewTranscript begins with an empty window; 0 is a size that nobody knows.
func NewTranscript(columns, rows int, s Secrets) *Transcript {
	return &Transcript{screen: lines.New(columns, rows), secrets: s}
}

// Output is what a program has written.
func (t *Transcript) Output(output string) {
	for piece := range strings.Lines(output) {
		before, ended := strings.CutSuffix(piece, "\n")
		t.screen.Write([]byte(before))
		if ended && !t.screen.Folded() {
			t.learn(t.screen.Line())
		}
		if ended {
			t.screen.Write([]byte("\n"))
		}
	}
}

// Typed says that somebody types these keys. Ctrl-C, and Ctrl-D in place of a line, stand at the end of the line in which
// they are pressed, since often nothing else tells of them.
func (t *Transcript) Typed(keys string) {
	note := ""
	switch {
	case strings.HasSuffix(keys, "\x03"):
		note = "^C"
	case keys == "\x04" && !t.screen.Line().Marked:
		note = "^D"
	}
	t.screen.Mark(note)
}

// Resize says that the window has another size.
func (t *Transcript) Resize(columns, rows int) { t.screen.Resize(columns, rows) }

// Take gives the lines that cannot change any more, each once.
func (t *Transcript) Take() []string { return t.masked(t.screen.Take()) }

// Rest is the lines that stand in the window. The last one is empty where the cursor is in a new one.
func (t *Transcript) Rest() []string { return t.masked(t.screen.Lines()) }

func (t *Transcript) masked(list []lines.Line) []string {
	var texts []string
	for _, l := range list {
		_, secret := t.find(l)
		text := lines.Mask(l.Text, secret)
		if !strings.HasSuffix(text, l.Note) {
			text += l.Note
		}
		texts = append(texts, text)
	}
	return texts
}

// find tells where in a line passwords stand, also those that have been seen before.
func (t *Transcript) find(l lines.Line) (from int, secret []lines.Span) {
	from, secret = t.secrets(l.Text, l.Marked)
	for _, word := range t.known {
		for at := 0; ; {
			i := strings.Index(l.Text[at:], word)
			if i < 0 {
				break
			}
			secret = append(secret, lines.Span{From: at + i, To: at + i + len(word)})
			at += i + len(word)
		}
	}
	return from, secret
}

// learn remembers the passwords of a line that is complete.
func (t *Transcript) learn(l lines.Line) {
	_, secret := t.secrets(l.Text, l.Marked)
	for _, s := range secret {
		word := strings.Trim(l.Text[s.From:s.To], `'"`)
		if len(word) < minKnown || strings.ContainsAny(word, " \t") || strings.Trim(word, "*") == "" {
			continue
		}
		if !slices.Contains(t.known, word) && len(t.known) < maxKnown {
			t.known = append(t.known, word)
		}
	}
}
