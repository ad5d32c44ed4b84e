package cmu

import (
	"context"

	"github.com/hsmlab/hsmlab/commands/approval"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// approveToken brings the signatures that an approval file names to the servers.
func approveToken(ctx context.Context, c *console, args []string) error {
	r, err := approval.Read(args[0], c.env.Resolve)
	if err != nil {
		return complain(textBadApproval, args[0], err)
	}
	results(c, "approveToken", everywhere(ctx, c, wire.ApproveToken, r))
	return nil
}
