package kmu

import (
	"context"
	"fmt"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// Options that wrapKey and unWrapKey share.
var (
	wrapMechanismOption = option{name: "-m", value: "<mechanism>", kind: kindNumber, min: 1, max: 255, about: "number of the mechanism, see below"}
	wrapAADOption       = option{name: "-aad", value: "<file>", kind: kindFile, initial: "none", about: "additional data of the AES_GCM mechanisms"}
	wrapHashOption      = option{name: "-t", value: "<hash>", kind: kindNumber, min: 2, max: 6, initial: "2",
		about: "hash of RSA_AES and RSA_OAEP: 2 SHA1, 3 SHA256, 4 SHA384, 5 SHA512, 6 SHA224"}
	wrapTagOption = option{name: "-tag_size", value: "<bytes>", kind: kindNumber, min: 8, max: 16, initial: "16",
		about: "length of the tag of AES_GCM, with -noheader only"}
	wrapIVOption = option{name: "-i", value: "<IV>", kind: kindBytes, initial: "A6A6A6A6A6A6A6A6",
		about: "initial value of the mechanisms 4 and 5 in hex; HSMs take the default only; with -noheader only"}
)

// wrapMechanisms ends the help screens of wrapKey and unWrapKey.
const wrapMechanisms = `
	Mechanisms:
	   4  AES_KEY_WRAP_PAD_PKCS5
	   5  NIST_AES_WRAP_NO_PAD
	   6  NIST_AES_WRAP_PAD
	   7  RSA_AES
	   8  RSA_OAEP
	  10  AES_GCM
	  11  CLOUDHSM_AES_GCM
	  12  RSA_PKCS
`

var wrapKeyOptions = []option{
	{name: "-k", value: "<key handle>", kind: kindHandle, about: "the key to wrap"},
	{name: "-w", value: "<key handle>", kind: kindHandle, about: "the wrapping key, AES or RSA public"},
	{name: "-out", value: "<file>", kind: kindText, about: "the file for the wrapped key, which is written over"},
	wrapMechanismOption, wrapAADOption, wrapHashOption,
	{name: "-noheader", initial: "with header", about: "only the ciphertext, without the attributes of the key"},
	wrapIVOption,
	{name: "-iv_file", value: "<file>", kind: kindText, about: "file for the IV that AES_GCM has made, with -noheader only, and needed there"},
	wrapTagOption,
}

var wrapKeyChecks = append([]check{
	needs("-w", "wrapping Key handle"), needs("-k", "key to be wrapped"), needs("-out", "Wrapped Key File"),
	needs("-m", "Wrapping mechanism"),
}, bareChecks...)

// bareChecks are those of the options that go with -noheader.
var bareChecks = []check{
	bareOnly("-i", "IV (-i)"), bareOnly("-iv_file", "IV file (-iv_file)"), bareOnly("-tag_size", "Tag size (-tag_size)"),
	{text: textGCMIVFile, fails: func(a arguments) bool {
		return a.has("-noheader") && hsm.WrapMechanism(a.number("-m")) == hsm.WrapGCM && !a.has("-iv_file")
	}},
}

// bareOnly is the check for an option that goes with -noheader.
func bareOnly(option, what string) check {
	return check{text: fmt.Sprintf(textBareOnly, what), fails: func(a arguments) bool { return a.has(option) && !a.has("-noheader") }}
}

// runWrapKey writes a key, wrapped with another, to a file.
func runWrapKey(ctx context.Context, s *session, a arguments) hsm.Code {
	r := hsm.WrapKeyRequest{Key: a.key("-k"), Wrapping: a.key("-w"), Header: !a.has("-noheader"), Parameters: wrapParameters(a)}
	w, code := cluster.OnHome(ctx, s.cluster(ctx), wire.WrapKey, r)
	if code != hsm.Success {
		return s.result(s.family.wrap, code)
	}
	file, length := a.text("-out"), len(w.Data)
	if r.Header {
		length -= len(hsm.WrapIV) // the original does not count it
	}
	err := s.writeFile(file, w.Data)
	if err == nil && w.IV != nil {
		err = s.writeFile(a.text("-iv_file"), w.IV)
	}
	if err != nil {
		s.out.Print(textWrappedNotSaved)
		return s.result(s.family.wrap, hsm.InvalidArguments)
	}
	s.out.Print(textWrapped)
	s.out.Printf(s.family.wrappedFile, file, length)
	return s.result(s.family.wrap, code)
}

// wrapParameters are the mechanism and its parameters in the options of wrapKey and unWrapKey.
func wrapParameters(a arguments) hsm.WrapParameters {
	return hsm.WrapParameters{
		Mechanism: hsm.WrapMechanism(a.number("-m")), // at most 255
		Hash:      hsm.HashType(a.number("-t")),
		AAD:       a.data("-aad"),
		IV:        a.data("-i"),
		TagSize:   int(a.number("-tag_size")),
	}
}
