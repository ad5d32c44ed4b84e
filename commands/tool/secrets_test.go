package tool

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWords(t *testing.T) {
	for line, want := range map[string][]string{
		"":                  {},
		"  ":                {},
		"one":               {"one"},
		"  one\ttwo  three": {"one", "two", "three"},
	} {
		if diff := cmp.Diff(want, Texts(line, Words(line, " \t"))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", line, diff)
		}
	}
}

func TestMask(t *testing.T) {
	for _, test := range []struct {
		secret []Span
		want   string
	}{
		{nil, "one two three"},
		{[]Span{{4, 7}}, "one *** three"},
		{[]Span{{8, 13}, {0, 3}}, "*** two ***"},
		{[]Span{{4, 13}, {4, 7}, {5, 6}}, "one ***"},
	} {
		if got := Mask("one two three", test.secret); got != test.want {
			t.Errorf("%v: %q, want %q", test.secret, got, test.want)
		}
	}
}

func TestNear(t *testing.T) {
	for word, want := range map[string]bool{
		"loginHSM": true, "loginhsm": true, "loginHMS": true, "logiHSM": true, "logn HSM": true, "loginHSMxx": true,
		"adminpw1": false, "listUsers": false, "": false, "login": false,
	} {
		if got := Near(word, "loginHSM"); got != want {
			t.Errorf("%q: %v, want %v", word, got, want)
		}
	}
	if Near("pw", "quit") || Near("exxx", "exit") {
		t.Error("short names are near to anything")
	}
}

func FuzzMask(f *testing.F) {
	f.Add("loginHSM CO admin adminpw1", 18, 26, 3, 5)
	f.Fuzz(func(t *testing.T, line string, a, b, c, d int) {
		if a < 0 || a >= b || b > c || c >= d || d > len(line) {
			t.Skip()
		}
		want := line[:a] + Masked + line[b:c] + Masked + line[d:]
		if got := Mask(line, []Span{{c, d}, {a, b}, {a, a + 1}}); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	})
}
