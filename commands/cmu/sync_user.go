package cmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// syncUser clones a user with its password and keys for quorum and second factor to another server. Unlike
// syncKey it shows the code of each step also when all goes well.
func syncUser(ctx context.Context, c *console, args []string) error {
	user, to, err := c.syncArguments("user id", args)
	if to == nil {
		return err
	}
	from := ask(ctx, c, c.server, wire.ExtractMaskedUser, hsm.UserIDRequest{ID: hsm.UserID(user)})
	if !stepped(c, "syncUser", textExtractMasked, from) {
		return nil
	}
	c.printf(textExtractMasked, uint32(hsm.Success))
	inserted := ask(ctx, c, to, wire.InsertMaskedUser, hsm.MaskedUser{Object: from.Value})
	if code, _ := inserted.Code(); code == hsm.UserExists {
		c.print(textUserThere)
	}
	if !stepped(c, "syncUser", textInsertMasked, inserted) {
		return nil
	}
	c.printf(textInsertMasked, uint32(hsm.Success))
	c.print(c.success("syncUser", to))
	return nil
}
