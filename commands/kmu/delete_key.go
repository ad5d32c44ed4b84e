package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// runDeleteKey deletes a key on all HSMs. The classic tool looks for it first, and says so where no HSM has it.
func runDeleteKey(ctx context.Context, s *session, a arguments) hsm.Code {
	key := a.key("-k")
	if s.family.deleteFinds {
		if o := s.cluster(ctx).FindKey(ctx, key); o.Code == hsm.InvalidHandle && o.Succeeded() == 0 {
			return s.outcome("Cfm3FindKey", o)
		}
	}
	o := s.cluster(ctx).DeleteKey(ctx, key)
	if o.Code == hsm.KeyAccessDenied {
		// The client library refuses this by itself; the guide shows no node (deleteKey).
		o.Nodes = []cluster.NodeStatus{}
	}
	return s.outcome("Cfm3DeleteKey", o)
}
