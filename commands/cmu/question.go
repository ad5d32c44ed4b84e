package cmu

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
	"github.com/hsmlab/hsmlab/shell"
)

// hiddenPassword stands in the place of a password that is to be asked for.
const hiddenPassword = "-hpswd"

// caution warns that a change is for all nodes and asks whether to go on. Error: errDeclined for n.
func (c *console) caution(ctx context.Context) error {
	if c.env.Generation == tool.Late {
		c.print(textCautionLate)
	} else {
		c.print(textCautionClassic)
	}
	for {
		answer, err := c.answer(ctx, questionContinue)
		switch {
		case err != nil:
			return err
		case answer == "y":
			return nil
		case answer == "n":
			return errDeclined
		}
		c.print(textInvalidOption)
	}
}

// answer asks a question. A line that is too long is an answer like any other that nobody has asked for.
func (c *console) answer(ctx context.Context, question string) (string, error) {
	line, err := c.in.ReadLine(ctx, question)
	if errors.Is(err, shell.ErrTooLong) {
		return "", nil
	}
	return strings.TrimSpace(line), err
}

// password is a password argument, or what is typed at the prompts where the argument says so; all prompts
// must get the same.
func (c *console) password(ctx context.Context, word string, prompts ...string) (string, error) {
	if word != hiddenPassword {
		return word, nil
	}
	var typed []string
	for _, prompt := range prompts {
		line, err := c.in.ReadPassword(ctx, prompt)
		if err != nil {
			return "", err
		}
		typed = append(typed, line)
	}
	c.print("\n")
	for _, line := range typed {
		switch {
		case line != typed[0]:
			return "", complaint(textMismatch)
		case !utf8.ValidString(line):
			return "", complaint(textNotText)
		}
	}
	return typed[0], nil
}

// A choice is what the operator wants after a failure on one server, and how an attempt ends.
type choice byte

const (
	done     choice = 0 // no failure
	retry    choice = 'R'
	ignore   choice = 'I'
	abort    choice = 'A'
	rollBack choice = 'B'
)

// A dilemma is how a command reports a failure on one server and what it offers.
type dilemma struct {
	command  string
	where    string // second line of the report, takes number and name of the server
	question string
	choices  string
}

// attempt asks one server to carry out a command, again and again while it fails and the operator wants it
// so. In server mode, and for a server that is not connected, nobody is asked, as if the choice were ignore.
func attempt[Req, Resp any](ctx context.Context, c *console, s *cluster.Server, op wire.Op[Req, Resp], r Req, d dilemma) (choice, error) {
	for {
		if ctx.Err() != nil {
			return abort, context.Cause(ctx)
		}
		a := ask(ctx, c, s, op, r)
		code, connected := a.Code()
		switch {
		case !connected:
			c.notConnected(s)
			return ignore, nil
		case code == hsm.Success:
			c.print(c.success(d.command, s))
			return done, nil
		}
		c.failed(d.command, code, s, d.where)
		if c.server != nil || d.question == "" {
			return ignore, nil
		}
		if made, err := c.choose(ctx, d); err != nil || made != retry {
			return made, err
		}
	}
}

// choose asks until one of the letters is typed.
func (c *console) choose(ctx context.Context, d dilemma) (choice, error) {
	c.print("\n")
	for {
		answer, err := c.answer(ctx, d.question)
		if err != nil {
			return abort, err
		}
		if len(answer) == 1 && strings.Contains(d.choices, answer) {
			return choice(answer[0]), nil
		}
	}
}
