package kmu

import (
	"context"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// runListTokens lists the tokens of all HSMs for keys that the user can use.
func runListTokens(ctx context.Context, s *session, _ arguments) hsm.Code {
	lists, o := cluster.Gather(ctx, s.cluster(ctx), wire.ListTokens, hsm.Done{})
	none := true
	for _, tokens := range lists {
		for _, t := range tokens {
			none = false
			s.out.Printf(textToken, t.ID, t.Service, t.Node, t.Key, t.User)
			s.out.Printf(textTokenState, t.Validity/time.Second, t.Required, len(t.Approvers))
			for i, name := range t.Approvers {
				s.out.Printf(textApprover, i, name)
			}
		}
	}
	if none && o.OK() {
		s.out.Print(textNoTokens)
	}
	return s.outcome("Cfm3ListTokens", o)
}
