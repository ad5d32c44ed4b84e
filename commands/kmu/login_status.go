package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// runLoginStatus tells which type of user is logged in.
func runLoginStatus(ctx context.Context, s *session, _ arguments) hsm.Code {
	state, code := cluster.OnHome(ctx, s.cluster(ctx), wire.LoginState, hsm.Done{})
	switch {
	case code != hsm.Success:
		s.out.Printf(textLoginFailure, uint32(code), code.Text())
	case state.Type == "":
		s.out.Printf(textLoginStatus, "No user")
	case state.Type == hsm.PRECO.String():
		s.out.Print(textDefaultOfficer)
	case state.Type == hsm.PCO.String():
		s.out.Printf(textLoginStatus, hsm.CO)
	default:
		s.out.Printf(textLoginStatus, state.Type)
	}
	return code
}
