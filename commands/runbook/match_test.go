package runbook

import "testing"

func TestMatches(t *testing.T) {
	for name, test := range map[string]struct {
		want, seen []string
		ok         bool
	}{
		"the same":                              {[]string{"a", "b"}, []string{"a", "b"}, true},
		"blanks at the ends and empty lines":    {[]string{"a", "", "\tb "}, []string{"  a", "b", ""}, true},
		"another line":                          {[]string{"a", "b"}, []string{"a", "c"}, false},
		"a line too few":                        {[]string{"a", "b"}, []string{"a"}, false},
		"a line too many":                       {[]string{"a"}, []string{"a", "b"}, false},
		"any lines at the end":                  {[]string{"a", "..."}, []string{"a", "b", "c"}, true},
		"any lines are perhaps none":            {[]string{"a", "...", "b"}, []string{"a", "b"}, true},
		"any lines in the middle":               {[]string{"a", "...", "c"}, []string{"a", "b", "c"}, true},
		"the first that fits is not the right":  {[]string{"...", "b", "c"}, []string{"b", "x", "b", "c"}, true},
		"any lines, but the last is missing":    {[]string{"...", "c"}, []string{"a", "b"}, false},
		"anything in a line":                    {[]string{"id ... of x"}, []string{"id 17 of x"}, true},
		"anything at the start of a line":       {[]string{"...: 3"}, []string{"sum: 3"}, true},
		"what stands twice is taken once":       {[]string{"ab...ab"}, []string{"ab"}, false},
		"two of anything":                       {[]string{"a...b...c"}, []string{"a1b2c"}, true},
		"order matters":                         {[]string{"a...b...c"}, []string{"a1c2b3c x"}, false},
		"nothing against something":             {nil, []string{"error"}, false},
		"late says it otherwise":                {[]string{"Cluster Error Status", "Node id 1 and err state 0x00000000 : HSM Return: SUCCESS"}, []string{"\tCluster Status:", "\tNode id 1 status: 0x00000000 : HSM Return: SUCCESS"}, true},
		"late says something else":              {[]string{"Node id 1 and err state 0x00000000 : HSM Return: SUCCESS"}, []string{"\tNode id 1 status: 0x00000085 : HSM Return: SUCCESS"}, false},
		"a book that shows late, played in old": {[]string{"cluster. AWS does NOT synchronize these changes automatically with the"}, []string{"cluster. Cav server does NOT synchronize these changes with the"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if ok := matches(test.want, test.seen); ok != test.ok {
				t.Errorf("matches is %t", ok)
			}
		})
	}
}
