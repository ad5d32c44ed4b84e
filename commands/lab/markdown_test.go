package lab

import (
	"strings"
	"testing"
)

func TestFill(t *testing.T) {
	long := strings.Repeat("word ", 30)
	for name, test := range map[string]struct{ markdown, want string }{
		"a paragraph is one":           {"one\ntwo\n\nthree", "one two\n\nthree"},
		"a long one is folded":         {long, strings.TrimSpace(strings.Repeat("word ", 15)) + "\n" + strings.TrimSpace(strings.Repeat("word ", 15))},
		"items of a list hang":         {"- " + long, "- " + strings.TrimSpace(strings.Repeat("word ", 15)) + "\n  " + strings.TrimSpace(strings.Repeat("word ", 15))},
		"an item goes on":              {"1. one\n   two\n2. three", "1. one two\n2. three"},
		"code stays, indented":         {"text\n```sh\na  b\n```\nmore", "text\n    a  b\nmore"},
		"tables and headings stay":     {"### x\n| a | b |\n| - | - |", "### x\n| a | b |\n| - | - |"},
		"what is quoted stays in line": {strings.Repeat("x ", 35) + "`aws kms list-keys`", strings.TrimSpace(strings.Repeat("x ", 35)) + "\n`aws kms list-keys`"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := fill(test.markdown); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestHang(t *testing.T) {
	got := hang("[x]  1/2  ", strings.TrimSpace(strings.Repeat("word ", 20)))
	want := "[x]  1/2  " + strings.TrimSpace(strings.Repeat("word ", 13)) + "\n          " + strings.TrimSpace(strings.Repeat("word ", 7))
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
