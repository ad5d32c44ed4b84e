package cluster

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// one is the keys of operations that make a single one.
func one(g hsm.Generated) []hsm.Generated { return []hsm.Generated{g} }

// UnwrapKey makes a key of a wrapped one and clones it to all HSMs.
func (a *Application) UnwrapKey(ctx context.Context, r hsm.UnwrapKeyRequest, minimum int) Created {
	r.Template.Masked = true
	return create(ctx, a, wire.UnwrapKey, r, r.Template.Session, minimum, 1, one)
}

// CreatePublicKey makes a public key of one from outside and clones it to all HSMs.
func (a *Application) CreatePublicKey(ctx context.Context, r hsm.CreatePublicKeyRequest, minimum int) Created {
	r.Template.Masked = true
	return create(ctx, a, wire.CreatePublicKey, r, r.Template.Session, minimum, 1, one)
}

// InsertMasked makes a key with a new handle of a masked object and clones it to all HSMs.
func (a *Application) InsertMasked(ctx context.Context, object []byte, minimum int) Created {
	return create(ctx, a, wire.InsertNewMasked, object, false, minimum, 1, one)
}

// GeneratePBE asks for a DES3 key from a password.
func (a *Application) GeneratePBE(ctx context.Context, r hsm.GeneratePBERequest, minimum int) Created {
	r.Template.Masked = true
	return create(ctx, a, wire.GeneratePBE, r, r.Template.Session, minimum, 1, one)
}
