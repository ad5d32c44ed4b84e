package shell

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSplit(t *testing.T) {
	for name, test := range map[string]struct {
		typed string
		units []string // a last unit of "" is one that has not ended
	}{
		"nothing":                          {"", []string{""}},
		"a line and its end":               {"listUsers\r", []string{"listUsers", "\r"}},
		"two controls":                     {"\r\n", []string{"\r", "\n"}},
		"umlauts are text":                 {"größe\x7f", []string{"größe", "\x7f"}},
		"half a character":                 {"a\xc3", []string{"a", ""}},
		"bytes that are no UTF-8 are text": {"a\xff\xfeb", []string{"a\xff\xfeb"}},
		"an arrow between text":            {"a\x1b[Ab", []string{"a", "\x1b[A", "b"}},
		"an arrow of a keypad":             {"\x1bOAb", []string{"\x1bOA", "b"}},
		"a sequence with parameters":       {"\x1b[1;5Cb", []string{"\x1b[1;5C", "b"}},
		"F1 of the Linux console":          {"\x1b[[Ab", []string{"\x1b[[A", "b"}},
		"the markers of a pasted text":     {"\x1b[200~a\x1b[201~", []string{"\x1b[200~", "a", "\x1b[201~"}},
		"an ESC before something else":     {"\x1bb", []string{"\x1b", "b"}},
		"two ESC":                          {"\x1b\x1b[A", []string{"\x1b", "\x1b[A"}},
		"a lone ESC":                       {"\x1b", []string{""}},
		"the start of a sequence":          {"\x1b[1;", []string{""}},
		"the start of a keypad's sequence": {"\x1bO", []string{""}},
		"a sequence that is broken off":    {"\x1b[1\rb", []string{"\x1b[1", "\r", "b"}},
		"a sequence without end":           {"\x1b[" + strings.Repeat("1", 31), []string{"\x1b[" + strings.Repeat("1", 30), "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			typed := []byte(test.typed)
			for _, want := range test.units {
				n := split(typed)
				if got := string(typed[:n]); got != want {
					t.Fatalf("split(%q) is %q, want %q", typed, got, want)
				}
				typed = typed[n:]
			}
		})
	}
}

func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"listUsers\r", "größe\x7f", "\x1b[1;5C\x1bO", "\x1b[[", "a\xff\xc3", "\x1b[200~x\x1b[201~"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, typed []byte) {
		for len(typed) > 0 {
			n := split(typed)
			if n < 0 || n > len(typed) {
				t.Fatalf("split(%q) is %d", typed, n)
			}
			if n == 0 {
				if typed[0] != escape && utf8.FullRune(typed) || len(typed) > maxSequence {
					t.Fatalf("split(%q) waits for more", typed)
				}
				return
			}
			for _, b := range typed[1:n] {
				if typed[0] != escape && isControl(b) {
					t.Fatalf("split(%q) is %q", typed, typed[:n])
				}
			}
			if more := split(append(typed[:n:n], "\r"...)); more != n && typed[0] != escape {
				t.Fatalf("%q is split at %d if a CR follows, not %d", typed, more, n)
			}
			typed = typed[n:]
		}
	})
}
