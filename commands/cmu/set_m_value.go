package cmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

var setMValueFails = dilemma{command: "setMValue", where: "setMValue" + textFailedOn}

// setMValue sets how many approvals a service needs, on one server after the other.
func setMValue(ctx context.Context, c *console, args []string) error {
	s, err := service(args[0])
	if err != nil {
		return err
	}
	m, err := id("m value", args[1])
	if err != nil {
		return err
	}
	if err := c.caution(ctx); err != nil {
		return err
	}
	c.heading(textSettingM, m, s)
	r := hsm.MValueRequest{Service: s, M: uint32(m)}
	for _, s := range c.servers() {
		if _, err := attempt(ctx, c, s, wire.SetMValue, r, setMValueFails); err != nil {
			return err
		}
	}
	return nil
}
