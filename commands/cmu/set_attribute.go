package cmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

var setAttributeFails = dilemma{command: "setAttribute", where: "setAttribute" + textFailedOn}

// setAttribute changes an attribute of a key on one server after the other.
func setAttribute(ctx context.Context, c *console, args []string) error {
	handle, err := id("key handle", args[0])
	if err != nil {
		return err
	}
	attribute, err := id("attribute id", args[1])
	if err != nil {
		return err
	}
	r := hsm.SetAttributeRequest{Handle: hsm.Handle(handle), ID: hsm.AttributeID(attribute)}
	if r.ID.Kind() == hsm.KindText {
		r.Text = args[2]
	} else if r.Number, err = id("value", args[2]); err != nil {
		return err
	}
	if err := c.caution(ctx); err != nil {
		return err
	}
	for _, s := range c.servers() {
		if _, err := attempt(ctx, c, s, wire.SetAttribute, r, setAttributeFails); err != nil {
			return err
		}
	}
	return nil
}
