package cluster

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// Login logs in on all HSMs. The result is the home HSM's: a user who is missing elsewhere shows in the block.
func (a *Application) Login(ctx context.Context, userType, name, password string) Outcome {
	c := newCredentials(userType, name, password)
	o := everywhere(ctx, a, wire.Login, c.onNode, false)
	if o.OK() {
		a.login = c
	}
	return o
}

// Logout logs out on all HSMs; session keys are gone.
func (a *Application) Logout(ctx context.Context) Outcome {
	a.login = nil
	return Everywhere(ctx, a, wire.Logout, hsm.Done{}, false)
}

// FindKeys lists keys as the home HSM has them; the block tells who could be asked.
func (a *Application) FindKeys(ctx context.Context, r hsm.FindRequest) ([]hsm.Handle, Outcome) {
	found, o := besideHome(ctx, a, wire.FindKeys, r)
	if o.Code == hsm.NodeUnavailable && !a.home.up() && ctx.Err() == nil { // another one is home now
		found, o = besideHome(ctx, a, wire.FindKeys, r)
	}
	if o.Code == hsm.NotAllowed {
		o.spread(o.Code)
	}
	return found, o
}

// FindKey asks every HSM for a key. The result is the first failure, so that it tells whether the key is
// everywhere.
func (a *Application) FindKey(ctx context.Context, h hsm.Handle) Outcome {
	o := Everywhere(ctx, a, wire.FindKey, hsm.HandleRequest{Handle: h}, false)
	for _, s := range o.Nodes {
		if o.OK() && s.Code != hsm.NodeUnavailable {
			o.Code = s.Code
		}
	}
	return o
}

// LoginWithProof is Login with a password that is stretched already, for the salt of the cluster's HSMs.
func (a *Application) LoginWithProof(ctx context.Context, userType, name string, proof hsm.Proof) Outcome {
	c := newCredentials(userType, name, "")
	c.proofs[a.Salt()] = proof
	o := everywhere(ctx, a, wire.Login, c.onNode, false)
	if o.OK() {
		a.login = c
	}
	return o
}
