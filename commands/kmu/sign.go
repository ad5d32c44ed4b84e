package kmu

import (
	"context"
	"math"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// signMechanisms ends the help screens of sign and verify.
const signMechanisms = `
	Mechanisms:
	   0 SHA1_RSA_PKCS      5 SHA1_RSA_PKCS_PSS     15 ECDSA_SHA1
	   1 SHA256_RSA_PKCS    6 SHA256_RSA_PKCS_PSS   16 ECDSA_SHA224
	   2 SHA384_RSA_PKCS    7 SHA384_RSA_PKCS_PSS   17 ECDSA_SHA256
	   3 SHA512_RSA_PKCS    8 SHA512_RSA_PKCS_PSS   18 ECDSA_SHA384
	   4 SHA224_RSA_PKCS    9 SHA224_RSA_PKCS_PSS   19 ECDSA_SHA512
`

// maxMessage bounds the files that are signed, bytes (user guide, sign).
const maxMessage = 64 << 10

var signOptions = []option{
	{name: "-f", value: "<file>", kind: kindFile, about: "the message, at most 64 KB"},
	{name: "-k", value: "<key handle>", kind: kindHandle, about: "the private key"},
	{name: "-m", value: "<mechanism>", kind: kindNumber, max: math.MaxUint8, about: "number of the mechanism, see below"},
	{name: "-out", value: "<file>", kind: kindText, about: "the file for the signature, which is written over"},
}

var signChecks = []check{
	needs("-f", "Message file"), needs("-k", "Private Key"), needs("-m", "Mechanism"), needs("-out", "Signature File"),
}

// runSign signs a file. The classic tool shows all HSMs, one of which has signed.
func runSign(ctx context.Context, s *session, a arguments) hsm.Code {
	function, file := s.family.signResult, a.text("-out")
	r := hsm.SignRequest{Handle: a.key("-k"), Mechanism: hsm.SignMechanism(a.number("-m"))} // at most 255
	var ok bool
	if r.Message, ok = message(a.data("-f"), r.Mechanism); !ok {
		return s.result(function, hsm.MessageLength)
	}
	var signature []byte
	var o cluster.Outcome
	if s.family.signBlock {
		signature, o = s.cluster(ctx).Sign(ctx, r)
	} else {
		signature, o.Code = cluster.OnHome(ctx, s.cluster(ctx), wire.Sign, r)
	}
	if o.OK() {
		if err := s.writeFile(file, signature); err != nil {
			s.out.Print(textFileNotOpened)
			return s.result(function, hsm.InvalidArguments)
		}
	}
	if !o.OK() {
		s.explain(ctx, r.Handle, o.Code, textNoSignKey)
		return s.outcome(function, o)
	}
	if !s.family.signBlock {
		s.out.Printf(s.family.signed, file)
		return s.result(function, o.Code)
	}
	s.result(function, o.Code)
	s.out.Printf(s.family.signed, file)
	s.block(o.Nodes)
	return o.Code
}

// message is what an HSM signs of a file: large ones are hashed here. ok is false where a file is too large.
func message(data []byte, m hsm.SignMechanism) (msg hsm.Message, ok bool) {
	hash, known := m.Hash()
	switch {
	case len(data) > maxMessage:
		return msg, false
	case len(data) <= hsm.MaxMessage || !known:
		return hsm.Message{Data: data[:min(len(data), hsm.MaxMessage)]}, true // an unknown mechanism is refused anyway
	}
	h := hash.New()
	h.Write(data)
	return hsm.Message{Data: h.Sum(nil), Hashed: true}, true
}

// explain says why a key cannot sign or verify, where the tool finds that out by itself: it looks at the key's type
// first, then at its curve. unfit is said of a key of the wrong kind.
func (s *session) explain(ctx context.Context, key hsm.Handle, code hsm.Code, unfit string) {
	switch code {
	case hsm.InvalidHandle, hsm.KeyAccessDenied, hsm.NotAllowed:
		s.out.Printf(textNoSigningType, uint32(code), code.Text())
	case hsm.BadKeyType:
		if s.unsupportedCurve(ctx, key) {
			unfit = textNoSignCurve
		}
		s.out.Print(unfit)
	}
}

// unsupportedCurve reports whether a key is on a curve without signatures.
func (s *session) unsupportedCurve(ctx context.Context, key hsm.Handle) bool {
	list, code := cluster.OnHome(ctx, s.cluster(ctx), wire.GetAttribute, hsm.AttributeRequest{Handle: key, ID: hsm.AttrAll})
	if code != hsm.Success {
		return false
	}
	ec, curve := false, uint64(0)
	for _, at := range list {
		switch at.ID {
		case hsm.AttrKeyType:
			ec = hsm.KeyType(at.Number) == hsm.EC
		case hsm.AttrModulusBits:
			curve = at.Number
		}
	}
	return ec && curve == curveP521
}

// curveP521 is OBJ_ATTR_MODULUS_BITS of keys on P-521.
const curveP521 = 716
