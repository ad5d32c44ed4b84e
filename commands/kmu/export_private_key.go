package kmu

import (
	"context"
	"encoding/pem"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

var exportPrivateKeyOptions = []option{
	{name: "-k", value: "<key handle>", kind: kindHandle, about: "the private key to export"},
	wrappingOption,
	{name: "-out", value: "<file>", kind: kindText, about: "the file for the key, PKCS #8 in PEM, which is written over"},
	exportOption, wrappingFileOption,
}

var exportPrivateKeyChecks = []check{
	needs("-k", "Key handle"), needs("-w", "Wrapping key handle"), needs("-out", "Key File"),
}

// runExportPrivateKey exports a private key.
func runExportPrivateKey(ctx context.Context, s *session, a arguments) hsm.Code {
	der, code := s.exported(ctx, a, hsm.PrivateKey, textNoPrivateKey)
	if code != hsm.Success {
		return code
	}
	if _, err := hsm.PrivateKeyType(der); err != nil {
		s.out.Print(textNoPKCS8)
		return hsm.InvalidArguments
	}
	file := a.text("-out")
	if err := s.writeFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})); err != nil {
		s.out.Print(textNoBIO)
		return hsm.InvalidArguments
	}
	s.out.Printf(textPrivateWritten, file)
	return code
}
