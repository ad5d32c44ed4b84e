package cmu

import (
	"context"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// The layout of listTokens.
const (
	tokensHeading  = "\n=====================\n    Server %d(%s)\n=====================\n"
	tokenHeading   = "-------- Token - %d ----------\n"
	tokenState     = "Token Validity: %d sec\nRequired num of approvers : %d\nCurrent num of approvals : %d\n"
	tokenApprover  = "Approver-%d: %s\n"
	tokensNumber   = "Num of tokens = %d\n"
	tokensComplete = "\nlistTokens success\n"
)

func listTokens(ctx context.Context, c *console, _ []string) error {
	listed := false
	for a := range everywhere(ctx, c, wire.ListTokens, hsm.Done{}) {
		if !succeeded(c, "listTokens", a) {
			continue
		}
		listed = true
		c.printf(tokensHeading, a.Server.Number, a.Server.Name)
		for i, t := range a.Value {
			c.printf(tokenHeading, i)
			c.printf(tokenLines, t.ID, t.Service, t.Node, t.Key, t.User)
			c.printf(tokenState, t.Validity/time.Second, t.Required, len(t.Approvers))
			for j, name := range t.Approvers {
				c.printf(tokenApprover, j, name)
			}
		}
		c.printf(tokensNumber, len(a.Value))
	}
	if listed {
		c.print(tokensComplete)
	}
	return nil
}
