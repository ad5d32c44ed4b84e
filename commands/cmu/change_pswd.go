package cmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

var changePswdFails = dilemma{command: "changePswd", where: textChangeFailed, question: questionRetry, choices: "RIA"}

// changePswd changes a password on one server after the other.
func changePswd(ctx context.Context, c *console, args []string) error {
	userType, name := args[0], args[1]
	password, err := c.password(ctx, args[2], promptNew, promptNewAgain)
	if err != nil {
		return err
	}
	if err := c.caution(ctx); err != nil {
		return err
	}
	c.heading(textChanging, name, userType)
	factor, err := c.secondFactor(ctx, args[3:], textSignAndPaste)
	if err != nil {
		return err
	}
	r := hsm.ChangePasswordRequest{Type: userType, Name: name, Password: password}
	for _, s := range c.servers() {
		r.SecondFactor = factor.on(s)
		made, err := attempt(ctx, c, s, wire.ChangePassword, r, changePswdFails)
		if err != nil || made == abort {
			return err
		}
	}
	return nil
}
