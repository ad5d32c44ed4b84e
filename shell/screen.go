//go:build linux || darwin

package shell

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	prompt "github.com/c-bata/go-prompt"
	"github.com/mattn/go-runewidth"
)

// maxCell is the most bytes in one cell: a character and what is combined with it.
const maxCell = 64

// screen stands between go-prompt and the terminal. go-prompt draws the prompt
// and the line anew for every key; the screen applies that to a picture of the
// lines below the place where the prompt began, and writes only what is different
// (see paint). So a prompt comes out as its bare bytes, and typing as plain echo.
// Colours and titles are left out.
type screen struct {
	out     io.Writer
	columns int

	rows  []row    // the picture that go-prompt has drawn
	at    position // and its cursor
	clear bool     // the whole window is to be cleared first
	muted bool     // nothing is written until the next begin

	shown []string // the cells on the terminal
	shows position // and its cursor
}

// row is one line of the picture. A wide character has an empty cell after it, a
// combining one is in the cell that it belongs to.
type row struct {
	cells   []string
	wrapped bool // the text goes on in the next row without a line break
}

// position counts from where the prompt began. A line that has just been filled
// leaves the cursor at x = columns, where terminals keep it until more text comes.
type position struct{ x, y int }

var _ prompt.ConsoleWriter = (*screen)(nil)

// begin starts an empty picture at the cursor of the terminal.
func (s *screen) begin() {
	*s = screen{out: s.out, columns: s.columns}
}

func (s *screen) WriteStr(text string)    { s.put(text) }
func (s *screen) WriteRawStr(text string) { s.put(text) }
func (s *screen) Write(text []byte)       { s.put(string(text)) }

// WriteRaw is how go-prompt moves on from a row that it has filled. It is no line
// break in the text.
func (s *screen) WriteRaw(text []byte) {
	if string(text) == "\n" && s.at.x >= s.columns {
		s.wrap()
		return
	}
	s.put(string(text))
}

func (s *screen) put(text string) {
	for _, r := range text {
		switch {
		case r == '\n':
			s.row().wrapped = false
			s.at = position{0, s.at.y + 1}
			s.row()
		case r == '\r':
			s.at.x = 0
		case unicode.IsControl(r):
		default:
			s.putRune(r, runewidth.RuneWidth(r))
		}
	}
}

func (s *screen) putRune(r rune, width int) {
	if width == 0 {
		s.combine(r)
		return
	}
	if s.at.x+width > s.columns {
		s.wrap()
	}
	row, x := s.row(), s.at.x
	for len(row.cells) < x+width {
		row.cells = append(row.cells, " ")
	}
	if row.cells[x] == "" {
		row.cells[x-1] = " " // the other half of a wide character
	}
	if end := x + width; end < len(row.cells) && row.cells[end] == "" {
		row.cells[end] = " "
	}
	row.cells[x] = string(r)
	if width == 2 {
		row.cells[x+1] = ""
	}
	s.at.x += width
}

// combine adds a character without width to the one before the cursor, as long as
// that stays within reason.
func (s *screen) combine(r rune) {
	cells := s.row().cells
	x := min(s.at.x, len(cells)) - 1
	if x > 0 && cells[x] == "" {
		x--
	}
	if x >= 0 && len(cells[x]) < maxCell {
		cells[x] += string(r)
	}
}

// wrap goes on in the next row.
func (s *screen) wrap() {
	s.row().wrapped = true
	s.at = position{0, s.at.y + 1}
	s.row()
}

// row returns the row of the cursor.
func (s *screen) row() *row {
	for len(s.rows) <= s.at.y {
		s.rows = append(s.rows, row{})
	}
	return &s.rows[s.at.y]
}

// EraseDown erases what is right of the cursor and below it.
func (s *screen) EraseDown() {
	row := s.row()
	if x := s.at.x; x < len(row.cells) {
		if row.cells[x] == "" {
			row.cells[x-1] = " "
		}
		row.cells = row.cells[:x]
	}
	row.wrapped = false
	s.rows = s.rows[:s.at.y+1]
}

// EraseScreen is Ctrl-L.
func (s *screen) EraseScreen() { s.rows, s.at, s.clear = nil, position{}, true }

func (s *screen) CursorUp(n int)       { s.move(0, -n) }
func (s *screen) CursorDown(n int)     { s.move(0, n) }
func (s *screen) CursorForward(n int)  { s.move(n, 0) }
func (s *screen) CursorBackward(n int) { s.move(-n, 0) }
func (s *screen) ScrollDown()          { s.move(0, 1) }
func (s *screen) ScrollUp()            { s.move(0, -1) }
func (s *screen) CursorGoTo(_, _ int)  { s.at = position{} }

func (s *screen) move(x, y int) {
	if x == 0 && y == 0 {
		return
	}
	s.at.x = min(max(0, s.at.x+x), s.columns-1)
	s.at.y = max(0, s.at.y+y)
	s.row()
}

// The rest is not used by go-prompt, or has no place in a byte-clean stream.

func (s *screen) EraseUp()                           {}
func (s *screen) EraseStartOfLine()                  {}
func (s *screen) EraseEndOfLine()                    {}
func (s *screen) EraseLine()                         {}
func (s *screen) ShowCursor()                        {}
func (s *screen) HideCursor()                        {}
func (s *screen) AskForCPR()                         {}
func (s *screen) SaveCursor()                        {}
func (s *screen) UnSaveCursor()                      {}
func (s *screen) SetTitle(string)                    {}
func (s *screen) ClearTitle()                        {}
func (s *screen) SetColor(_, _ prompt.Color, _ bool) {}

// Flush brings the terminal up to date. A terminal that takes nothing any more
// ends the input; that is noticed there.
func (s *screen) Flush() error {
	if s.muted {
		return nil
	}
	var out strings.Builder
	if s.clear {
		out.WriteString("\x1b[H\x1b[2J")
		s.clear, s.shown, s.shows = false, nil, position{}
	}
	s.paint(&out)
	if out.Len() > 0 {
		io.WriteString(s.out, out.String())
	}
	return nil
}

// resize is for a window whose width has changed: it erases what is shown, which
// the terminal has wrapped anew, and begins again in the same place.
func (s *screen) resize(columns int) {
	n := 0
	for n < len(s.shown) && place(s.shown[:n], s.columns) != s.shows {
		n++
	}
	at := place(s.shown[:n], columns)
	text := "\r\x1b[J"
	if at.y > 0 {
		text = fmt.Sprintf("\x1b[%dA", at.y) + text
	}
	io.WriteString(s.out, text)
	s.columns = columns
	s.begin()
}
