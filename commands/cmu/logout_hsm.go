package cmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

func logoutHSM(ctx context.Context, c *console, _ []string) error {
	results(c, "logoutHSM", everywhere(ctx, c, wire.Logout, hsm.Done{}))
	return nil
}
