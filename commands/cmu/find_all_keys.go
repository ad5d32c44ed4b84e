package cmu

import (
	"context"
	"fmt"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

const (
	keysHeading = "Keys on server %d(%s):\nNumber of keys found %d\nnumber of keys matched from start index 0::%[3]d\n"
	keysHash    = "Key Hash:\n%x\n\n"
)

// findAllKeys lists the keys that a user can use and, where that is asked for, a hash by which servers can be
// compared.
func findAllKeys(ctx context.Context, c *console, args []string) error {
	user, err := id("user id", args[0])
	if err != nil {
		return err
	}
	hash, err := boolean("key hash", args[1])
	if err != nil {
		return err
	}
	out := c.result(args[2:])
	r := hsm.FindAllRequest{User: hsm.UserID(user), Hash: hash}
	for a := range everywhere(ctx, c, wire.FindAllKeys, r) {
		if !succeeded(c, "findAllKeys", a) {
			continue
		}
		c.seen.keys = a.Value.Keys
		out.printf(keysHeading, a.Server.Number, a.Server.Name, len(a.Value.Keys))
		if len(a.Value.Keys) > 0 {
			out.printf("%s\n", handleList(a.Value.Keys))
		}
		if len(a.Value.Hash) > 0 {
			out.printf(keysHash, a.Value.Hash)
		}
		out.printAlways(c.success("findAllKeys", a.Server))
		if !hash {
			out.printf("\n")
		}
	}
	return out.save()
}

// handleList is the handles with a mark for owned and shared keys; public keys of others have none.
func handleList(keys []hsm.FoundKey) string {
	words := make([]string, len(keys))
	for i, k := range keys {
		mark := ""
		switch {
		case k.Owned:
			mark = "(o)"
		case k.Shared:
			mark = "(s)"
		}
		words[i] = fmt.Sprint(k.Handle, mark)
	}
	return strings.Join(words, ",")
}
