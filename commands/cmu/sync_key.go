package cmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// syncKey clones a key to another server, of this cluster or a clone of it. The key keeps its handle where it
// can. Success is one line; a failure tells which step it was.
func syncKey(ctx context.Context, c *console, args []string) error {
	handle, to, err := c.syncArguments("key handle", args)
	if to == nil {
		return err
	}
	from := ask(ctx, c, c.server, wire.ExtractMasked, hsm.HandleRequest{Handle: hsm.Handle(handle)})
	if !stepped(c, "syncKey", textExtractMasked, from) {
		return nil
	}
	if stepped(c, "syncKey", textInsertMasked, c.insertKey(ctx, to, from.Value)) {
		c.print(c.success("syncKey", to))
	}
	return nil
}

// insertKey makes the key of a masked object. In another cluster its handle can belong to another key: it
// gets a new one then. The same key is refused wherever it is present.
func (c *console) insertKey(ctx context.Context, to *cluster.Server, object []byte) cluster.Answer[hsm.Handle] {
	a := ask(ctx, c, to, wire.InsertMasked, hsm.InsertMaskedRequest{Object: object, KeepHandle: true})
	if code, _ := a.Code(); code == hsm.HandleInUse && to.HSM().Cluster != c.server.HSM().Cluster {
		a = ask(ctx, c, to, wire.InsertMasked, hsm.InsertMaskedRequest{Object: object})
	}
	return a
}

// stepped reports whether a step of syncKey or syncUser has succeeded. It prints its code where it has not.
func stepped[Resp any](c *console, command, step string, a cluster.Answer[Resp]) bool {
	code, connected := a.Code()
	switch {
	case !connected:
		c.notConnected(a.Server)
	case code != hsm.Success:
		c.printf(step, uint32(code))
		c.printf(textSyncFailed, command)
	}
	return a.Err == nil
}

// syncArguments reads what syncKey or syncUser clones, and to which server. There is no server where an argument is
// wrong, or where it is not encrypted, which the operator has read then.
func (c *console) syncArguments(what string, args []string) (n uint64, to *cluster.Server, err error) {
	if n, err = id(what, args[0]); err != nil {
		return 0, nil, err
	}
	if to, err = c.serverAt(args[1]); err != nil || !c.secured(to) {
		return 0, nil, err
	}
	return n, to, nil
}
