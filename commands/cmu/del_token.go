package cmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

func delToken(ctx context.Context, c *console, args []string) error {
	n, err := id("token id", args[0])
	if err != nil {
		return err
	}
	results(c, "delToken", everywhere(ctx, c, wire.DeleteToken, hsm.DeleteTokenRequest{ID: uint32(n)}))
	return nil
}
