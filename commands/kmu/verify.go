package kmu

import (
	"context"
	"encoding/asn1"
	"math"
	"math/big"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

var verifyOptions = []option{
	{name: "-f", value: "<file>", kind: kindFile, about: "the message, at most 64 KB"},
	{name: "-s", value: "<file>", kind: kindFile, about: "the signature"},
	{name: "-k", value: "<key handle>", kind: kindHandle, about: "the public key"},
	{name: "-m", value: "<mechanism>", kind: kindNumber, max: math.MaxUint8, about: "number of the mechanism, see below"},
}

var verifyChecks = []check{
	needs("-f", "Message file"), needs("-s", "Signature file"), needs("-k", "Private Key"), needs("-m", "Mechanism"), // sic
}

// runVerify checks the signature of a file.
func runVerify(ctx context.Context, s *session, a arguments) hsm.Code {
	r := hsm.VerifyRequest{Handle: a.key("-k"), Mechanism: hsm.SignMechanism(a.number("-m")), Signature: a.data("-s")}
	var ok bool
	if r.Message, ok = message(a.data("-f"), r.Mechanism); !ok {
		return s.verifyResult(hsm.MessageLength)
	}
	v, code := cluster.OnHome(ctx, s.cluster(ctx), wire.Verify, r)
	switch {
	case code == hsm.Success && v.Valid:
		s.out.Print(s.family.verified)
	case code == hsm.Success && s.family.differsAsBadData:
		code = hsm.BadPKCSData
	case code == hsm.Success:
		s.out.Print(textSignatureDiffers)
		code = hsm.InvalidInput
	case code == hsm.BadLength:
		s.out.Print(textSignatureLength)
	case code == hsm.BadVerifyDSA && !isSignature(r.Signature):
		s.out.Print(textSignatureInvalid)
		code = hsm.InvalidArguments
	default:
		s.explain(ctx, r.Handle, code, textNoVerifyKey)
	}
	return s.verifyResult(code)
}

// verifyResult prints the result line. The classic tool prints this failure as the late one prints all (guide, verify).
func (s *session) verifyResult(code hsm.Code) hsm.Code {
	if code == hsm.Success {
		return s.result("Cfm3Verify", code)
	}
	s.out.Printf(textVerifyFailed, s.indent, uint32(code), resultText(code))
	return code
}

// isSignature reports whether bytes are an ECDSA signature, DER of two numbers.
func isSignature(b []byte) bool {
	var numbers struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(b, &numbers)
	return err == nil && len(rest) == 0
}
