package runbook

import (
	"regexp"
	"strings"
	"sync"
)

// The shell's prompts, as a runbook writes them: for a command, and for more lines of it.
const (
	promptShell = "$ "
	promptMore  = "> "
)

// PromptMark stands before the prompts of a shell that is played, since no program prints it.
const PromptMark = "\x1f"

// Prompts match, from the start of its line, what the tools wait behind.
const Prompts = `aws-cloudhsm>|server\d+>|Command:  |` +
	`.*(?:\(y/n\)\?|\(R/I/A\):|\(R/B/I\):|\(0 or 1\):|filename:|[Pp]assword:|pass phrase:) ?`

var waitForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?:^|\n)(?:` + Prompts + `)$`) })

// ShellStart is what a shell that is played is started with: a prompt for commands, and one for more lines, that Waits
// recognises.
func ShellStart(prompt string) string {
	return "PS1='" + PromptMark + prompt + "'\nPS2='" + PromptMark + promptMore + "'\nunset PROMPT_COMMAND HISTFILE\n"
}

// Waits reports whether what is to be seen ends in a prompt: of a tool, or of a shell with this prompt for commands.
func Waits(screen, prompt string) bool {
	return strings.HasSuffix(screen, PromptMark+prompt) || strings.HasSuffix(screen, PromptMark+promptMore) || waitForm().MatchString(screen)
}
