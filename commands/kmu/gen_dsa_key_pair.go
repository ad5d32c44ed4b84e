package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

var genDSAKeyPairOptions = []option{
	{name: "-m", value: "<modulus bits>", kind: kindNumber, about: "2048 or 3072"},
	{name: "-l", value: "<label>", kind: kindText, about: "label of both keys"},
}

var genDSAKeyPairChecks = []check{
	needs("-m", "Modulus size"),
	needs("-l", "Key label"),
	{text: textBadModulus, fails: func(a arguments) bool { return a.number("-m") != 2048 && a.number("-m") != 3072 }},
}

// runGenDSAKeyPair makes a DSA key pair. Its result line has a colon too many, as in the original.
func runGenDSAKeyPair(ctx context.Context, s *session, a arguments) hsm.Code {
	r := hsm.GeneratePairRequest{Type: hsm.DSA, Bits: int(a.number("-m")), Template: template(a)}
	made := keyPair(s.cluster(ctx).GeneratePair(ctx, r, int(a.number("-min_srv"))))
	made.function += ":"
	return s.finish(ctx, a, made)
}
