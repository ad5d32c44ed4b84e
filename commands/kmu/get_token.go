package kmu

import (
	"bytes"
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

var getTokenOptions = []option{
	{name: "-n", value: "<service>", kind: kindNumber, min: uint64(hsm.UseKey), max: uint64(hsm.ManageKey), outside: textBadService,
		about: "5 to use the key, 6 to manage it"},
	{name: "-k", value: "<key handle>", kind: kindHandle, about: "the key that needs approvals"},
	{name: "-u", value: "<user name>", kind: kindText, about: "the user who asks"},
	{name: "-f", value: "<token file>", kind: kindText, about: "the file for the tokens of all HSMs, which the approvers sign"},
	{name: "-F", value: "<4>", kind: kindNumber, min: 4, max: 4, initial: "none", about: "taken as the original takes it; changes nothing"},
}

var getTokenChecks = []check{
	needs("-n", "Service number"), needs("-k", "Key Handle"), needs("-u", "User name"), needs("-f", "Token file"),
}

// runGetToken gets a token of every HSM for one use of a key, and writes them all into one file.
func runGetToken(ctx context.Context, s *session, a arguments) hsm.Code {
	const function = "Cfm3GetToken"
	r := hsm.GetTokenRequest{Service: hsm.Service(a.number("-n")), Key: a.key("-k"), User: a.text("-u")}
	tokens, o := cluster.Gather(ctx, s.cluster(ctx), wire.GetToken, r)
	if len(tokens) > 0 {
		var file bytes.Buffer
		for _, t := range tokens {
			s.out.Printf(textToken, t.ID, t.Service, t.Node, t.Key, t.User)
			file.Write(t.Value)
		}
		if err := s.writeFile(a.text("-f"), file.Bytes()); err != nil {
			s.out.Printf(textTokenFileNotOpened, a.text("-f"))
			o.Code = hsm.InvalidArguments
		}
	}
	return s.outcome(function, o)
}
