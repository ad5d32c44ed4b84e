// Package lines tells what stands on a terminal, line by line: it does what programs that write lines ask of a terminal,
// and gives the text. A line that is folded since the window is narrow is one line. Of programs that take the whole
// window for themselves nothing is kept.
package lines

import (
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// The size of a window that does not know its own.
const (
	defaultColumns = 80
	defaultRows    = 24
)

// MaxSize bounds the columns and rows of a window.
const MaxSize = 10000

// maxFolded bounds the rows of one line; of a longer one the rest is another line.
const maxFolded = 2000

// maxCell is the most bytes in one cell: a character and what is combined with it.
const maxCell = 64

// A Line is what stands between two line breaks.
type Line struct {
	Text   string
	Marked bool // see Mark
	Note   string
	Origin []int // where each byte of Text was written, bytes from the beginning of all output; -1 if it was not
}

// A Screen is the window of a terminal.
type Screen struct {
	// Before is called before anything but more text changes the screen; nil calls nothing.
	Before func()

	// Printed is where text has been written, in order, bytes from the beginning of all output. Whoever looks at it
	// takes off what is not needed any more.
	Printed []Span

	columns, height int
	rows            []row // those of the window, and the beginning of a line that has not left it whole
	x, y            int   // cursor; x is columns behind a full row
	savedX, savedY  int
	insert          bool
	alternate       bool // a program has the whole window for itself

	read    int // bytes, from the beginning of all output
	parser  parser
	settled []Line
}

type row struct {
	cells   []cell
	wrapped bool // the line goes on in the next row
	marked  bool
	note    string
}

// A cell holds a character and what is combined with it; the second half of a wide one is empty.
type cell struct {
	text string
	from int // origin of text, -1 of a blank that was jumped over
}

// New makes an empty window; 0 is a size that nobody knows.
func New(columns, rows int) *Screen {
	s := &Screen{rows: make([]row, 1)}
	s.Resize(columns, rows)
	return s
}

// Resize gives the window another size. What stands there stays as it is.
func (s *Screen) Resize(columns, rows int) {
	if columns <= 0 {
		columns = defaultColumns
	}
	if rows <= 0 {
		rows = defaultRows
	}
	s.columns, s.height = min(columns, MaxSize), min(rows, MaxSize)
	s.x = min(s.x, s.columns)
	s.scroll()
}

// Mark marks the line that the cursor is in, and adds a note to it, which is no text.
func (s *Screen) Mark(note string) {
	s.rows[s.y].marked = true
	s.rows[s.y].note += note
}

// Folded reports whether the line that the cursor is in goes on in the row below it.
func (s *Screen) Folded() bool { return s.rows[s.y].wrapped }

// Line is the line that the cursor is in.
func (s *Screen) Line() Line {
	first, last := s.y, s.y
	for first > 0 && s.rows[first-1].wrapped {
		first--
	}
	for last+1 < len(s.rows) && s.rows[last].wrapped {
		last++
	}
	return join(s.rows[first : last+1])
}

// Lines are those that stand in the window, those of a program that has the whole window left out.
func (s *Screen) Lines() []Line {
	var list []Line
	for first := 0; first < len(s.rows); {
		last := first
		for last+1 < len(s.rows) && s.rows[last].wrapped {
			last++
		}
		list = append(list, join(s.rows[first:last+1]))
		first = last + 1
	}
	return list
}

// Take gives the lines that have left the window since the last call.
func (s *Screen) Take() []Line {
	list := s.settled
	s.settled = nil
	return list
}

func join(rows []row) Line {
	var l Line
	var text strings.Builder
	size := 0
	for _, r := range rows {
		size += len(r.cells)
	}
	text.Grow(size)
	if size > 0 {
		l.Origin = make([]int, 0, size)
	}
	for _, r := range rows {
		l.Marked = l.Marked || r.marked
		l.Note += r.note
		for _, c := range r.cells {
			text.WriteString(c.text)
			first, size := utf8.DecodeRuneInString(c.text)
			for i := range len(c.text) {
				switch {
				case i >= size || c.from < 0:
					l.Origin = append(l.Origin, -1)
				case first == utf8.RuneError: // stands for a byte that is none of a text
					l.Origin = append(l.Origin, c.from)
				default:
					l.Origin = append(l.Origin, c.from+i)
				}
			}
		}
	}
	l.Text = text.String()
	return l
}

// print puts a character at the cursor.
func (s *Screen) print(r rune, from int) {
	s.printed(from, s.read+1)
	if s.alternate {
		return
	}
	width := runewidth.RuneWidth(r)
	if width == 0 {
		s.combine(r)
		return
	}
	if s.x+width > s.columns && s.x > 0 {
		s.rows[s.y].wrapped = true
		s.down()
		s.x = 0
	}
	line := &s.rows[s.y]
	if line.cells == nil {
		line.cells = make([]cell, 0, min(s.columns, defaultColumns))
	}
	for len(line.cells) < s.x {
		line.cells = append(line.cells, cell{" ", -1})
	}
	if s.insert && s.x < len(line.cells) {
		line.insert(s.x, width)
	}
	line.split(s.x)
	line.split(s.x + width)
	for i := range width {
		if s.x+i == len(line.cells) {
			line.cells = append(line.cells, cell{})
		}
		line.cells[s.x+i] = cell{"", from}
	}
	if r < utf8.RuneSelf {
		line.cells[s.x].text = string([]byte{byte(r)}) // such strings are there already
	} else {
		line.cells[s.x].text = string(r)
	}
	s.x += width
}

func (s *Screen) printed(from, to int) {
	if n := len(s.Printed); n > 0 && s.Printed[n-1].To == from {
		s.Printed[n-1].To = to
		return
	}
	s.Printed = append(s.Printed, Span{from, to})
}

// combine adds a character without width to the one before the cursor, as long as that stays within reason. Its origin
// is not kept.
func (s *Screen) combine(r rune) {
	cells := s.rows[s.y].cells
	x := min(s.x, len(cells)) - 1
	if x > 0 && cells[x].text == "" {
		x--
	}
	if x >= 0 && len(cells[x].text) < maxCell {
		cells[x].text += string(r)
	}
}

// tab goes to the next stop. The stops are those of the whole line, which may be folded: at the end of a row a terminal
// stays there, and the text would be another one for each width of the window.
func (s *Screen) tab() {
	const stop = 8
	at := s.x
	for y := s.y; y > 0 && s.rows[y-1].wrapped; y-- {
		at += s.columns
	}
	s.x += stop - at%stop
	if s.x < s.columns {
		return
	}
	line := &s.rows[s.y]
	line.cells = append(line.cells, blanks(max(0, s.columns-len(line.cells)))...)
	if s.x > s.columns {
		line.wrapped = true
		x := min(s.x-s.columns, s.columns-1)
		s.down()
		s.x = x
	}
}

// split makes blanks of a wide character that a change at x would cut in two.
func (r *row) split(x int) {
	if x > 0 && x < len(r.cells) && r.cells[x].text == "" {
		r.cells[x-1], r.cells[x] = cell{" ", -1}, cell{" ", -1}
	}
}

// insert makes room for n cells.
func (r *row) insert(x, n int) {
	r.split(x)
	r.cells = append(r.cells[:x:x], append(blanks(n), r.cells[x:]...)...)
}

func blanks(n int) []cell {
	list := make([]cell, n)
	for i := range list {
		list[i] = cell{" ", -1}
	}
	return list
}

// cut ends a row at x.
func (r *row) cut(x int) {
	if x < len(r.cells) {
		r.split(x)
		r.cells = r.cells[:x]
	}
}

// down goes one row down, and lets the window scroll at its end.
func (s *Screen) down() {
	s.y++
	if s.y == len(s.rows) {
		s.rows = append(s.rows, row{})
	}
	s.scroll()
}

// scroll takes the lines that have left the window whole.
func (s *Screen) scroll() {
	for first := 0; len(s.rows)-s.height > first; first++ {
		if s.rows[first].wrapped && first < maxFolded {
			continue
		}
		if first >= s.y {
			return
		}
		s.settled = append(s.settled, join(s.rows[:first+1]))
		s.rows = s.rows[first+1:]
		s.y -= first + 1
		s.savedY = max(0, s.savedY-first-1)
		first = -1
	}
}

// top is the first row of the window, as far as it is there.
func (s *Screen) top() int { return max(0, len(s.rows)-s.height) }

// clear begins with an empty window. What stands there has left it.
func (s *Screen) clear() {
	s.settled = append(s.settled, s.Lines()...)
	if n := len(s.settled); n > 0 && s.settled[n-1].Text == "" {
		s.settled = s.settled[:n-1]
	}
	s.rows, s.x, s.y = make([]row, 1), 0, 0
}

// move moves the cursor inside the window.
func (s *Screen) move(x, y int) {
	s.x = min(max(0, x), s.columns-1)
	s.y = min(max(s.top(), y), s.top()+s.height-1)
	for len(s.rows) <= s.y {
		s.rows = append(s.rows, row{})
	}
}
