package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// runLogoutHSM logs out on all HSMs. The program goes on.
func runLogoutHSM(ctx context.Context, s *session, _ arguments) hsm.Code {
	return s.atLogin().outcome("Cfm3LogoutHSM", s.cluster(ctx).Logout(ctx))
}
