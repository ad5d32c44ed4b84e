package kmu

import (
	"slices"
	"sync"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/shell/lines"
)

// secrets tells which words of a line are passwords. ok is false where that cannot be told for certain.
func (c *command) secrets(words []string) (at []int, ok bool) {
	if !c.hasSecret() {
		return nil, true
	}
	for i := 1; i < len(words); i++ {
		o := c.option(words[i])
		if o == nil || o.kind != kindFlag && i+1 == len(words) {
			return nil, false
		}
		if o.kind != kindFlag {
			i++
		}
		if o.scrubbed != "" {
			at = append(at, i)
		}
	}
	return at, true
}

func (c *command) hasSecret() bool {
	return slices.ContainsFunc(c.options, func(o option) bool { return o.scrubbed != "" })
}

// Secrets tells where in a line that is typed at the tool's prompt passwords stand, or may stand. known is false for a
// line that begins with no command, nor with what may have been meant to be one.
func Secrets(line string) (secret []lines.Span, known bool) { return secretsIn(commands(), line) }

func secretsIn(table []command, line string) (secret []lines.Span, known bool) {
	words := tool.Words(line, blanks)
	if len(words) == 0 {
		return nil, true
	}
	at, known := secretWords(table, tool.Texts(line, words))
	for _, i := range at {
		secret = append(secret, words[i])
	}
	if len(at) == len(words)-1 && len(at) > 0 { // all of them may be one, so the blanks between them, too
		secret = []lines.Span{{From: words[1].From, To: words[len(words)-1].To}}
	}
	return secret, known
}

// ArgumentSecrets tells which of the tool's arguments are passwords, or may be.
func ArgumentSecrets(args []string) []int {
	skip := 0
	for _, word := range []string{"Cfm3Util", "singlecmd"} {
		if skip < len(args) && args[skip] == word {
			skip++
		}
	}
	login, rest := cutLogin(args[skip:])
	table := commands()
	secret, _ := secretWords(table, login)
	found, _ := secretWords(table, rest)
	for _, at := range found {
		secret = append(secret, at+len(login))
	}
	for i := range secret {
		secret[i] += skip
	}
	return secret
}

// secretWords tells which words of a command are passwords: all behind the command where that cannot be told.
func secretWords(table []command, words []string) (at []int, known bool) {
	if len(words) == 0 {
		return nil, true
	}
	secret := false
	if c := find(table, words); c != nil {
		found, ok := c.secrets(words)
		if ok {
			return found, true
		}
		known, secret = true, true
	} else {
		for i := range table {
			if c := &table[i]; tool.Near(words[0], c.name) {
				known, secret = true, secret || c.hasSecret()
			}
		}
	}
	for i := 1; secret && i < len(words); i++ {
		at = append(at, i)
	}
	return at, known
}

// secretCommands are the names of the commands that take a password.
var secretCommands = sync.OnceValue(func() []string {
	var names []string
	for _, c := range commands() {
		if c.hasSecret() {
			names = append(append(names, c.name), c.aliases...)
		}
	}
	return names
})

// HasSecret reports whether a command of this name takes a password.
func HasSecret(name string) bool { return slices.Contains(secretCommands(), name) }

// withoutSecrets is a line for the log of what was typed.
func (s *session) withoutSecrets(line string) string {
	secret, known := secretsIn(s.table, line)
	if !known {
		return lines.Masked // it may be a password that was meant for another prompt
	}
	return lines.Mask(line, secret)
}
