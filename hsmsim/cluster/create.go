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
	bounded, cancel := a.dialer.request(ctx, patience)
	defer cancel()
	v, err := op.StartEarly(bounded, a.home.conn, r).Wait(bounded)
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
		_, err := wire.Settle.Call(bounded, a.home.conn, hsm.Done{})
		c.Kept = err == nil
		c.Outcome = Outcome{nodeCode(err), []NodeStatus{{a.home.member.Node, nodeCode(err)}}}
		return c
	}
	var holders map[hsm.Handle][]*node
	c.Nodes, holders = a.cloneOut(ctx, made)
	a.judge(ctx, &c, minimum, holders)
	return c
}

// cloneOut inserts new keys into all HSMs but the home, and waits for the home's own commit. holders are the
// HSMs that have a copy of each key, or may have one since their answer is missing.
func (a *Application) cloneOut(ctx context.Context, made []hsm.Generated) (statuses []NodeStatus, holders map[hsm.Handle][]*node) {
	ctx, cancel := a.dialer.request(ctx, 1)
	defer cancel()
	statuses, holders = a.statuses(hsm.NodeUnavailable), map[hsm.Handle][]*node{}
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
			for _, g := range made {
				holders[g.Handle] = append(holders[g.Handle], n)
			}
			continue
		}
		for j, call := range inserts[i] {
			_, err := call.Wait(ctx)
			code := nodeCode(err)
			if code == hsm.KeyPresent { // the service has been faster
				code = hsm.Success
			}
			if code != hsm.Success || j == 0 {
				statuses[i].Code = code
			}
			if code == hsm.Success || code == hsm.NodeUnavailable {
				holders[made[j].Handle] = append(holders[made[j].Handle], n)
			}
		}
	}
	return statuses, holders
}

// required is how many HSMs must have a new key: the larger of -min_srv, 0 where it was not given, and
// create_object_minimum_nodes counts.
func (a *Application) required(minimum int) int { return max(1, minimum, a.settings.MinNodes) }

// judge decides whether enough HSMs have new keys. A -min_srv that all HSMs together cannot meet is met by all
// of them. Without -min_srv nobody polls for the rest, and keys on too few HSMs are removed at once.
func (a *Application) judge(ctx context.Context, c *Created, minimum int, holders map[hsm.Handle][]*node) {
	copies := c.Succeeded()
	everywhere := copies == len(c.Nodes) && copies >= a.required(0)
	if everywhere || copies >= a.required(minimum) {
		return
	}
	c.Code = hsm.Incomplete
	if minimum == 0 {
		a.discard(ctx, c.Handles, holders)
		c.Kept = false
	}
}

// discard removes copies of keys; where that fails it marks them for removal, and where even that fails it
// leaves a line in the client's log for the operator (durability settings, client SDK 3). It goes on when the
// user has had enough.
func (a *Application) discard(ctx context.Context, handles []hsm.Handle, holders map[hsm.Handle][]*node) {
	ctx = context.WithoutCancel(ctx)
	for _, h := range handles {
		left := a.remove(ctx, wire.DeleteKey, h, holders[h])
		left = a.remove(ctx, wire.Tombstone, h, left)
		for _, n := range left {
			a.settings.Log(fmt.Sprintf("print_node_ts_status: [create_object_min_nodes]Key: %d failed to tombstone on node:%d", h, n.member.Node))
		}
	}
}

// remove deletes or tombstones a key and gives the nodes on which it may still be. One that has lost its
// connection gets the chance to come back first.
func (a *Application) remove(ctx context.Context, op wire.Op[hsm.HandleRequest, hsm.Done], h hsm.Handle, holders []*node) []*node {
	if len(holders) == 0 {
		return nil
	}
	a.ready(ctx)
	var left []*node
	for i, code := range ask(ctx, a, holders, op, same(hsm.HandleRequest{Handle: h})) {
		if code != hsm.Success && code != hsm.InvalidHandle {
			left = append(left, holders[i])
		}
	}
	return left
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
	statuses, _ := a.cloneOut(ctx, []hsm.Generated{{Handle: h, Masked: object}})
	return Outcome{hsm.Success, statuses}
}
