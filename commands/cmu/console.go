package cmu

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/shell"
)

// console is one run of the tool.
type console struct {
	env    tool.Env
	in     *tool.Console
	fleet  *cluster.Fleet
	server *cluster.Server // the server of server mode, nil in global mode
	seen   seen
}

// How a command ends other than by having been carried out.
var (
	errQuit     = errors.New("quit")
	errUsage    = errors.New("wrong arguments")
	errDeclined = errors.New("the operator does not want it")
)

// A complaint is a command's error that the operator reads, with its line break.
type complaint string

func (c complaint) Error() string { return string(c) }

func complain(format string, args ...any) error { return complaint(fmt.Sprintf(format, args...)) }

// loop reads lines and carries them out until the operator quits or the input ends.
func (c *console) loop(ctx context.Context) error {
	for {
		line, err := c.in.ReadCommand(ctx, c.prompt())
		if err == nil {
			err = c.do(ctx, line)
		}
		switch {
		case err == nil, errors.Is(err, shell.ErrInterrupted):
		case errors.Is(err, shell.ErrTooLong):
			c.print(textTooLong)
		case errors.Is(err, errQuit), errors.Is(err, io.EOF):
			c.print(textDisconnect)
			return nil
		default:
			return err
		}
	}
}

func (c *console) prompt() string {
	if c.server != nil {
		return fmt.Sprintf(promptServer, c.server.Number)
	}
	return promptGlobal
}

// mode is global or single, for the table of commands.
func (c *console) mode() modes {
	if c.server != nil {
		return single
	}
	return global
}

// do carries out one line. Its errors end the tool; those of the command it prints.
func (c *console) do(ctx context.Context, line string) error {
	if !utf8.ValidString(line) {
		c.print(textNotText)
		return nil
	}
	words := split(line)
	if len(words) == 0 {
		return nil
	}
	cmd, ok := find(words[0], c.mode())
	if !ok {
		c.print(textUnknown)
		return nil
	}
	c.remember(cmd, words)
	err := c.run(ctx, cmd, words[1:])
	var says complaint
	switch {
	case errors.Is(err, errDeclined):
		return nil
	case errors.Is(err, errUsage):
		c.printf(textUsage, cmd.synopsis())
		return nil
	case errors.As(err, &says):
		c.print(string(says))
		return nil
	}
	return err
}

// run runs a command whose name has been found.
func (c *console) run(ctx context.Context, cmd command, args []string) error {
	if !cmd.takes(args) {
		return errUsage
	}
	if cmd.needs != nothing && !c.secured(c.servers()...) {
		return nil
	}
	ctx, done := c.in.Interrupts(ctx)
	defer done()
	if cmd.needs == login {
		c.seen.users = nil // they can be others afterwards
	}
	err := cmd.run(ctx, c, args)
	if errors.Is(err, context.Canceled) {
		err = context.Cause(ctx) // Ctrl-C is not the end of the tool
	}
	return err
}

// split cuts a line into its words.
func split(line string) []string {
	return tool.Texts(line, tool.Words(line, blanks))
}

// remember puts a command line into the history, with the option for a hidden password in the place of a
// password. Where the line has too many or too few words to tell which one that is, only the command stays.
func (c *console) remember(cmd command, words []string) {
	if c.env.Remember == nil {
		return
	}
	kept := append([]string(nil), words...)
	switch from, to := cmd.hides(words); {
	case from == to:
	case from == 1:
		kept = kept[:1]
	default:
		kept[from] = hiddenPassword
	}
	c.env.Remember(strings.Join(kept, " "))
}

func (c *console) print(text string) { c.env.Out.Print(text) }

func (c *console) printf(format string, args ...any) { c.env.Out.Printf(format, args...) }
