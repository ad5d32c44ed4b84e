package kmu

import (
	"context"
	"errors"

	"github.com/hsmlab/hsmlab/commands/approval"
	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// runApproveToken brings the signatures that an approval file names to all HSMs.
func runApproveToken(ctx context.Context, s *session, a arguments) hsm.Code {
	const function = "Cfm3ApproveToken"
	file := a.text("-af")
	if _, err := tool.ReadFile(s.path(file), approval.MaxFile); err != nil {
		s.out.Printf(textApprovalNotOpened, file)
		return s.result(function, hsm.InvalidArguments)
	}
	r, err := approval.Read(file, s.path)
	switch {
	case errors.Is(err, approval.ErrTooMany):
		s.out.Print(textTooManyApprovals)
	case err != nil:
		s.out.Print(textNoApprovers)
	default:
		return s.outcome(function, cluster.Everywhere(ctx, s.cluster(ctx), wire.ApproveToken, r, false))
	}
	return s.result(function, hsm.InvalidArguments)
}
