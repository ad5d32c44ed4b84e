package kmu

import (
	"context"
	"slices"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// awaitCopies polls once a second until as many HSMs have new keys as -min_srv and the client's configuration
// ask for. When -timeout has passed the keys are removed again; without it polling does not end.
func (s *session) awaitCopies(ctx context.Context, a arguments, k newKeys) hsm.Code {
	minimum := max(int(a.number("-min_srv")), s.env.Settings.MinNodes)
	timeout, limited := a.number("-timeout"), a.has("-timeout")
	for seconds := uint64(0); ; seconds++ {
		counts, asked := s.countCopies(ctx, k, seconds)
		if asked && slices.Min(counts) >= minimum {
			s.printHandles(k)
			return hsm.Success
		}
		if !asked || limited && seconds >= timeout {
			if asked && counts[0] >= minimum { // of a pair only the private key counts in the end
				s.printHandles(k)
				return hsm.Success
			}
			return s.rollBack(ctx, k, minimum)
		}
		if s.env.Sleep(ctx, time.Second) != nil {
			return k.Code // interrupted
		}
	}
}

// countCopies asks all HSMs for new keys, prints what they say, and tells how many have each. asked is false
// where none can be asked.
func (s *session) countCopies(ctx context.Context, k newKeys, seconds uint64) (counts []int, asked bool) {
	for _, part := range k.parts {
		o := s.cluster(ctx).FindKey(ctx, part.handle)
		if o.Nodes == nil {
			s.out.Printf(textCheckingFailed, part.name, uint32(o.Code), o.Code.Text())
			return nil, false
		}
		s.out.Printf(textChecking, part.name, seconds)
		s.block(o.Nodes)
		counts = append(counts, o.Succeeded())
	}
	return counts, true
}

// rollBack removes new keys from the HSMs that can be reached.
func (s *session) rollBack(ctx context.Context, k newKeys, minimum int) hsm.Code {
	s.out.Printf(textNotVerified, minimum)
	for _, h := range k.Handles {
		o := cluster.Everywhere(ctx, s.cluster(ctx), wire.DeleteKey, hsm.HandleRequest{Handle: h}, false)
		o.Nodes = slices.DeleteFunc(o.Nodes, func(n cluster.NodeStatus) bool { return n.Code == hsm.NodeUnavailable })
		s.outcome("Cfm3DeleteKey", o)
	}
	return k.Code
}
