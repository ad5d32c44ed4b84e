package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// runHelp lists all commands.
func runHelp(_ context.Context, s *session, _ arguments) hsm.Code {
	s.out.Print(listing(s.table))
	return hsm.Success
}

// runExit ends the program and prints nothing.
func runExit(_ context.Context, s *session, _ arguments) hsm.Code {
	s.ended = true
	return hsm.Success
}
