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
