package cluster

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// Sign signs on the home HSM. The block tells which others could have done so.
func (a *Application) Sign(ctx context.Context, r hsm.SignRequest) ([]byte, Outcome) {
	if !a.ready(ctx) {
		return nil, noNode()
	}
	ctx, cancel := a.dialer.request(ctx, 1)
	defer cancel()
	o := Outcome{Nodes: a.statuses(hsm.NodeUnavailable)}
	call := wire.Sign.Start(ctx, a.home.conn, r)
	others := make([]wire.Call[hsm.LoginState], len(a.nodes))
	for i, n := range a.nodes {
		if n != a.home && n.up() {
			others[i] = wire.LoginState.Start(ctx, n.conn, hsm.Done{})
		}
	}
	signature, err := call.Wait(ctx)
	o.Code = nodeCode(err)
	for i, n := range a.nodes {
		switch {
		case n == a.home:
			o.Nodes[i].Code = o.Code
		case n.up():
			if _, err := others[i].Wait(ctx); err == nil {
				o.Nodes[i].Code = o.Code
			}
		}
	}
	return signature, o
}
