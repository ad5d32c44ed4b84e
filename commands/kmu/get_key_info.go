package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// runGetKeyInfo shows owner, sharers and quorum of a key.
func runGetKeyInfo(ctx context.Context, s *session, a arguments) hsm.Code {
	info, code := cluster.OnHome(ctx, s.cluster(ctx), wire.KeyInfo, hsm.HandleRequest{Handle: a.key("-k")})
	s.result("Cfm3GetKey", code)
	if code != hsm.Success {
		return code
	}
	s.out.Printf(s.family.ownedBy, info.Owner)
	if len(info.Shared) > 0 {
		s.out.Printf(s.family.sharedWith, len(info.Shared))
		for _, id := range info.Shared {
			s.out.Printf(textSharer, id)
		}
	}
	if info.MValue > 1 {
		s.out.Printf(textQuorum, info.MValue)
		if int(info.MValue) > len(info.Shared)+1 {
			s.out.Print(textUnusable)
		}
	}
	if len(info.Shared) > 0 || info.MValue > 1 || s.family.infoGap {
		s.out.Print("\n")
	}
	if s.family.infoGap {
		s.out.Print("\n")
	}
	return code
}
