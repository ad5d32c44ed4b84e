package kmu

import (
	"slices"
	"strings"
)

// remember keeps a line of a known command in the history, with what its secret options hold taken out. A line
// of a command with secrets that could not be read is not kept: a password may stand anywhere in it.
func (s *session) remember(words []string) {
	c := s.command(words)
	if c == nil || s.env.Remember == nil {
		return
	}
	kept, ok := c.scrub(words)
	if !ok {
		return
	}
	for i, w := range kept[:len(kept)-1] {
		if w == "-l" {
			s.seen.label(kept[i+1])
		}
	}
	s.env.Remember(strings.Join(kept, " "))
}

// scrub replaces secret options and their values. ok is false where they cannot be told for certain.
func (c *command) scrub(words []string) (kept []string, ok bool) {
	secret, ok := c.secrets(words)
	kept = slices.Clone(words)
	for _, at := range slices.Backward(secret) {
		kept = slices.Replace(kept, at-1, at+1, c.option(words[at-1]).scrubbed)
	}
	return kept, ok
}
