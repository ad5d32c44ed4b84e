package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

var exSymKeyOptions = []option{
	{name: "-k", value: "<key handle>", kind: kindHandle, about: "the key to export"},
	wrappingOption,
	{name: "-out", value: "<file>", kind: kindText, about: "the file for the key's bare bytes, which is written over"},
	exportOption, wrappingFileOption,
}

var exSymKeyChecks = []check{
	needs("-k", "Handle of key to export"), needs("-w", "Handle of wrapping Key"), needs("-out", "Key File"),
}

// runExSymKey exports a symmetric key. It is wrapped on its way only: the file has the key itself.
func runExSymKey(ctx context.Context, s *session, a arguments) hsm.Code {
	key, code := s.exported(ctx, a, hsm.SecretKey, textNoSymmetricKey)
	if code != hsm.Success {
		return code
	}
	file := a.text("-out")
	if err := s.writeFile(file, key); err != nil {
		s.out.Printf(textNotWritten, file)
		return hsm.InvalidArguments
	}
	s.out.Printf(s.family.secretExported, file)
	return code
}
