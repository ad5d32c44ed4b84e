package kmu

import (
	"fmt"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// A kind is how the value of an option is read.
type kind int

const (
	kindFlag      kind = iota // has no value
	kindText                  // any word
	kindNumber                // decimal digits, 32 bits
	kindHandle                // a key handle, decimal digits, 64 bits
	kindCode                  // a number as C writes it: 0xdb, 0333, 219
	kindExponent              // an RSA public exponent, with its own complaints
	kindUserIDs               // user ids with commas between
	kindBytes                 // bytes in hex, with or without 0x
	kindFile                  // a file to read, which must not be empty
	kindBytesFile             // a file with bytes in hex
)

// An option is one option of a command.
type option struct {
	name  string // with its dash
	value string // what stands for the value in the syntax line; "" for a flag
	kind  kind
	about string // what its line of the help screen says

	// initial is the default as the help screen says it.
	initial string

	// min and max bound numbers, where max is not 0. A number outside shows the help screen, after this text;
	// outsideAlone leaves the screen out.
	min, max     uint64
	outside      string
	outsideAlone bool

	// scrubbed is what the history has instead of a secret option and its value.
	scrubbed string
}

// A check is one of the conditions that are examined in a fixed order when all words have been read. The
// first that fails prints its text and the help screen.
type check struct {
	requires string // an option that must be given
	text     string
	fails    func(arguments) bool // instead of requires
}

// needs is the check for a required option; what is the thing that the original misses.
func needs(option, what string) check {
	return check{requires: option, text: fmt.Sprintf(textMissing, what, option)}
}

func (c check) refuses(a arguments) bool {
	if c.fails != nil {
		return c.fails(a)
	}
	return !a.has(c.requires)
}

// A refusal is why a line is not run: what is printed, and whether the help screen follows.
type refusal struct {
	text  string
	alone bool // no help screen
}

// arguments are the options of a line by name. A number that is none counts as not given and is not here.
type arguments map[string]value

// value is the value of an option; which field holds it is a matter of its kind.
type value struct {
	text   string
	number uint64
	ids    []hsm.UserID
	data   []byte
}

func (a arguments) has(name string) bool         { _, ok := a[name]; return ok }
func (a arguments) text(name string) string      { return a[name].text }
func (a arguments) number(name string) uint64    { return a[name].number }
func (a arguments) ids(name string) []hsm.UserID { return a[name].ids }
func (a arguments) data(name string) []byte      { return a[name].data }
func (a arguments) key(name string) hsm.Handle   { return hsm.Handle(a[name].number) }

// parse reads the words after a command's name: pairs of option and value from left to right, flags alone. An
// unknown word, an option without its value and a repeated option show the help screen.
func (c *command) parse(words []string, read func(path string) ([]byte, error)) (arguments, *refusal) {
	a, met := arguments{}, map[string]bool{}
	if c.anyWords {
		return a, nil
	}
	var notes strings.Builder
	refused := false
	for len(words) > 0 && !refused {
		o := c.option(words[0])
		if o == nil || met[o.name] || o.kind != kindFlag && len(words) == 1 {
			return nil, &refusal{text: notes.String()}
		}
		met[o.name] = true
		words = words[1:]
		if o.kind == kindFlag {
			a[o.name] = value{}
			continue
		}
		r := o.read(words[0], read)
		words = words[1:]
		if r.verdict == alone {
			return nil, &refusal{text: r.note, alone: true}
		}
		notes.WriteString(r.note)
		refused = refused || r.verdict == refuse
		if r.verdict == given {
			a[o.name] = r.value
		}
	}
	if refused {
		return nil, &refusal{text: notes.String()}
	}
	for _, check := range c.checks {
		if check.refuses(a) {
			return nil, &refusal{text: notes.String() + check.text}
		}
	}
	if notes.Len() > 0 {
		return nil, &refusal{text: notes.String()}
	}
	return a, nil
}

// option finds an option of the command, nil for an unknown one.
func (c *command) option(name string) *option {
	for i := range c.options {
		if c.options[i].name == name {
			return &c.options[i]
		}
	}
	return nil
}

// required reports whether the command cannot do without an option.
func (c *command) required(name string) bool {
	for _, check := range c.checks {
		if check.requires == name {
			return true
		}
	}
	return false
}
