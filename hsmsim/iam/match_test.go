package iam

import "testing"

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"", "", true}, {"*", "", true}, {"*", "abc", true}, {"a*c", "abc", true}, {"a*c", "abcd", false}, {"a?c", "abc", true}, {"a?c", "ac", false},
		{"*b*", "abc", true}, {"**c", "abc", true}, {"a*b*c", "axxbyybzzc", true}, {"abc", "ab", false}, {"ab", "abc", false}, {"?", "", false},
	} {
		if got := match(c.pattern, c.name); got != c.want {
			t.Errorf("match(%q, %q) is %t", c.pattern, c.name, got)
		}
	}
}
