package cmu

import (
	"slices"
	"sync"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/shell/lines"
)

// blanks separate words. There is no way to have one inside a word.
const blanks = " \t"

// hides tells which words of a line may be a password, from and up to: all behind the command where they are too many or
// too few to tell which one that is.
func (cmd command) hides(words []string) (from, to int) {
	at := cmd.secret()
	switch {
	case at == 0:
		return 0, 0
	case !cmd.takes(words[1:]):
		return 1, len(words)
	case words[at] == hiddenPassword:
		return 0, 0
	}
	return at, at + 1
}

// Secrets tells where in a line that is typed at the tool's prompt passwords stand, or may stand. known is false for a
// line that begins with no command, nor with what may have been meant to be one.
func Secrets(line string) (secret []lines.Span, known bool) {
	words := tool.Words(line, blanks)
	if len(words) == 0 {
		return nil, true
	}
	texts := tool.Texts(line, words)
	for _, mode := range []modes{global, single} {
		if cmd, ok := find(texts[0], mode); ok {
			known = true
			if from, to := cmd.hides(texts); from < to {
				return []lines.Span{{From: words[from].From, To: words[to-1].To}}, true
			}
		}
	}
	if known {
		return nil, true
	}
	for _, cmd := range commands() {
		if !tool.Near(texts[0], cmd.name) {
			continue
		}
		known = true
		if cmd.secret() > 0 && len(words) > 1 {
			return []lines.Span{{From: words[1].From, To: words[len(words)-1].To}}, true
		}
	}
	return nil, known
}

// secretCommands are the names of the commands that take a password.
var secretCommands = sync.OnceValue(func() []string {
	var names []string
	for _, cmd := range commands() {
		if cmd.secret() > 0 {
			names = append(names, cmd.name)
		}
	}
	return names
})

// HasSecret reports whether a command of this name takes a password.
func HasSecret(name string) bool { return slices.Contains(secretCommands(), name) }

// withoutSecrets is a line for the log of what was typed.
func withoutSecrets(line string) string {
	secret, known := Secrets(line)
	if !known {
		return lines.Masked // it may be a password that was meant for another prompt
	}
	return lines.Mask(line, secret)
}
