package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

var genRSAKeyPairOptions = []option{
	{name: "-m", value: "<modulus bits>", kind: kindNumber, about: "2048 to 4096 in steps of 256"},
	{name: "-e", value: "<public exponent>", kind: kindExponent, about: "an odd number from 65537 to 2147483647"},
	{name: "-l", value: "<label>", kind: kindText, about: "label of both keys"},
}

var genRSAKeyPairChecks = []check{
	needs("-m", "Modulus size"),
	{requires: "-e", text: textNoExponent},
	needs("-l", "Key label"),
	{text: textBadModulus, fails: func(a arguments) bool {
		m := a.number("-m")
		return m < 2048 || m > 4096 || m%256 != 0
	}},
}

// runGenRSAKeyPair makes an RSA key pair.
func runGenRSAKeyPair(ctx context.Context, s *session, a arguments) hsm.Code {
	r := hsm.GeneratePairRequest{Type: hsm.RSA, Bits: int(a.number("-m")), Exponent: a.number("-e"), Template: template(a)}
	r.Template.Public = s.family.publicRSA
	return s.finish(ctx, a, keyPair(s.cluster(ctx).GeneratePair(ctx, r, int(a.number("-min_srv")))))
}
