package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// runFindSingleKey tells which HSMs have a key.
func runFindSingleKey(ctx context.Context, s *session, a arguments) hsm.Code {
	return s.outcome(s.family.findSingleKey, s.cluster(ctx).FindKey(ctx, a.key("-k")))
}
