package lines

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// parser is where in a control sequence or character the output stands.
type parser struct {
	state   state
	pending []byte // of a character or of a control sequence
	start   int    // where pending began
}

type state int

const (
	inText   state = iota
	inEscape       // behind ESC
	inCSI          // behind ESC [
	inString       // of a title or another text for the terminal, until BEL or ESC \
	inStringEscape
	inCharset // behind ESC ( and its like: one more byte
)

// maxSequence bounds a control sequence, bytes; a longer one is none.
const maxSequence = 64

const escape = 0x1b

// Write takes output. It never fails.
func (s *Screen) Write(output []byte) (int, error) {
	for _, b := range output {
		s.take(b)
		s.read++
	}
	return len(output), nil
}

func (s *Screen) take(b byte) {
	p := &s.parser
	if b == escape && p.state != inString {
		s.control(func() { p.state, p.pending = inEscape, nil })
		return
	}
	switch p.state {
	case inText:
		s.text(b)
	case inEscape:
		s.afterEscape(b)
	case inCSI:
		p.pending = append(p.pending, b)
		if b >= 0x40 && b <= 0x7e || len(p.pending) > maxSequence {
			p.state = inText
			s.sequence(string(p.pending[:len(p.pending)-1]), b)
			p.pending = nil
		}
	case inString:
		if b == escape {
			p.state = inStringEscape
		} else if b == '\a' {
			p.state = inText
		}
	case inStringEscape, inCharset:
		p.state = inText
	}
}

// control does what is more than text.
func (s *Screen) control(do func()) {
	if s.Before != nil {
		s.Before()
	}
	do()
}

// text takes a byte that is part of no control sequence.
func (s *Screen) text(b byte) {
	p := &s.parser
	if len(p.pending) == 0 && b < utf8.RuneSelf {
		if b >= ' ' && b != 0x7f {
			s.print(rune(b), s.read)
		} else if !s.alternate {
			s.control(func() { s.key(b) })
		}
		return
	}
	if len(p.pending) == 0 {
		p.start = s.read
	}
	p.pending = append(p.pending, b)
	if !utf8.FullRune(p.pending) {
		return
	}
	r, size := utf8.DecodeRune(p.pending)
	rest := append([]byte(nil), p.pending[size:]...)
	p.pending = nil
	if r >= 0xa0 { // below are control characters
		s.print(r, p.start)
	}
	for _, b := range rest {
		s.text(b)
	}
}

// key does what a control character says. A line break returns the carriage too: terminals are set up so that programs
// need not say both.
func (s *Screen) key(b byte) {
	switch b {
	case '\b':
		s.move(min(s.x, s.columns-1)-1, s.y)
		// A blank at the end is what programs erase with.
		if line := &s.rows[s.y]; s.x == len(line.cells)-1 && line.cells[s.x].text == " " {
			line.cut(s.x)
		}
	case '\t':
		s.tab()
	case '\n', '\v', '\f':
		s.down()
		s.x = 0
	case '\r':
		s.x = 0
	}
}

func (s *Screen) afterEscape(b byte) {
	p := &s.parser
	p.state = inText
	switch {
	case b == '[':
		p.state = inCSI
	case strings.IndexByte("]P_^X", b) >= 0:
		p.state = inString
	case strings.IndexByte("()*+-./#% ", b) >= 0:
		p.state = inCharset
	case s.alternate:
	case b == '7':
		s.savedX, s.savedY = s.x, s.y
	case b == '8':
		s.move(s.savedX, s.savedY)
	case b == 'D' || b == 'E':
		s.key('\n')
	case b == 'M':
		s.move(s.x, s.y-1)
	case b == 'c':
		s.clear()
	}
}

// sequence does what a control sequence says, as far as it is about text.
func (s *Screen) sequence(parameters string, final byte) {
	if final == 'h' || final == 'l' {
		s.set(parameters, final == 'h')
		return
	}
	if s.alternate || strings.ContainsAny(parameters, "<=>?") {
		return
	}
	n := max(1, parameter(parameters, 0))
	line := &s.rows[s.y]
	switch final {
	case 'A':
		s.move(s.x, s.y-n)
	case 'B', 'e':
		s.move(s.x, s.y+n)
	case 'C', 'a':
		s.move(s.x+n, s.y)
	case 'D':
		s.move(min(s.x, s.columns-1)-n, s.y)
	case 'E':
		s.move(0, s.y+n)
	case 'F':
		s.move(0, s.y-n)
	case 'G', '`':
		s.move(n-1, s.y)
	case 'd':
		s.move(s.x, s.top()+n-1)
	case 'H', 'f':
		s.place(n-1, max(1, parameter(parameters, 1))-1)
	case 'J':
		s.eraseDisplay(parameter(parameters, 0))
	case 'K':
		s.eraseLine(parameter(parameters, 0))
	case 'P':
		if end := min(s.x+n, len(line.cells)); s.x < end {
			line.split(s.x)
			line.split(end)
			line.cells = append(line.cells[:s.x], line.cells[end:]...)
		}
	case 'X':
		s.blank(s.x, min(s.x+n, len(line.cells)))
	case '@':
		if s.x < len(line.cells) {
			line.insert(s.x, min(n, s.columns))
			line.cut(s.columns)
		}
	case 's':
		s.savedX, s.savedY = s.x, s.y
	case 'u':
		s.move(s.savedX, s.savedY)
	}
}

// set switches a mode on or off: inserting, and the window that programs have for themselves.
func (s *Screen) set(parameters string, on bool) {
	switch parameters {
	case "4":
		s.insert = on
	case "?47", "?1047", "?1049":
		s.alternate = on
	}
}

// place puts the cursor somewhere in the window. Its upper left corner is where programs go who begin anew.
func (s *Screen) place(row, column int) {
	if row == 0 && column == 0 {
		s.clear()
		return
	}
	s.move(column, s.top()+row)
}

func (s *Screen) eraseDisplay(what int) {
	switch what {
	case 0:
		s.eraseLine(0)
		s.rows = s.rows[:s.y+1]
	case 2:
		x, y := s.x, s.y-s.top()
		s.clear()
		s.move(x, y)
	}
}

func (s *Screen) eraseLine(what int) {
	line := &s.rows[s.y]
	switch what {
	case 0:
		line.cut(s.x)
		line.wrapped = false
	case 1:
		s.blank(0, min(s.x+1, len(line.cells)))
	case 2:
		line.cells, line.wrapped = nil, false
	}
}

func (s *Screen) blank(from, to int) {
	line := &s.rows[s.y]
	if from >= to {
		return
	}
	line.split(from)
	line.split(to)
	copy(line.cells[from:to], blanks(to-from))
}

// parameter is a number of a control sequence, 0 for one that is missing.
func parameter(parameters string, i int) int {
	for range i {
		_, parameters, _ = strings.Cut(parameters, ";")
	}
	first, _, _ := strings.Cut(parameters, ";")
	n, err := strconv.Atoi(first)
	if err != nil || n < 0 {
		return 0
	}
	return min(n, MaxSize)
}
