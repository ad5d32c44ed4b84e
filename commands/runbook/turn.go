package runbook

import (
	"regexp"
	"strings"
	"sync"
)

var (
	turnForm   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\$ |\$$|> |` + Prompts + `)(.*)$`) })
	hiddenForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?:[Pp]assword|pass phrase): ?$`) })
)

// Hidden reports whether what is typed behind a prompt is not shown. A runbook has it all the same, for its reader.
func Hidden(prompt string) bool { return hiddenForm().MatchString(prompt) }

// turns cuts a console at its prompts. A prompt at the end with nothing behind it is the one that the last command leaves.
func (p *parser) turns(b fenced) []Turn {
	var list []Turn
	for i, line := range b.lines {
		m := turnForm().FindStringSubmatch(line)
		// The shell's second prompt looks like what a program may print.
		if m != nil && m[1] == PromptMore && !continues(list) {
			m = nil
		}
		switch {
		case m != nil:
			if m[1] == "$" { // an editor has taken the blank
				m[1] = promptShell
			}
			list = append(list, Turn{Line: b.line + i, Prompt: m[1], Typed: strings.TrimSpace(m[2])})
		case len(list) == 0:
			p.fail(b.line+i, "a console begins with a prompt, such as \"$ \"")
			return nil
		default:
			last := &list[len(list)-1]
			last.Output = append(last.Output, line)
		}
	}
	if n := len(list); n > 0 && list[n-1].Typed == "" && len(list[n-1].Output) == 0 {
		list = list[:n-1]
	}
	if len(list) == 0 {
		p.fail(b.line, "the console is empty")
	}
	return list
}

// continues reports whether the shell waits for more of a command: it was typed last and has printed nothing.
func continues(list []Turn) bool {
	if len(list) == 0 {
		return false
	}
	last := list[len(list)-1]
	return (last.Prompt == promptShell || last.Prompt == PromptMore) && len(last.Output) == 0
}
