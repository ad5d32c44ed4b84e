package kmu

import "strings"

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
	secret := false
	for _, o := range c.options {
		secret = secret || o.scrubbed != ""
	}
	if !secret {
		return words, true
	}
	kept = append(kept, words[0])
	for rest := words[1:]; len(rest) > 0; {
		o := c.option(rest[0])
		switch {
		case o == nil || o.kind != kindFlag && len(rest) == 1:
			return nil, false
		case o.kind == kindFlag:
			kept, rest = append(kept, rest[0]), rest[1:]
		case o.scrubbed != "":
			kept, rest = append(kept, o.scrubbed), rest[2:]
		default:
			kept, rest = append(kept, rest[:2]...), rest[2:]
		}
	}
	return kept, true
}
