package aws

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// arity is how many words an option takes.
type arity int

const (
	flag arity = iota
	one
	many     // all up to the next option, none included
	optional // one or none
)

// option is an option of a command line.
type option struct {
	name    string // with the two dashes
	takes   arity
	choices []string // of its words; nil takes any
}

// given are the options of a command line with their words, in the order in which they came first. Of an option
// that comes twice the last counts.
type given struct {
	order []string
	words map[string][]string
}

func (g *given) has(name string) bool { return g.words[name] != nil }

// last is the word of an option that takes one; "" where it is not given.
func (g *given) last(name string) string {
	if w := g.words[name]; len(w) > 0 {
		return w[0]
	}
	return ""
}

var negativeNumber = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^-\d+$|^-\d*\.\d+$`) })

// scanOptions takes the options of a table out of a command line, wherever they stand, and gives the other words
// in their order. Options may be shortened as long as they stay unique, and carry their word behind an equals
// sign.
func scanOptions(args []string, table []option) (*given, []string, error) {
	g := &given{words: map[string][]string{}}
	var rest []string
	for i := 0; i < len(args); {
		name, word, joined := strings.Cut(args[i], "=")
		opt, err := match(table, args[i], name)
		if err != nil {
			return nil, nil, err
		}
		i++
		if opt == nil {
			rest = append(rest, args[i-1])
			continue
		}
		words := []string{}
		if joined {
			words = append(words, word)
		} else if opt.takes != flag {
			for i < len(args) && !isOption(args[i], table) && (opt.takes == many || len(words) == 0) {
				words = append(words, args[i])
				i++
			}
		}
		if joined && opt.takes == flag {
			return nil, nil, misused("argument %s: ignored explicit argument '%s'", opt.name, word)
		}
		if opt.takes == one && len(words) == 0 {
			return nil, nil, misused("argument %s: expected one argument", opt.name)
		}
		if opt.choices != nil && len(words) > 0 && !slices.Contains(opt.choices, words[0]) {
			return nil, nil, badChoice(opt.name, words[0], opt.choices)
		}
		if !g.has(opt.name) {
			g.order = append(g.order, opt.name)
		}
		g.words[opt.name] = words
	}
	return g, rest, nil
}

// match finds the option that a word is or shortens; nil if it is none of the table.
func match(table []option, arg, name string) (*option, error) {
	if !strings.HasPrefix(arg, "--") || len(arg) == 2 {
		return nil, nil
	}
	var found []string
	var last *option
	for i := range table {
		if table[i].name == name {
			return &table[i], nil
		}
		if strings.HasPrefix(table[i].name, name) {
			last = &table[i]
			found = append(found, last.name)
		}
	}
	if len(found) > 1 {
		return nil, misused("ambiguous option: %s could match %s", arg, strings.Join(found, ", "))
	}
	return last, nil
}

// isOption says whether a word cannot be the word of an option before it.
func isOption(arg string, table []option) bool {
	if len(arg) < 2 || arg[0] != '-' || negativeNumber().MatchString(arg) {
		return false
	}
	name, _, _ := strings.Cut(arg, "=")
	if slices.ContainsFunc(table, func(o option) bool { return o.name == name }) {
		return true
	}
	return !strings.Contains(arg, " ")
}

// positional takes the first word that is no option out of a command line.
func positional(args []string, what string, choices []string) (string, []string, error) {
	for i, arg := range args {
		if isOption(arg, nil) {
			continue
		}
		if !slices.Contains(choices, arg) {
			return "", nil, badChoice(what, arg, choices)
		}
		return arg, slices.Concat(args[:i], args[i+1:]), nil
	}
	return "", nil, misused("the following arguments are required: %s", what)
}
