package lines

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// seen is all that a screen has shown, settled or not.
func seen(s *Screen) []string {
	var list []string
	for _, l := range append(s.Take(), s.Lines()...) {
		list = append(list, l.Text)
	}
	return list
}

func TestLines(t *testing.T) {
	for _, test := range []struct{ name, output, want string }{
		{"lines", "one\r\ntwo\r\nthree", "one|two|three"},
		{"a line break alone", "one\ntwo\n", "one|two|"},
		{"a carriage return", "12345\rab", "ab345"},
		{"backspace as an editor erases", "abX\b \bc", "abc"},
		{"erased to its beginning", "> abc\b \b\b \b\b \b", "> "},
		{"backspace at the left", "\b\ba", "a"},
		{"erase to the right", "abcdef\b\b\b\x1b[K", "abc"},
		{"erase to the left", "abcdef\b\b\x1b[1K", "     f"},
		{"erase all", "abc\x1b[2Kd", "   d"},
		{"left and right", "abcd\x1b[3DX\x1b[1CY", "aXcY"},
		{"left without a number", "ab\x1b[DX", "aX"},
		{"a column", "abc\x1b[2GX\x1b[6GY", "aXc  Y"},
		{"colours", "\x1b[1;31mred\x1b[0m", "red"},
		{"bracketed paste", "\x1b[?2004h$ ls\r\n\x1b[?2004l\rfile", "$ ls|file"},
		{"a title", "\x1b]0;user@host\a$ \x1b]2;x\x1b\\ls", "$ ls"},
		{"a bell", "a\ab", "ab"},
		{"a tab", "a\tb", "a       b"},
		{"a tab at the end of a row", "1234567\ta\tb", "1234567 a       b"},
		{"a tab to the end of a row", "123\x1b[11G\tab", "123      " + "       ab"},
		{"a character set", "\x1b(Bab", "ab"},
		{"deleted and inserted", "abcdef\x1b[5D\x1b[2PX\x1b[1@Y", "aXYef"},
		{"inserting", "acd\x1b[2D\x1b[4hb\x1b[4l", "abcd"},
		{"blanked", "abcd\x1b[3D\x1b[2X", "a  d"},
		{"folded", "0123456789abc\r\nx", "0123456789abc|x"},
		{"folded as readline does", "0123456789 \rabc\r\nx", "0123456789abc|x"},
		{"full and no more", "0123456789\r\nx", "0123456789|x"},
		{"folded, and edited in its first row", "0123456789abc\x1b[A\x1b[GX\n\r\n", "X123456789abc|"},
		{"folded, and made short", "0123456789abc\x1b[A\r\x1b[Jx\r\ny", "x|y"},
		{"a menu below the line", "$ li\n\rlistUsers\x1b[A\r\x1b[4C\x1b[Js", "$ lis"},
		{"wide characters", "日本\b\bx", "日x "},
		{"half of a wide character", "日本\x1b[2Gx", " x本"},
		{"combined characters", "e\u0301x", "e\u0301x"},
		{"no text", "a\xffb", "a\ufffdb"},
		{"cut text", "a\xe6\x97b", "a\ufffd\ufffdb"},
		{"control characters in UTF-8", "a\u0085b", "ab"},
		{"a window of its own", "$ vi\r\n\x1b[?1049h\x1b[2J\x1b[Htext\x1b[?1049l$ ", "$ vi|$ "},
		{"cleared", "one\r\ntwo\x1b[H\x1b[2Jthree", "one|two|three"},
		{"cleared below", "one\r\ntwo\x1b[A\x1b[J!", "one!"},
		{"saved and restored", "ab\x1b7cd\x1b8X", "abXd"},
		{"out of bounds", "\x1b[999999999999999999D\x1b[50Aa\x1b[999Cb", "a        b"},
		{"an endless sequence", "\x1b[" + strings.Repeat("1;", 100) + "x", ";" + strings.Repeat("1;", 67) + "x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			columns := 10
			if strings.Contains(test.name, "endless") {
				columns = 1000
			}
			s := New(columns, 5)
			fmt.Fprint(s, test.output)
			if diff := cmp.Diff(test.want, strings.Join(seen(s), "|")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLinesLeaveTheWindow(t *testing.T) {
	s := New(10, 3)
	fmt.Fprint(s, "one\ntwo is folded\nthree\n")
	var gone []string
	for _, l := range s.Take() {
		gone = append(gone, l.Text)
	}
	if diff := cmp.Diff([]string{"one"}, gone); diff != "" { // half of the second one can still be changed
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"two is folded", "three", ""}, seen(s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestALineKnowsWhereItComesFrom(t *testing.T) {
	s := New(10, 5)
	fmt.Fprint(s, "$ \x1b[mab")
	s.Mark("^C")
	fmt.Fprint(s, "\bé")
	l := s.Line()
	if want := (Line{"$ aé", true, "^C", []int{0, 1, 5, 8, 9}}); cmp.Diff(want, l) != "" {
		t.Errorf("%+v, want %+v", l, want)
	}
	fmt.Fprint(s, "\n\x1b[3Cx")
	if l, want := s.Line(), (Line{"   x", false, "", []int{-1, -1, -1, 15}}); cmp.Diff(want, l) != "" {
		t.Errorf("%+v, want %+v", l, want)
	}
}

func TestSomebodyIsToldBeforeTextIsLost(t *testing.T) {
	s := New(80, 5)
	var lines []string
	s.Before = func() { lines = append(lines, s.Line().Text) }
	fmt.Fprint(s, "secret\x1b[6D\x1b[Kx\ny")
	if diff := cmp.Diff([]string{"secret", "secret", "x"}, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestALineWithoutEndIsBounded(t *testing.T) {
	s := New(10, 5)
	for range 3 * maxFolded {
		fmt.Fprint(s, "0123456789")
	}
	if len(s.rows) > maxFolded+s.height+1 {
		t.Errorf("%d rows are kept", len(s.rows))
	}
	if got := len(strings.Join(seen(s), "")); got != 30*maxFolded {
		t.Errorf("%d bytes are there", got)
	}
}

func FuzzScreen(f *testing.F) {
	for _, seed := range []string{"abX\b \bc\r\n", "0123456789 \rabc\x1b[A\x1b[J\x1b[4hx", "日本\x1b[2Gx\x1b[3P\x1b[2@", "\x1b[?1049h\x1b]0;t\a\x1b[?1049l\xff"} {
		f.Add([]byte(seed), uint8(10), uint8(3), uint8(4))
	}
	f.Fuzz(func(t *testing.T, output []byte, columns, rows, at uint8) {
		whole, pieces := New(int(columns), int(rows)), New(int(columns), int(rows))
		whole.Write(output)
		cut := min(int(at), len(output))
		pieces.Write(output[:cut])
		pieces.Resize(int(columns), int(rows))
		pieces.Write(output[cut:])
		lines := append(whole.Take(), whole.Lines()...)
		if diff := cmp.Diff(lines, append(pieces.Take(), pieces.Lines()...)); diff != "" {
			t.Errorf("in pieces (-whole +pieces):\n%s", diff)
		}
		for _, l := range lines {
			if !utf8.ValidString(l.Text) || len(l.Origin) != len(l.Text) {
				t.Fatalf("%+v", l)
			}
			for i, from := range l.Origin {
				if from >= len(output) || from >= 0 && l.Text[i] < utf8.RuneSelf && output[from] != l.Text[i] {
					t.Fatalf("byte %d of %q is said to be byte %d of %q", i, l.Text, from, output)
				}
			}
		}
	})
}
