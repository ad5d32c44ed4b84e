//go:build linux || darwin

package shell

import (
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"
)

// paint writes the difference between what the terminal shows and the picture.
// Text that has been added at the end is written as it is.
func (s *screen) paint(out *strings.Builder) {
	want := s.text()
	same := 0
	for same < min(len(want), len(s.shown)) && want[same] == s.shown[same] {
		same++
	}
	if same < len(want) || same < len(s.shown) {
		from := place(want[:same], s.columns)
		if same < len(s.shown) || from != s.shows {
			if from.x >= s.columns {
				// Nothing but text brings a cursor behind the last column.
				same--
				from = place(want[:same], s.columns)
			}
			s.goTo(out, from)
			if same < len(s.shown) {
				out.WriteString("\x1b[J")
			}
		}
		out.WriteString(strings.Join(want[same:], ""))
		s.shown, s.shows = want, place(want, s.columns)
	}
	s.goTo(out, s.at)
}

// text is the picture as a terminal has to be told it: cells and line breaks.
func (s *screen) text() []string {
	rows := s.rows
	for len(rows) > s.at.y+1 && len(rows[len(rows)-1].cells) == 0 {
		rows = rows[:len(rows)-1]
	}
	var text []string
	for i, row := range rows {
		for _, cell := range row.cells {
			if cell != "" {
				text = append(text, cell)
			}
		}
		last, before := i == len(rows)-1, i == len(rows)-2
		// A filled row needs no line break if text follows, or nothing at all.
		if !last && !(row.wrapped && (before || len(rows[i+1].cells) > 0)) {
			text = append(text, "\n")
		}
	}
	return text
}

// place returns where the cursor of a terminal is after the text.
func place(text []string, columns int) position {
	var at position
	for _, cell := range text {
		if cell == "\n" {
			at = position{0, at.y + 1}
			continue
		}
		width := cellWidth(cell)
		if at.x+width > columns {
			at = position{0, at.y + 1}
		}
		at.x += width
	}
	return at
}

// cellWidth is the width of the character that the cell begins with; what follows
// is combined with it.
func cellWidth(cell string) int {
	for _, r := range cell {
		return runewidth.RuneWidth(r)
	}
	return 0
}

// goTo moves the cursor of the terminal. It goes down with line breaks, which
// scroll the window where necessary.
func (s *screen) goTo(out *strings.Builder, to position) {
	from := s.shows
	filled := from.x >= s.columns
	if from == to || filled && to == (position{0, from.y + 1}) {
		return
	}
	to.x = min(to.x, s.columns-1)
	s.shows = to
	switch {
	case to.y > from.y:
		out.WriteString(strings.Repeat("\n", to.y-from.y))
		from.x, filled = 0, false
	case to.y < from.y:
		fmt.Fprintf(out, "\x1b[%dA", from.y-to.y)
	}
	if filled || to.x == 0 && from.x != 0 {
		out.WriteByte('\r')
		from.x = 0
	}
	switch {
	case to.x == from.x-1:
		out.WriteByte('\b')
	case to.x < from.x:
		fmt.Fprintf(out, "\x1b[%dD", from.x-to.x)
	case to.x > from.x:
		fmt.Fprintf(out, "\x1b[%dC", to.x-from.x)
	}
}
