package cmu

import (
	"context"
	"fmt"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

const (
	attributeHeading = "\nAttribute Value on server %d(%s):\n"
	attributePair    = "OBJ_ATTR_%s\n%s\n"
)

func getAttribute(ctx context.Context, c *console, args []string) error {
	handle, err := id("key handle", args[0])
	if err != nil {
		return err
	}
	attribute, err := id("attribute id", args[1])
	if err != nil {
		return err
	}
	out := c.result(args[2:])
	r := hsm.AttributeRequest{Handle: hsm.Handle(handle), ID: hsm.AttributeID(attribute)}
	for a := range everywhere(ctx, c, wire.GetAttribute, r) {
		if !succeeded(c, "getAttribute", a) {
			continue
		}
		out.printf(attributeHeading, a.Server.Number, a.Server.Name)
		for _, v := range a.Value {
			out.printf(attributePair, v.ID.Name(), attributeValue(v))
		}
	}
	return out.save()
}

func attributeValue(a hsm.Attribute) string {
	switch a.ID.Kind() {
	case hsm.KindText:
		return string(a.Bytes)
	case hsm.KindBytes:
		return fmt.Sprintf("0x%x", a.Bytes)
	}
	return fmt.Sprintf("0x%08x", a.Number)
}
