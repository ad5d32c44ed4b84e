package kmu

import (
	"context"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

var unWrapKeyOptions = slices.Concat([]option{
	{name: "-f", value: "<file>", kind: kindFile, about: "the wrapped key"},
	{name: "-w", value: "<key handle>", kind: kindHandle, about: "the wrapping key, AES or RSA private"},
	wrapMechanismOption,
}, creationPick("-sess", "-min_srv", "-timeout"), []option{
	wrapAADOption, wrapTagOption,
	{name: "-iv_file", value: "<file>", kind: kindFile, about: "the IV of AES_GCM, with -noheader only, and needed there"},
}, creationPick("-attest"), []option{wrapHashOption}, creationPick("-nex", "-u", "-m_value"), []option{
	{name: "-noheader", initial: "with header", about: "the file has no attributes: they are in the options that follow"},
	{name: "-l", value: "<label>", kind: kindText, about: "label; needed with -noheader"},
	{name: "-kc", value: "<class>", kind: kindNumber, min: 3, max: 4, about: "3 private, 4 secret key; needed with -noheader"},
	{name: "-kt", value: "<key type>", kind: kindNumber, max: 255,
		about: "0 RSA, 1 DSA, 3 EC, 16 generic secret, 21 DES3, 31 AES; needed with -noheader"},
}, creationPick("-id"), []option{wrapIVOption})

var unWrapKeyChecks = slices.Concat([]check{
	needs("-w", "wrapping key handle"), needs("-f", "Key filename"), needs("-m", "Wrapping mechanism"),
	bareNeeds("-l", "Key label"), bareNeeds("-kc", "Key class"), bareNeeds("-kt", "Key type"),
	bareOnly("-id", "Key id (-id)"),
}, bareChecks, creationChecks)

// bareNeeds is the check for an option that -noheader needs.
func bareNeeds(option, what string) check {
	return check{text: needs(option, what).text, fails: func(a arguments) bool { return a.has("-noheader") && !a.has(option) }}
}

// runUnWrapKey makes a key of one that is wrapped in a file.
func runUnWrapKey(ctx context.Context, s *session, a arguments) hsm.Code {
	bare := a.has("-noheader")
	r := hsm.UnwrapKeyRequest{Wrapping: a.key("-w"), Wrapped: a.data("-f"), Header: !bare, Class: hsm.Class(a.number("-kc")),
		Type: hsm.KeyType(a.number("-kt")), Parameters: wrapParameters(a), Template: template(a)}
	if bare && r.Parameters.Mechanism == hsm.WrapGCM {
		r.Parameters.IV = a.data("-iv_file")
	}
	made := secretKey(s.family.unwrap, textUnwrapped, s.cluster(ctx).UnwrapKey(ctx, r, int(a.number("-min_srv"))))
	if bare {
		s.result("Cfm3CreateUnwrapTemplate2", hsm.Success) // the tool's own doing
		made.created = textUnwrappedBare
		made.report = s.reportBare
	}
	return s.finish(ctx, a, made)
}

// reportBare prints the second result line of -noheader, which follows the first without an empty line.
func (s *session) reportBare(code hsm.Code) hsm.Code {
	if code == hsm.Success {
		s.out.Printf(textBareUnwrap, s.indent, uint32(code), code.Text())
		return code
	}
	return s.result("Cfm2UnWrapWithTemplate3", code)
}
