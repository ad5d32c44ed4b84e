package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

func shellCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "shell",
		Short: "Start the lab and open a shell with the tools at hand",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return openShell(cmd.Context(), o) },
	}
}

const shellGreeting = `Lab %s. cloudhsm_mgmt_util, key_mgmt_util, configure and aws are at hand.
'exit' leaves the shell; 'hsmlab down' stops the lab.
`

// shellVariable tells programs in a lab shell of which lab it is.
const shellVariable = "HSMLAB_SHELL"

// shellLook is how a lab shell differs from the usual one.
type shellLook struct {
	dir  string // where it begins; "" is where the person is
	mark bool   // it keeps the world before each prompt, see markCommand
}

func openShell(ctx context.Context, o *options) error {
	h, err := o.home()
	if err != nil {
		return err
	}
	return openShellOf(ctx, h, shellLook{})
}

// openShellOf runs the person's own shell with the tools on its path and the lab's name in its prompt.
func openShellOf(ctx context.Context, h lab.Home, look shellLook) error {
	c, err := lab.Ensure(ctx, h)
	if err != nil {
		return err
	}
	settings := c.Settings()
	c.Close()
	cmd, err := shellProgram(ctx, h, look)
	if err != nil {
		return err
	}
	cmd.Env = append(append(environment(h, settings), cmd.Env...), shellVariable+"="+h.Dir)
	if tty, ok := terminalName(); ok {
		cmd.Env = append(cmd.Env, "HSMLAB_TTY="+tty)
	}
	cmd.Dir = look.dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if term.IsTerminal(int(os.Stdin.Fd())) && !look.mark {
		fmt.Printf(shellGreeting, h.Name)
	}
	err = cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() > 0 {
		return exitStatus(exit.ExitCode())
	}
	if err != nil {
		return fmt.Errorf("cannot run the shell %s: %w", cmd.Path, err)
	}
	return nil
}

// shellProgram is the person's shell with a start file of ours, which reads the person's own first.
func shellProgram(ctx context.Context, h lab.Home, look shellLook) (*exec.Cmd, error) {
	path := os.Getenv("SHELL")
	if path == "" {
		path = "/bin/sh"
		if runtime.GOOS == "windows" {
			path = os.Getenv("COMSPEC")
		}
	}
	var env, args []string
	var err error
	switch kind := strings.TrimSuffix(filepath.Base(path), ".exe"); kind {
	case "bash":
		rc := filepath.Join(h.Run, "bashrc")
		err = os.WriteFile(rc, []byte(bashStart(h, look)), 0o600)
		args = []string{"--rcfile", rc}
	case "zsh":
		err = os.WriteFile(filepath.Join(h.Run, ".zshrc"), []byte(zshStart(h, look)), 0o600)
		env = append(env, "ZDOTDIR="+h.Run)
	case "sh", "dash", "ash", "ksh":
		rc := filepath.Join(h.Run, "shrc")
		err = os.WriteFile(rc, []byte(fmt.Sprintf("PS1=%s\nPATH=%s\n", quote(promptMark(h)+"$ "), quote(toolPath(h)))), 0o600)
		env = append(env, "ENV="+rc)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot write the shell's start file: %w", err)
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = env
	return cmd, nil
}

// promptMark is the lab's name as a prompt has it, without what a shell would replace or run there.
func promptMark(h lab.Home) string {
	plain := func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune("\\$`%!", r) {
			return '_'
		}
		return r
	}
	return "[" + strings.Map(plain, h.Name) + "] "
}

func toolPath(h lab.Home) string {
	path := h.Bin() + string(os.PathListSeparator) + filepath.Join(h.Prefix(), "bin")
	if self, err := os.Executable(); err == nil {
		path += string(os.PathListSeparator) + filepath.Dir(self)
	}
	if old := os.Getenv("PATH"); old != "" {
		path += string(os.PathListSeparator) + old
	}
	return path
}

// bashStart names functions after the original places of the tools, so that runbooks can be followed to the
// letter where /opt/cloudhsm cannot be written; sudo of such a tool is the tool.
func bashStart(h lab.Home, look shellLook) string {
	var b strings.Builder
	b.WriteString("[ -f ~/.bashrc ] && . ~/.bashrc\n")
	writeShellCommon(&b, h)
	fmt.Fprintf(&b, "PS1=%s\"$PS1\"\n", quote(promptMark(h)))
	if look.mark {
		fmt.Fprintf(&b, "PROMPT_COMMAND=\"%s mark 2>/dev/null${PROMPT_COMMAND:+;$PROMPT_COMMAND}\"\n", ownName())
	}
	return b.String()
}

// zshStart does the same for zsh, whose own start file is found where ZDOTDIR was before.
func zshStart(h lab.Home, look shellLook) string {
	var b strings.Builder
	old := os.Getenv("ZDOTDIR")
	if old == "" {
		old = "$HOME"
	}
	fmt.Fprintf(&b, "ZDOTDIR=%s\n[ -f \"$ZDOTDIR/.zshrc\" ] && . \"$ZDOTDIR/.zshrc\"\n", old)
	writeShellCommon(&b, h)
	fmt.Fprintf(&b, "PROMPT=%s\"$PROMPT\"\n", quote(promptMark(h)))
	if look.mark {
		fmt.Fprintf(&b, "hsmlab_mark() { %s mark 2>/dev/null; }\nprecmd_functions+=(hsmlab_mark)\n", ownName())
	}
	return b.String()
}

// ownName is how a shell calls this program.
func ownName() string {
	self, err := os.Executable()
	if err != nil {
		return "hsmlab"
	}
	return quote(self)
}

func writeShellCommon(b *strings.Builder, h lab.Home) {
	fmt.Fprintf(b, "export PATH=%s\n", quote(toolPath(h)))
	for _, name := range lab.Tools {
		fmt.Fprintf(b, "function %s/bin/%s { command %s \"$@\"; }\n", originalPrefix, name, name)
	}
	fmt.Fprintf(b, "sudo() { case \"$1\" in %s/bin/*) \"$@\" ;; *) command sudo \"$@\" ;; esac; }\n", originalPrefix)
}
