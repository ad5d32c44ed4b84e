package kmu

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"math"
	"math/big"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

var createPublicKeyOptions = slices.Concat([]option{
	{name: "-m", value: "<modulus>", kind: kindBytes, about: "RSA modulus in hex"},
	{name: "-e", value: "<public exponent>", kind: kindNumber, min: 1, max: math.MaxInt32, about: "RSA public exponent"},
	{name: "-l", value: "<label>", kind: kindText, about: "label"},
}, creationPick("-sess", "-id", "-min_srv", "-timeout"))

var createPublicKeyChecks = []check{
	needs("-m", "Modulus"), needs("-e", "Public exponant"), needs("-l", "Key label"), // sic
}

// runCreatePublicKey makes an RSA public key from its numbers.
func runCreatePublicKey(ctx context.Context, s *session, a arguments) hsm.Code {
	const function = "Cfm3CreateRSAPublicKey"
	der, err := x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: new(big.Int).SetBytes(a.data("-m")), E: int(a.number("-e"))})
	if err != nil {
		return s.result(function, hsm.InvalidArguments)
	}
	r := hsm.CreatePublicKeyRequest{Key: der, Template: template(a)}
	made := secretKey(function, textPublicCreated, s.cluster(ctx).CreatePublicKey(ctx, r, int(a.number("-min_srv"))))
	made.handlesFirst = true
	return s.finish(ctx, a, made)
}
