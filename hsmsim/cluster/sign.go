package cluster

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// Sign signs on the home HSM. The block tells which others could have done so.
func (a *Application) Sign(ctx context.Context, r hsm.SignRequest) ([]byte, Outcome) {
	signature, o := besideHome(ctx, a, wire.Sign, r)
	o.spread(o.Code)
	return signature, o
}
