package tool

import (
	"context"

	"github.com/hsmlab/hsmlab/shell"
)

// Console reads a tool's input. What the tool has printed is on its way before anything is read.
type Console struct {
	reader shell.Reader
	out    *Output
}

// OpenConsole opens the console of an environment.
func (e Env) OpenConsole(complete func(line string) []shell.Suggestion) (*Console, error) {
	r, err := e.Open(complete)
	if err != nil {
		return nil, err
	}
	return &Console{r, e.Out}, nil
}

// ReadLine prints a prompt or question and reads a line. Error: io.EOF at the end of the input.
func (c *Console) ReadLine(ctx context.Context, prompt string) (string, error) {
	c.out.Flush()
	return c.reader.ReadLine(ctx, prompt)
}

// ReadPassword prints a prompt and reads a line that is not shown.
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
