package kmu

import (
	"context"
	"math"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

var genSymKeyOptions = []option{
	{name: "-t", value: "<key type>", kind: kindNumber, max: math.MaxUint8,
		about: "16 generic secret, 18 RC4 (not in FIPS mode), 21 DES3, 31 AES"},
	{name: "-s", value: "<bytes>", kind: kindNumber, about: "size: generic secret up to 3583, DES3 24, AES 16, 24 or 32"},
	{name: "-l", value: "<label>", kind: kindText, about: "label"},
}

var genSymKeyChecks = []check{needs("-t", "Key type"), needs("-s", "Key size"), needs("-l", "Key label")}

// runGenSymKey makes a symmetric key.
func runGenSymKey(ctx context.Context, s *session, a arguments) hsm.Code {
	r := hsm.GenerateSecretRequest{Type: hsm.KeyType(a.number("-t")), Size: int(a.number("-s")), Template: template(a)}
	if r.Type == hsm.RC4 && s.fips >= hsm.FIPSMode {
		s.out.Printf(textNoRC4, s.fips)
		return hsm.PolicyViolation
	}
	made := s.cluster(ctx).GenerateSecret(ctx, r, int(a.number("-min_srv")))
	return s.finish(ctx, a, secretKey("Cfm3GenerateSymmetricKey", textSecretCreated, made))
}
