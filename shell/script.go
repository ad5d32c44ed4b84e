package shell

import (
	"context"
	"io"
)

// Scripted is a Reader for tests: it answers from a list and remembers what it was
// asked.
type Scripted struct {
	Prompts []string // every prompt so far, in order
	Hidden  []string // those of them that asked for a password

	answers []string
}

// Script returns a Reader that gives these answers one after the other, to
// whatever is asked, and then io.EOF.
func Script(answers ...string) *Scripted {
	return &Scripted{answers: answers}
}

// ReadLine returns the next answer.
func (s *Scripted) ReadLine(ctx context.Context, prompt string) (string, error) {
	s.Prompts = append(s.Prompts, prompt)
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if len(s.answers) == 0 {
		return "", io.EOF
	}
	answer := s.answers[0]
	s.answers = s.answers[1:]
	return answer, nil
}

// ReadPassword returns the next answer too.
func (s *Scripted) ReadPassword(ctx context.Context, prompt string) (string, error) {
	s.Hidden = append(s.Hidden, prompt)
	return s.ReadLine(ctx, prompt)
}

// Interrupts returns a context that nothing interrupts.
func (s *Scripted) Interrupts(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(ctx)
}

// Close does nothing.
func (s *Scripted) Close() error { return nil }
