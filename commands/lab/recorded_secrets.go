package lab

import (
	"regexp"
	"strings"
	"sync"

	"github.com/hsmlab/hsmlab/commands/cmu"
	"github.com/hsmlab/hsmlab/commands/kmu"
	"github.com/hsmlab/hsmlab/shell/lines"
	"github.com/hsmlab/hsmlab/shell/record"
)

var (
	cmuPrompt = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:aws-cloudhsm|server\d+)>`) })
	kmuPrompt = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^Command: {1,2}`) })

	// typedAhead is how a line with a password begins that has no prompt, as what is typed before there is one. What the
	// tools print begins otherwise.
	typedAhead = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\s*(?:\w+\s+(?:-|[A-Z]{2,5}\s)|(?:sudo\s+)?\S*\bkey_mgmt_util\s)`)
	})

	// shellPrompt is what stands at the end of most shells' prompts.
	shellPrompt = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[$#%>] `) })
)

// recordedSecrets finds passwords on a terminal in the lab. mark is what the prompts of its shell begin with.
func recordedSecrets(mark string) record.Secrets {
	return func(line string, typed bool) (from int, secret []lines.Span) {
		if end := cmuPrompt().FindStringIndex(line); end != nil {
			secret, _ := cmu.Secrets(line[end[1]:])
			return end[1], shifted(secret, end[1])
		}
		if end := kmuPrompt().FindStringIndex(line); end != nil {
			secret, _ := kmu.Secrets(line[end[1]:])
			return end[1], shifted(secret, end[1])
		}
		switch {
		case typed || strings.HasPrefix(line, mark) || strings.HasPrefix(line, "> "):
		case typedAhead().MatchString(line):
			return 0, shellSecrets(line)
		default:
			return 0, awsSecrets(line)
		}
		from = behindPrompt(line, mark)
		return from, append(shellSecrets(line), shifted(shellSecrets(line[from:]), from)...)
	}
}

// behindPrompt is where in a line for a shell its prompt has ended, as far as that can be told.
func behindPrompt(line, mark string) int {
	begin := 0
	if strings.HasPrefix(line, mark) {
		begin = len(mark)
	}
	if end := shellPrompt().FindStringIndex(line[begin:]); end != nil {
		return begin + end[1]
	}
	return begin
}

func shifted(secret []lines.Span, by int) []lines.Span {
	for i := range secret {
		secret[i].From, secret[i].To = secret[i].From+by, secret[i].To+by
	}
	return secret
}
