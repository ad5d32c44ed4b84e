package cmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// The table of listUsers, laid out with tabs as the original does it.
const (
	listUsersHeading = "Users on server %d(%s):\nNumber of users found:%d\n\n"
	listUsersHeader  = "    User Id    \t\tUser Type      \tUser Name      \t\t\t   MofnPubKey  \t LoginFailureCnt       \t 2FA\n"
	listUsersRow     = "%10d     \t\t%-7s\t\t%-39s\t%3s               %-5d\t       \t%4s\n"
)

func listUsers(ctx context.Context, c *console, _ []string) error {
	for a := range everywhere(ctx, c, wire.ListUsers, hsm.Done{}) {
		if !succeeded(c, "listUsers", a) {
			continue
		}
		c.seen.users = a.Value
		c.printf(listUsersHeading, a.Server.Number, a.Server.Name, len(a.Value))
		c.print(listUsersHeader)
		for _, u := range a.Value {
			c.printf(listUsersRow, u.ID, u.Type, u.Name, yesNo(u.QuorumKey), u.Failures, yesNo(u.TwoFactor))
		}
	}
	return nil
}

func yesNo(b bool) string {
	if b {
		return "YES"
	}
	return "NO"
}
