package cluster

import (
	"context"
	"fmt"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// pairPatience is how many request timeouts making a key pair may take.
const pairPatience = 6

// Created is what became of a creating operation.
type Created struct {
	Outcome
	Handles []hsm.Handle // of a pair first the public, then the private key
	Kept    bool         // the keys are there, though perhaps not on as many HSMs as asked for
}

// GenerateSecret makes a symmetric key and clones it to all HSMs (client-side synchronisation). minimum is
// -min_srv, 0 where it was not given.
func (a *Application) GenerateSecret(ctx context.Context, r hsm.GenerateSecretRequest, minimum int) Created {
	r.Template.Masked = true
	return create(ctx, a, wire.GenerateSecret, r, r.Template.Session, minimum, 1, func(g hsm.Generated) []hsm.Generated {
		return []hsm.Generated{g}
	})
}

// GeneratePair makes a key pair and clones it to all HSMs.
func (a *Application) GeneratePair(ctx context.Context, r hsm.GeneratePairRequest, minimum int) Created {
	r.Template.Masked = true
	return create(ctx, a, wire.GeneratePair, r, r.Template.Session, minimum, pairPatience, func(g hsm.GeneratedPair) []hsm.Generated {
		return []hsm.Generated{g.Public, g.Private}
	})
}

// create makes keys on the home HSM and clones token keys to all others. The home's answer comes before its
// commit, so that all HSMs write at the same time; nothing counts before all of them have answered.
func create[Req, Resp any](ctx context.Context, a *Application, op wire.Op[Req, Resp], r Req, session bool, minimum int,
	patience time.Duration, keys func(Resp) []hsm.Generated) Created {
	if !a.ready(ctx) {
		return Created{Outcome: noNode()}
	}
	ctx, cancel := a.dialer.request(ctx, patience)
	defer cancel()
	v, err := op.StartEarly(ctx, a.home.conn, r).Wait(ctx)
	if err != nil {
		// The original marks every node as it was before the request reached it.
		return Created{Outcome: Outcome{nodeCode(err), a.statuses(hsm.NodeUnavailable)}}
	}
	made := keys(v)
	c := Created{Kept: true}
	for _, g := range made {
		c.Handles = append(c.Handles, g.Handle)
	}
	if session {
		_, err := wire.Settle.Call(ctx, a.home.conn, hsm.Done{})
		c.Outcome = Outcome{nodeCode(err), []NodeStatus{{a.home.member.Node, nodeCode(err)}}}
		return c
	}
	c.Nodes = a.cloneOut(ctx, made)
	a.judge(ctx, &c, minimum)
	return c
}

// cloneOut inserts new keys into all HSMs but the home, and waits for the home's own commit.
func (a *Application) cloneOut(ctx context.Context, made []hsm.Generated) []NodeStatus {
	statuses := a.statuses(hsm.NodeUnavailable)
	inserts := make([][]wire.Call[hsm.Handle], len(a.nodes))
	var settle wire.Call[hsm.Done]
	for i, n := range a.nodes {
		if n == a.home {
			settle = wire.Settle.Start(ctx, n.conn, hsm.Done{})
			continue
		}
		for _, g := range made {
			if n.up() {
				r := hsm.InsertMaskedRequest{Object: g.Masked, KeepHandle: true}
				inserts[i] = append(inserts[i], wire.InsertMasked.Start(ctx, n.conn, r))
			}
		}
	}
	for i, n := range a.nodes {
		if n == a.home {
			_, err := settle.Wait(ctx)
			statuses[i].Code = nodeCode(err)
			continue
		}
		for j, call := range inserts[i] {
			if _, err := call.Wait(ctx); err != nil || j == 0 {
				statuses[i].Code = nodeCode(err)
			}
		}
	}
	return statuses
}

// judge decides whether enough HSMs have new keys: the larger of -min_srv and create_object_minimum_nodes
// counts. Without -min_srv nobody polls for the rest, and keys on too few HSMs are removed at once.
func (a *Application) judge(ctx context.Context, c *Created, minimum int) {
	copies, configured := c.Succeeded(), max(1, a.settings.MinNodes)
	everywhere := copies == len(c.Nodes) && copies >= configured
	if everywhere || copies >= max(minimum, configured) {
		return
	}
	c.Code = hsm.Incomplete
	if minimum == 0 {
		a.discard(ctx, c.Handles)
		c.Kept = false
	}
}

// discard removes keys from every HSM; where that fails it marks them for removal, and where even that
// fails it leaves a line in the client's log for the operator (durability settings, client SDK 3).
func (a *Application) discard(ctx context.Context, handles []hsm.Handle) {
	for _, h := range handles {
		r := hsm.HandleRequest{Handle: h}
		deleted := Everywhere(ctx, a, wire.DeleteKey, r, false)
		for i, s := range deleted.Nodes {
			if s.Code == hsm.Success || s.Code == hsm.InvalidHandle {
				continue
			}
			if n := a.nodes[i]; !n.up() || tombstone(ctx, a, n, r) != nil {
				a.settings.Log(fmt.Sprintf("print_node_ts_status: [create_object_min_nodes]Key: %d failed to tombstone on node:%d", h, s.Node))
			}
		}
	}
}

func tombstone(ctx context.Context, a *Application, n *node, r hsm.HandleRequest) error {
	ctx, cancel := a.dialer.request(ctx, 1)
	defer cancel()
	_, err := wire.Tombstone.Call(ctx, n.conn, r)
	return err
}

// DeleteKey removes a key from all HSMs.
func (a *Application) DeleteKey(ctx context.Context, h hsm.Handle) Outcome {
	return Everywhere(ctx, a, wire.DeleteKey, hsm.HandleRequest{Handle: h}, true)
}

// MakeToken turns a session key into a token key and clones it to all HSMs.
func (a *Application) MakeToken(ctx context.Context, h hsm.Handle) Outcome {
	_, code := OnHome(ctx, a, wire.SetAttribute, hsm.SetAttributeRequest{Handle: h, ID: hsm.AttrToken, Number: 1})
	if code == hsm.DaemonSocket {
		return noNode()
	}
	if code != hsm.Success {
		return Outcome{code, a.statuses(code)}
	}
	object, code := OnHome(ctx, a, wire.ExtractMasked, hsm.HandleRequest{Handle: h})
	if code != hsm.Success {
		return Outcome{code, a.statuses(code)}
	}
	ctx, cancel := a.dialer.request(ctx, 1)
	defer cancel()
	return Outcome{hsm.Success, a.cloneOut(ctx, []hsm.Generated{{Handle: h, Masked: object}})}
}
