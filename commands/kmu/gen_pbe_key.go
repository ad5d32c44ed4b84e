package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

var genPBEKeyOptions = []option{
	{name: "-l", value: "<label>", kind: kindText, about: "label"},
	{name: "-p", value: "<password>", kind: kindText, scrubbed: "-p ***", about: "the password that the key is made from"},
	{name: "-s", value: "<salt>", kind: kindText, about: "salt"},
	{name: "-c", value: "<iterations>", kind: kindNumber, about: "iteration count"},
}

var genPBEKeyChecks = []check{
	needs("-c", "Iteration count"), needs("-p", "Password"), needs("-s", "Salt value"), needs("-l", "Key label"),
}

// runGenPBEKey asks for a DES3 key from a password, which HSMs in FIPS mode refuse. Neither password nor salt
// leaves the tool: no HSM here does anything with them.
func runGenPBEKey(ctx context.Context, s *session, a arguments) hsm.Code {
	made := s.cluster(ctx).GeneratePBE(ctx, hsm.GeneratePBERequest{Template: template(a)}, int(a.number("-min_srv")))
	return s.finish(ctx, a, secretKey("Cfm3GeneratePBEKey", textPBECreated, made))
}
