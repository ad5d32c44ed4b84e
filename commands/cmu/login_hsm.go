package cmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
)

// loginHSM logs in everywhere at once; a wrong password counts on every server.
func loginHSM(ctx context.Context, c *console, args []string) error {
	password, err := c.password(ctx, args[2], promptPassword)
	if err != nil {
		return err
	}
	factor, err := c.secondFactor(ctx, args[3:], textSign)
	if err != nil {
		return err
	}
	var signatures map[*cluster.Server][]byte
	if factor != nil {
		signatures = factor.signatures
	}
	results(c, "loginHSM", c.fleet.Login(context.WithoutCancel(ctx), c.servers(), args[0], args[1], password, signatures))
	return nil
}
