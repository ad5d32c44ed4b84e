package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// runError2String gives the text of a return code.
func runError2String(_ context.Context, s *session, a arguments) hsm.Code {
	c := hsm.Code(a.number("-r"))
	s.out.Printf(textErrorCode, uint32(c), c.Text())
	return hsm.Success
}
