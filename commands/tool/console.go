package tool

import (
	"context"
	"strings"

	"github.com/hsmlab/hsmlab/shell"
	"github.com/hsmlab/hsmlab/shell/lines"
)

// Console reads a tool's input. What the tool has printed is on its way before anything is read.
type Console struct {
	reader         shell.Reader
	out            *Output
	log            func(line string)
	withoutSecrets func(line string) string
}

// OpenConsole opens the console of an environment. withoutSecrets makes of a command what may be logged.
func (e Env) OpenConsole(complete func(line string) []shell.Suggestion, withoutSecrets func(line string) string) (*Console, error) {
	r, err := e.Open(complete)
	if err != nil {
		return nil, err
	}
	log := e.Log
	if log == nil {
		log = func(string) {}
	}
	return &Console{r, e.Out, log, withoutSecrets}, nil
}

// ReadCommand prints a prompt and reads a command. Error: io.EOF at the end of the input.
func (c *Console) ReadCommand(ctx context.Context, prompt string) (string, error) {
	c.out.Flush()
	line, err := c.reader.ReadLine(ctx, prompt)
	if err == nil && strings.TrimSpace(line) != "" {
		c.log(c.withoutSecrets(line))
	}
	return line, err
}

// longestAnswer is the longest one that is logged, bytes: in a script that has lost its step a password can come where
// somebody asks for y or n.
const longestAnswer = 3

// ReadLine prints a question and reads the answer. Error: io.EOF at the end of the input.
func (c *Console) ReadLine(ctx context.Context, question string) (string, error) {
	c.out.Flush()
	line, err := c.reader.ReadLine(ctx, question)
	switch {
	case err != nil:
	case len(line) > longestAnswer:
		c.log(lines.Masked)
	default:
		c.log(line)
	}
	return line, err
}

// ReadPassword prints a prompt and reads a line that is neither shown nor logged.
func (c *Console) ReadPassword(ctx context.Context, prompt string) (string, error) {
	c.out.Flush()
	return c.reader.ReadPassword(ctx, prompt)
}

// Interrupts gives a context that ends when the person at the console wants a running command to stop.
func (c *Console) Interrupts(ctx context.Context) (context.Context, context.CancelFunc) {
	return c.reader.Interrupts(ctx)
}

// Close gives the terminal back as it was.
func (c *Console) Close() error {
	c.out.Flush()
	return c.reader.Close()
}
