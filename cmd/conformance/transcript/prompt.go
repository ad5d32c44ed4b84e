package transcript

import (
	"regexp"
	"strings"
)

// How prompts look in a text: also those of other vendors' builds and of pages that set them differently.
var (
	cmuPrompt   = regexp.MustCompile(`^ *(?:aws-cloudhsm|cloudmgmt|server ?[0-9]*)> *(.*)$`)
	kmuPrompt   = regexp.MustCompile(`^ *(?:\* )?Command:(?: +(.*))?$`)
	shellPrompt = regexp.MustCompile(`^(?:\[[^\]]*\]|[A-Za-z0-9_.@:/~-]+)?[$#] +(.*)$`)
)

// How CMU's prompt looks at the end of its output. KMU's is kmuReady.
var cmuReady = regexp.MustCompile(`(?:aws-cloudhsm|server[0-9]+)> *$`)

// kmuReady has two blanks, which tells it from the line "Command: <words>" of singlecmd.
const kmuReady = "Command:  "

// EndsInPrompt reports whether tool, as far as out goes, is back at its own prompt, so that a line may be typed. For the
// tools Configure and Shell either tool's prompt counts, since the command run may have started one.
func EndsInPrompt(out, tool string) bool {
	last := out[strings.LastIndexByte(out, '\n')+1:]
	return tool != KMU && cmuReady.MatchString(last) || tool != CMU && strings.HasSuffix(last, kmuReady)
}

// afterPrompt returns what follows the prompt of a line, trimmed.
func afterPrompt(prompt *regexp.Regexp, line string) (rest string, ok bool) {
	parts := prompt.FindStringSubmatch(line)
	if parts == nil {
		return "", false
	}
	return strings.TrimSpace(parts[1]), true
}

// isBarePrompt reports whether the line is only a prompt of CMU or KMU.
func isBarePrompt(line string) bool {
	for _, prompt := range []*regexp.Regexp{cmuPrompt, kmuPrompt} {
		if rest, ok := afterPrompt(prompt, line); ok && rest == "" {
			return true
		}
	}
	return false
}

// startsWithPrompt reports whether a tool that the shell has started printed its prompt at the start of this line.
func startsWithPrompt(line string) bool {
	return isBarePrompt(line) || cmuPrompt.MatchString(line) || strings.HasPrefix(line, kmuReady)
}
