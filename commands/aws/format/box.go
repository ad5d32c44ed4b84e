package format

import (
	"bytes"
	"math"
	"strings"

	"github.com/mattn/go-runewidth"
)

// wide counts characters that are wide in some terminals as two.
var wide = runewidth.Condition{EastAsianWidth: true}

// width is the room that a text takes. Control characters take one.
func width(text string) int {
	n := 0
	for _, r := range text {
		n += max(1, wide.RuneWidth(r))
	}
	return n
}

// padding is what a field has around its text: two blanks before it, one after, and the line.
const padding = 4

// turn makes a table narrower that is too wide: objects that stand alone get a line for each member.
func (t *table) turn(limit int) {
	if t.width() <= limit {
		return
	}
	for _, s := range t.sections {
		if len(s.rows) != 1 || len(s.columns) == 0 {
			continue
		}
		var turned [][]string
		for i, column := range s.columns {
			turned = append(turned, []string{column, s.rows[0][i]})
		}
		s.columns, s.rows = nil, turned
	}
}

func (t *table) width() int {
	widest := 0
	for _, s := range t.sections {
		widest = max(widest, s.width())
	}
	return widest
}

// width is the least width of a box with the lines of those around it.
func (s *section) width() int {
	total := 2
	for _, w := range s.widths() {
		total += w
	}
	if s.titled {
		total = max(total, width(s.title)+2)
	}
	return total + 2*s.depth
}

// widths are the least widths of a box's columns.
func (s *section) widths() []int {
	var widths []int
	for _, row := range append([][]string{s.columns}, s.rows...) {
		for i, field := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], width(field)+padding)
		}
	}
	return widths
}

// scaled are the widths of a box's columns that make it as wide as the table.
func (s *section) scaled(room int) []int {
	widths := s.widths()
	sum := 0
	for _, w := range widths {
		sum += w
	}
	off := -room
	for i, w := range widths {
		widths[i] = int(math.RoundToEven(float64(room) / float64(sum) * float64(w)))
		off += widths[i]
	}
	for i := 0; off > 0; i = (i + 1) % len(widths) {
		widths[i]--
		off--
	}
	for i := len(widths) - 1; off < 0; i = (i + len(widths) - 1) % len(widths) {
		widths[i]++
		off++
	}
	return widths
}

func (t *table) render() []byte {
	var out bytes.Buffer
	full := t.width()
	out.WriteString(strings.Repeat("-", full) + "\n")
	for _, s := range t.sections {
		edge := strings.Repeat("|", s.depth)
		line := func(text string) { out.WriteString(edge + text + edge + "\n") }
		inner := full - 2*s.depth
		if s.titled {
			line(centre(s.title, inner, "|"))
			if len(s.columns) == 0 && len(s.rows) == 0 {
				line("+" + strings.Repeat("-", inner-2) + "+")
			}
		}
		if len(s.widths()) == 0 {
			continue
		}
		widths := s.scaled(inner)
		rule := border(widths)
		if len(s.columns) > 0 {
			line(rule)
			line(head(s.columns, widths))
		}
		line(rule)
		for _, row := range s.rows {
			line(fields(row, widths))
		}
		line(rule)
	}
	return out.Bytes()
}

func border(widths []int) string {
	var b strings.Builder
	for i, w := range widths {
		if i == 0 {
			b.WriteString("+")
			w--
		}
		b.WriteString(strings.Repeat("-", max(0, w-1)) + "+")
	}
	return b.String()
}

func head(columns []string, widths []int) string {
	var b strings.Builder
	left := "|"
	for i, c := range columns {
		b.WriteString(centre(c, widths[i], left))
		left = ""
	}
	return b.String()
}

// centre puts a text into the middle of a field that has a line on its right and may have one on its left.
func centre(text string, room int, left string) string {
	length := width(text)
	before := max(0, room/2-length/2-1)
	return left + strings.Repeat(" ", before) + text + strings.Repeat(" ", max(0, room-1-len(left)-before-length)) + "|"
}

func fields(row []string, widths []int) string {
	var b strings.Builder
	for i, field := range row {
		left := ""
		if i == 0 {
			left = "|"
		}
		b.WriteString(left + "  " + field + strings.Repeat(" ", max(0, widths[i]-3-len(left)-width(field))) + "|")
	}
	return b.String()
}
