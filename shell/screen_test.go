//go:build linux || darwin

package shell

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
)

// window is a terminal as far as the screen uses one. It has no bottom.
type window struct {
	columns int
	rows    [][]rune
	x, y    int
}

// Write does what a terminal does with the bytes, and panics at what it does not know.
func (w *window) Write(data []byte) (int, error) {
	text := []rune(string(data))
	for i := 0; i < len(text); i++ {
		switch r := text[i]; r {
		case '\n':
			w.x, w.y = 0, w.y+1 // the driver adds the CR
		case '\r':
			w.x = 0
		case '\b':
			w.x = min(w.x, w.columns-1) - 1
		case '\x1b':
			end := i + 2 + strings.IndexFunc(string(text[i+2:]), func(r rune) bool { return r >= '@' })
			w.control(string(text[i+2:end]), text[end])
			i = end
		default:
			w.put(r)
		}
	}
	return len(data), nil
}

func (w *window) put(r rune) {
	if w.x == w.columns {
		w.x, w.y = 0, w.y+1
	}
	w.grow()
	for len(w.rows[w.y]) <= w.x {
		w.rows[w.y] = append(w.rows[w.y], ' ')
	}
	w.rows[w.y][w.x] = r
	w.x++
}

func (w *window) grow() {
	for len(w.rows) <= w.y {
		w.rows = append(w.rows, nil)
	}
}

func (w *window) control(parameter string, final rune) {
	n, err := strconv.Atoi(parameter)
	if err != nil && parameter != "" {
		panic(parameter)
	}
	switch final {
	case 'A':
		w.y, w.x = w.y-n, min(w.x, w.columns-1)
	case 'C':
		w.x = min(w.x+n, w.columns-1)
	case 'D':
		w.x = min(w.x, w.columns-1) - n
	case 'H':
		w.x, w.y = 0, 0
	case 'J':
		w.grow()
		if n == 2 {
			w.rows = nil
			break
		}
		w.x = min(w.x, w.columns-1)
		if w.x < len(w.rows[w.y]) {
			w.rows[w.y] = w.rows[w.y][:w.x]
		}
		w.rows = w.rows[:w.y+1]
	default:
		panic(fmt.Sprintf("%q", final))
	}
	if w.x < 0 || w.y < 0 {
		panic("the cursor left the window")
	}
}

// picture is what a person sees.
func (w *window) picture() string {
	var b strings.Builder
	for _, row := range w.rows {
		b.WriteString(strings.TrimRight(string(row), " ") + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

// drawn is the same of what go-prompt has drawn.
func (s *screen) drawn() string {
	w := window{}
	for _, row := range s.rows {
		w.rows = append(w.rows, []rune(strings.Join(row.cells, "")))
	}
	return w.picture()
}

// FuzzScreenShowsWhatIsDrawn lets a program draw at random and compares what the
// terminal shows, cursor included. Each byte is an operation; characters are
// narrow, for of a wide one at the edge terminals differ.
func FuzzScreenShowsWhatIsDrawn(f *testing.F) {
	f.Add(uint8(0), []byte("abc\x00"))
	f.Add(uint8(0), []byte("abcdefgh\x01\x00ij\x00\x03\x04\x00"))
	f.Add(uint8(3), []byte("abc\x00\x13\x05x\x00\x06\x00"))
	f.Add(uint8(1), []byte("abcdefghijklm\x00\n\x0fmenu\x00\x0e\x03\x04\x00\x07\x00q"))
	f.Fuzz(func(t *testing.T, width uint8, program []byte) {
		if len(program) > 300 {
			return
		}
		columns := minColumns + int(width%8)
		w := &window{columns: columns}
		s := &screen{out: w, columns: columns}
		for _, op := range append(program, 0) {
			n := int(op >> 4)
			switch op & 0x0f {
			case 0:
				s.Flush()
				if w.picture() != s.drawn() {
					t.Fatalf("the terminal shows\n%s\nwant\n%s", w.picture(), s.drawn())
				}
				if x, y := min(s.at.x, columns-1), s.at.y; (w.x != x || w.y != y) &&
					!(w.x == columns && (s.at == position{0, w.y + 1} || s.at == position{columns, w.y})) {
					t.Fatalf("the cursor is at %d,%d, want %d,%d", w.x, w.y, x, y)
				}
			case 1:
				s.WriteRaw([]byte("\n"))
			case 2:
				s.WriteStr("\n")
			case 3:
				s.CursorUp(n)
			case 4:
				s.CursorBackward(n)
			case 5:
				s.CursorDown(n)
			case 6:
				s.CursorForward(n)
			case 7:
				s.EraseDown()
			case 8:
				if n == 0 {
					s.EraseScreen()
				}
			default:
				s.WriteStr(string(rune('a' + op%26)))
			}
		}
	})
}

// FuzzScreenEmitsTextAsItIs writes a text in pieces, as typing does. The terminal
// must get nothing but the text, however wide it is.
func FuzzScreenEmitsTextAsItIs(f *testing.F) {
	f.Add("aws-cloudhsm>", "listUsers", uint8(0))
	f.Add("12345678", "9 größe 日本語 \u200b\U0001F600", uint8(9))
	f.Add("e\u0301", "\x00\x1b[A\u009b", uint8(3))
	f.Fuzz(func(t *testing.T, first, second string, width uint8) {
		if len(first)+len(second) > 1000 {
			return
		}
		var out bytes.Buffer
		s := &screen{out: &out, columns: minColumns + int(width)}
		var want strings.Builder
		for _, text := range []string{first, second} {
			s.WriteStr(text)
			s.Flush()
			for _, r := range text {
				// What has no width would change a character that is there already.
				if r != '\n' && (r < 0x20 || runewidth.RuneWidth(r) == 0) {
					return
				}
				want.WriteRune(r)
			}
		}
		if out.String() != want.String() {
			t.Errorf("got %q, want %q", out.String(), want.String())
		}
	})
}

func TestACombiningCharacterStaysWithItsLetter(t *testing.T) {
	var out bytes.Buffer
	s := &screen{out: &out, columns: 8}
	s.WriteStr("e\u0301x")
	s.Flush()
	s.CursorBackward(1)
	s.EraseDown()
	s.Flush()
	if want := "e\u0301x\b\x1b[J"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
