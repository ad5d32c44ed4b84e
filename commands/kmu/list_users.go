package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// runListUsers lists the users as one HSM has them, and speaks for the whole cluster.
func runListUsers(ctx context.Context, s *session, _ arguments) hsm.Code {
	users, code := cluster.OnHome(ctx, s.cluster(ctx), wire.ListUsers, hsm.Done{})
	if code == hsm.Success {
		s.out.Printf(s.family.users, len(users))
		s.out.Print(s.family.usersHeader)
		for i, u := range users {
			s.out.Printf(s.family.usersRow, i+1, u.ID, u.Type, u.Name, yesNo(u.QuorumKey), u.Failures, yesNo(u.TwoFactor))
		}
	}
	return s.result("Cfm3ListUsers", code)
}

func yesNo(b bool) string {
	if b {
		return "YES"
	}
	return "NO"
}
