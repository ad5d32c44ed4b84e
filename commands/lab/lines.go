package lab

import (
	"slices"
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// A tone is how a text is meant; on a terminal it is a colour.
type tone int

const (
	neutral tone = iota
	fine
	underWay
	wrong
	faint
)

// sgr are the terminal's codes of the tones.
var sgr = [...]string{neutral: "", fine: "32", underWay: "33", wrong: "31", faint: "2"}

// A span is a part of a line.
type span struct {
	text string
	tone tone
}

// A line is a line of a picture.
type line []span

// say is a line, or a cell of a table, of one tone. Control characters in it are shown as question marks.
func say(t tone, texts ...string) line {
	text := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '?'
		}
		return r
	}, strings.Join(texts, ""))
	return line{{text, t}}
}

func (l line) width() int {
	n := 0
	for _, s := range l {
		n += runewidth.StringWidth(s.text)
	}
	return n
}

// cut is the line in so many columns; where it is longer, dots tell so.
func (l line) cut(columns int) line {
	const dots = "..."
	if l.width() <= columns {
		return l
	}
	left := max(0, columns-len(dots))
	var short line
	last := neutral
	for _, s := range l {
		last = s.tone
		w := runewidth.StringWidth(s.text)
		if w > left {
			short = append(short, span{runewidth.Truncate(s.text, left, ""), s.tone})
			break
		}
		short, left = append(short, s), left-w
	}
	return append(short, span{dots[:min(len(dots), columns)], last})
}

// text is the line without colours, or with those of a terminal.
func (l line) text(colours bool) string {
	var b strings.Builder
	for _, s := range l {
		if colours && s.tone != neutral && s.text != "" {
			b.WriteString("\x1b[" + sgr[s.tone] + "m" + s.text + "\x1b[m")
			continue
		}
		b.WriteString(s.text)
	}
	if !colours {
		return strings.TrimRight(b.String(), " ")
	}
	return b.String()
}

// table lays cells out in columns that are two blanks apart.
func table(rows [][]line) []line {
	var widths []int
	for _, r := range rows {
		for i, cell := range r {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], cell.width())
		}
	}
	lines := make([]line, 0, len(rows))
	for _, r := range rows {
		var l line
		for i, cell := range r {
			l = slices.Concat(l, line{{"  ", neutral}}, cell)
			if i < len(r)-1 {
				l = append(l, span{strings.Repeat(" ", widths[i]-cell.width()), neutral})
			}
		}
		lines = append(lines, l)
	}
	return lines
}
