package kmu

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// A command is one row of the table.
type command struct {
	name     string
	aliases  []string
	headings []string // that stand before it in the list of commands
	summary  string   // its line there
	about    string   // the Description part of its help screen
	options  []option // in the order of the syntax line
	checks   []check  // in the order of the original
	login    bool     // it needs a crypto user who is logged in
	notes    string   // what its help screen ends with
	anyWords bool     // the words after its name do not matter

	// fixed is the whole help screen where the original's is known.
	fixed string

	// run does it and returns the code of its result line, Success where there is none.
	run func(ctx context.Context, s *session, a arguments) hsm.Code
}

// called reports whether the command has this name.
func (c *command) called(name string) bool {
	return c.name == name || slices.Contains(c.aliases, name)
}

// screen is the help screen of a command.
func (c *command) screen() string {
	if c.fixed != "" {
		return c.fixed
	}
	var b strings.Builder
	if len(c.options) == 0 {
		b.WriteString(textNoArguments)
	}
	fmt.Fprintf(&b, "\nDescription:\n\t%s\n", c.about)
	if c.login {
		b.WriteString("\tA crypto user (CU) must be logged in.\n")
	}
	fmt.Fprintf(&b, "\nSyntax: %s\n\n", c.syntax())
	line := func(option, about string) { fmt.Fprintf(&b, "\t%-26s %s\n", option, about) }
	line("-h", "shows this screen")
	for i := range c.options {
		o := &c.options[i]
		line(strings.TrimSpace(o.name+" "+o.value), c.need(o)+o.about)
	}
	b.WriteString(c.notes)
	return b.String()
}

// syntax is the syntax line: what may be left out stands in brackets.
func (c *command) syntax() string {
	words := []string{c.name}
	for i := range c.options {
		o := &c.options[i]
		word := strings.TrimSpace(o.name + " " + o.value)
		if !c.required(o.name) {
			word = "[" + word + "]"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// need says whether an option can be left out.
func (c *command) need(o *option) string {
	switch {
	case c.required(o.name):
		return "(required) "
	case o.initial != "":
		return "(optional, default " + o.initial + ") "
	}
	return "(optional) "
}

// listing is the list of all commands.
func listing(table []command) string {
	var b strings.Builder
	b.WriteString(textListing)
	for i := range table {
		c := &table[i]
		for _, h := range c.headings {
			fmt.Fprintf(&b, "\n\t%s\n", h)
		}
		fmt.Fprintf(&b, "   %-22s %s\n", c.name, c.summary)
	}
	return b.String()
}
