package runbook

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// The shell's prompts, as a runbook writes them: for a command, and for more lines of it.
const (
	promptShell = "$ "
	PromptMore  = "> " // also that of other shells that are played
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
	return "PS1='" + PromptMark + prompt + "'\nPS2='" + PromptMark + PromptMore + "'\nunset PROMPT_COMMAND HISTFILE\n"
}

// Shell is a shell to be played: bash, which people have, or the machine's sh. Its start file, which is written to dir, has this
// text; its environment is to be completed.
func Shell(ctx context.Context, dir, text string) (*exec.Cmd, error) {
	start := filepath.Join(dir, "player")
	if err := os.WriteFile(start, []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("cannot write the shell's start file: %w", err)
	}
	cmd := exec.CommandContext(ctx, "sh", "-i")
	if bash, err := exec.LookPath("bash"); err == nil {
		cmd = exec.CommandContext(ctx, bash, "--noprofile", "--noediting", "--rcfile", start, "-i")
	}
	cmd.Env = []string{"ENV=" + start, "TERM=dumb", "HSMLAB_EDITOR=plain"}
	return cmd, nil
}

// Waits reports whether what is to be seen ends in a prompt: of a tool, or of a shell with this prompt for commands.
func Waits(screen, prompt string) bool {
	return strings.HasSuffix(screen, PromptMark+prompt) || strings.HasSuffix(screen, PromptMark+PromptMore) || waitForm().MatchString(screen)
}
