package lines

import "testing"

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

func TestMaskFrom(t *testing.T) {
	if got := MaskFrom("one two three", 4, []Span{{0, 3}, {2, 5}, {8, 13}}); got != "***wo ***" {
		t.Errorf("%q", got)
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
