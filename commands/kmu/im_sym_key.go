package kmu

import (
	"context"
	"math"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

var imSymKeyOptions = slices.Concat([]option{
	{name: "-f", value: "<key file>", kind: kindFile, about: "the key, its bare bytes"},
	wrappingOption,
	{name: "-t", value: "<key type>", kind: kindNumber, max: math.MaxUint8, about: "16 generic secret, 18 RC4 (not in FIPS mode), 21 DES3, 31 AES"},
	{name: "-l", value: "<label>", kind: kindText, about: "label"},
}, creationPick("-id", "-sess"), []option{wrappingFileOption}, creationPick("-attest", "-min_srv", "-timeout", "-u", "-m_value"))

var imSymKeyChecks = []check{
	needs("-t", "Key type"), needs("-w", "wrapping key handle"), needs("-l", "Key label"), needs("-f", "Key filename"),
}

// runImSymKey imports a symmetric key. It is wrapped for the way into the HSM.
func runImSymKey(ctx context.Context, s *session, a arguments) hsm.Code {
	return s.imported(ctx, a, hsm.SecretKey, hsm.KeyType(a.number("-t")), a.data("-f"))
}
