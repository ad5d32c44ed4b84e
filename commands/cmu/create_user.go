package cmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

var createUserFails = dilemma{command: "createUser", where: textCreateFailed, question: questionRetry, choices: "RIA"}

// createUser makes a user on one server after the other, so that later ones are untouched when the operator
// aborts.
func createUser(ctx context.Context, c *console, args []string) error {
	userType, name := args[0], args[1]
	password, err := c.password(ctx, args[2], promptPassword, promptPasswordAgain)
	if err != nil {
		return err
	}
	if err := c.caution(ctx); err != nil {
		return err
	}
	c.heading(textCreating, name, userType)
	factor, err := c.secondFactor(ctx, args[3:], textSignAndPaste)
	if err != nil {
		return err
	}
	r := hsm.CreateUserRequest{Type: userType, Name: name, Password: password}
	for _, s := range c.servers() {
		r.SecondFactor = factor.on(s)
		made, err := attempt(ctx, c, s, wire.CreateUser, r, createUserFails)
		if err != nil || made == abort {
			return err
		}
	}
	return nil
}
