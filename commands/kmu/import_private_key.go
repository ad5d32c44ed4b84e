package kmu

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

var importPrivateKeyOptions = slices.Concat([]option{
	{name: "-l", value: "<label>", kind: kindText, about: "label"},
	{name: "-f", value: "<PEM file>", kind: kindText, about: "the key: RSA, DSA or EC, not encrypted"},
	wrappingOption,
}, creationPick("-sess", "-id", "-m_value", "-min_srv", "-timeout", "-u"), []option{wrappingFileOption}, creationPick("-attest"))

var importPrivateKeyChecks = []check{
	needs("-w", "wrapping Key handle"), needs("-f", "File name"), needs("-l", "Key label"),
}

// runImportPrivateKey imports a private key. It is wrapped for the way into the HSM.
func runImportPrivateKey(ctx context.Context, s *session, a arguments) hsm.Code {
	text, err := s.readFile(a.text("-f"))
	if err != nil {
		s.out.Printf(textNotOpened, a.text("-f"), reason(err))
		return hsm.InvalidArguments
	}
	key, err := readPrivateFile(text)
	var unknown *hsm.AlgorithmError
	switch {
	case errors.As(err, &unknown):
		s.out.Printf(textNoKeyType, algorithmNumber(unknown.Algorithm))
		return hsm.InvalidArguments
	case err != nil:
		s.out.Print(textNoPrivateFile)
		return hsm.InvalidArguments
	case key.fake:
		s.out.Printf(textImportedBefore, key.handle)
		return hsm.InvalidArguments
	}
	s.out.Printf(textKeyLength, len(key.der))
	return s.imported(ctx, a, hsm.PrivateKey, key.keyType, key.der)
}

// reason is why a file cannot be read, as C says it.
func reason(err error) string {
	var in *fs.PathError
	if errors.As(err, &in) {
		err = in.Err
	}
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}
