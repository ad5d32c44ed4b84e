package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// runListAttributes lists the attributes that the tool of this generation lists.
func runListAttributes(_ context.Context, s *session, _ arguments) hsm.Code {
	s.out.Print(s.family.attributesHeading)
	for _, id := range s.family.attributes {
		s.out.Printf(listLine, attributePrefix+id.Name(), id)
	}
	return hsm.Success
}
