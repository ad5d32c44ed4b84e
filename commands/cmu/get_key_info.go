package cmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// The lines of getKeyInfo, indented with blanks and a tab as the original does it.
const (
	keyInfoHeading = "Key Info on server %d(%s):\n\n"
	keyInfoToken   = "       \tToken/Flash Key,\n\n"
	keyInfoSession = "       \tSession Key,\n\n" // invented
	keyInfoOwner   = "       \tOwned by user %d\n\n"
	keyInfoShared  = "       \talso, shared to following %d user(s):\n\n"
	keyInfoSharer  = "                 %d\n"
	keyInfoQuorum  = "         %d Users need to approve to use/manage this key\n"
)

func getKeyInfo(ctx context.Context, c *console, args []string) error {
	if args[0] == argK.word() {
		args = args[1:]
	}
	if len(args) < 1 || len(args) > 2 {
		return errUsage
	}
	handle, err := id("key handle", args[0])
	if err != nil {
		return err
	}
	out := c.result(args[1:])
	for a := range everywhere(ctx, c, wire.KeyInfo, hsm.HandleRequest{Handle: hsm.Handle(handle)}) {
		if succeeded(c, "getKeyInfo", a) {
			out.printf(keyInfoHeading, a.Server.Number, a.Server.Name)
			out.printKeyInfo(a.Value)
		}
	}
	return out.save()
}

func (r *result) printKeyInfo(k hsm.KeyInfo) {
	if k.Session {
		r.printf(keyInfoSession)
	} else {
		r.printf(keyInfoToken)
	}
	r.printf(keyInfoOwner, k.Owner)
	if len(k.Shared) > 0 {
		r.printf(keyInfoShared, len(k.Shared))
	}
	for _, user := range k.Shared {
		r.printf(keyInfoSharer, user)
	}
	if k.MValue > 1 {
		r.printf(keyInfoQuorum, k.MValue)
	}
}
