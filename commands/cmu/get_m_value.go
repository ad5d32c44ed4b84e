package cmu

import (
	"context"
	"math"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

func getMValue(ctx context.Context, c *console, args []string) error {
	s, err := service(args[0])
	if err != nil {
		return err
	}
	for a := range everywhere(ctx, c, wire.MValue, hsm.ServiceRequest{Service: s}) {
		if succeeded(c, "getMValue", a) {
			c.printf(textMValue, s, s.String(), a.Server.Number, a.Value)
		}
	}
	return nil
}

// service reads the number of a service; which ones there are the HSM knows.
func service(word string) (hsm.Service, error) {
	n, err := number("service", word, math.MaxUint8)
	return hsm.Service(n), err
}
