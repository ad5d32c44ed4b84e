package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

var genECCKeyPairOptions = []option{
	{name: "-i", value: "<curve id>", kind: kindNumber, min: 1, max: uint64(len(curveNames)),
		outside: textBadCurve + curveList(), outsideAlone: true, about: "number of the curve"},
	{name: "-l", value: "<label>", kind: kindText, about: "label of both keys"},
}

var genECCKeyPairChecks = []check{needs("-i", "Curve id"), needs("-l", "Key label")}

// runGenECCKeyPair makes a key pair on an elliptic curve.
func runGenECCKeyPair(ctx context.Context, s *session, a arguments) hsm.Code {
	r := hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.Curve(a.number("-i")), Template: template(a)}
	return s.finish(ctx, a, keyPair(s.cluster(ctx).GeneratePair(ctx, r, int(a.number("-min_srv")))))
}
