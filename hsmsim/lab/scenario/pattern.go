package scenario

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled when it is first needed: every tool has this package in it, and
// few ever read a scenario.
func pattern(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
