package cmu

import (
	"context"
)

// loginHSM logs in everywhere at once; a wrong password counts on every server.
func loginHSM(ctx context.Context, c *console, args []string) error {
	password, err := c.password(ctx, args[2], promptPassword)
	if err != nil {
		return err
	}
	results(c, "loginHSM", c.fleet.Login(context.WithoutCancel(ctx), c.servers(), args[0], args[1], password))
	return nil
}
