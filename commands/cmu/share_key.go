package cmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

var shareKeyFails = dilemma{command: "shareKey", where: "shareKey" + textFailedOn}

// shareKey shares a key with a user, or takes that back, on one server after the other.
func shareKey(ctx context.Context, c *console, args []string) error {
	handle, err := id("key handle", args[0])
	if err != nil {
		return err
	}
	user, err := id("user id", args[1])
	if err != nil {
		return err
	}
	share, err := boolean("share/unshare value", args[2])
	if err != nil {
		return err
	}
	if err := c.caution(ctx); err != nil {
		return err
	}
	r := hsm.ShareRequest{Handle: hsm.Handle(handle), User: hsm.UserID(user), Share: share}
	for _, s := range c.servers() {
		if _, err := attempt(ctx, c, s, wire.ShareKey, r, shareKeyFails); err != nil {
			return err
		}
	}
	return nil
}
