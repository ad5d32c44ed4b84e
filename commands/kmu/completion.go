package kmu

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/shell"
)

// maxSeen is how many handles and labels completion offers, the newest first.
const maxSeen = 50

// seen are the handles and labels that have come up in this session. Completion knows no others: it asks no HSM.
type seen struct{ handles, labels []string }

func (s *seen) handle(h hsm.Handle) { s.handles = newest(s.handles, strconv.FormatUint(uint64(h), 10)) }
func (s *seen) label(l string)      { s.labels = newest(s.labels, l) }

// newest puts a word in front of a list.
func newest(list []string, word string) []string {
	list = slices.DeleteFunc(list, func(w string) bool { return w == word })
	list = slices.Insert(list, 0, word)
	return list[:min(len(list), maxSeen)]
}

// complete suggests words for the last one of a line: commands, then their options, handles and labels.
func (s *session) complete(line string) []shell.Suggestion {
	words := strings.Split(line, " ")
	last := words[len(words)-1]
	words = slices.DeleteFunc(words[:len(words)-1], func(w string) bool { return w == "" })
	if len(words) == 0 {
		return s.completeCommand(last)
	}
	c := s.command(words)
	if c == nil {
		return nil
	}
	if o := c.option(words[len(words)-1]); o != nil && o.kind != kindFlag {
		return s.completeValue(o, last)
	}
	var list []shell.Suggestion
	for i := range c.options {
		o := &c.options[i]
		if strings.HasPrefix(o.name, last) && !slices.Contains(words, o.name) {
			list = append(list, shell.Suggestion{Text: o.name, Description: o.about})
		}
	}
	return list
}

func (s *session) completeCommand(start string) []shell.Suggestion {
	var list []shell.Suggestion
	for i := range s.table {
		if c := &s.table[i]; strings.HasPrefix(c.name, start) {
			list = append(list, shell.Suggestion{Text: c.name, Description: c.summary})
		}
	}
	return list
}

func (s *session) completeValue(o *option, start string) []shell.Suggestion {
	var known []string
	switch {
	case o.kind == kindHandle:
		known = s.seen.handles
	case o.name == "-l":
		known = s.seen.labels
	}
	var list []shell.Suggestion
	for _, w := range known {
		if strings.HasPrefix(w, start) {
			list = append(list, shell.Suggestion{Text: w})
		}
	}
	return list
}
