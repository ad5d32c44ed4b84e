package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

var delTokenOptions = []option{
	{name: "-tf", value: "<token file>", kind: kindText, about: "the file that getToken has written"},
	{name: "-f", value: "<4>", kind: kindNumber, min: 4, max: 4, about: "all tokens of the user"},
}

// One of both options is needed; which is missing the original does not say.
var delTokenChecks = []check{{fails: func(a arguments) bool { return !a.has("-tf") && !a.has("-f") }}}

// runDelToken takes back tokens of the user on all HSMs.
func runDelToken(ctx context.Context, s *session, a arguments) hsm.Code {
	const function = "Cfm3DeleteToken"
	r := hsm.DeleteTokenRequest{All: a.has("-f")}
	if file := a.text("-tf"); a.has("-tf") {
		tokens, err := tool.ReadFile(s.path(file), maxFile)
		switch {
		case err != nil:
			s.out.Printf(textTokenFileUnread, file)
			return s.result(function, hsm.InvalidArguments)
		case len(tokens) > hsm.MaxTokenBytes:
			s.out.Print(textTooManyTokens)
			return s.result(function, hsm.InvalidArguments)
		case len(tokens) == 0 || len(tokens)%hsm.TokenSize != 0:
			s.out.Print(textImproperToken)
			return s.result(function, hsm.InvalidArguments)
		}
		r.Tokens = tokens
	}
	return s.outcome(function, cluster.Everywhere(ctx, s.cluster(ctx), wire.DeleteToken, r, false))
}
