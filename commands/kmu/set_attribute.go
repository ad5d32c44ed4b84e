package kmu

import (
	"context"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// runSetAttribute turns a session key into a token key: no other attribute can be set here.
func runSetAttribute(ctx context.Context, s *session, a arguments) hsm.Code {
	const function = "Cfm3SetAttribute"
	if hsm.AttributeID(a.number("-a")) != hsm.AttrToken {
		s.out.Print(textNotModifiable)
		return s.result(function, hsm.InvalidArguments)
	}
	on, ok := s.askBoolean(ctx)
	if !ok {
		s.out.Print(textNoBoolean)
		return s.result(function, hsm.InvalidArguments)
	}
	if on {
		return s.outcome(function, s.cluster(ctx).MakeToken(ctx, a.key("-o")))
	}
	r := hsm.SetAttributeRequest{Handle: a.key("-o"), ID: hsm.AttrToken}
	return s.outcome(function, cluster.Everywhere(ctx, s.cluster(ctx), wire.SetAttribute, r, false))
}

// askBoolean asks for the value; every number but 0 counts as 1.
func (s *session) askBoolean(ctx context.Context) (on, ok bool) {
	s.out.Print(textBoolean)
	console, err := s.ask()
	if err != nil {
		return false, false
	}
	answer, err := console.ReadLine(ctx, textEnterBoolean)
	if err != nil {
		return false, false
	}
	answer = strings.TrimLeft(strings.TrimSpace(answer), "+-")
	digits := strings.TrimLeft(answer, "0123456789")
	number := answer[:len(answer)-len(digits)]
	return strings.Trim(number, "0") != "", number != ""
}
