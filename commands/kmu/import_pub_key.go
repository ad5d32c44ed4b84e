package kmu

import (
	"context"
	"encoding/pem"
	"errors"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

var importPubKeyOptions = slices.Concat([]option{
	{name: "-l", value: "<label>", kind: kindText, about: "label"},
	{name: "-f", value: "<PEM file>", kind: kindFile, about: "the key: RSA, DSA or EC, SubjectPublicKeyInfo in PEM"},
}, creationPick("-sess", "-id", "-min_srv", "-timeout"))

var importPubKeyChecks = []check{needs("-f", "File name"), needs("-l", "Key label")}

// runImportPubKey imports a public key.
func runImportPubKey(ctx context.Context, s *session, a arguments) hsm.Code {
	const function = "Cfm3CreatePublicKey"
	der, err := readPublicFile(a.data("-f"))
	var unknown *hsm.AlgorithmError
	switch {
	case errors.As(err, &unknown):
		s.out.Printf(textNoKeyType, algorithmNumber(unknown.Algorithm))
		return s.result(function, hsm.InvalidArguments)
	case err != nil:
		s.out.Printf(textNoPublicFile, a.text("-f"))
		return s.result(function, hsm.InvalidArguments)
	}
	r := hsm.CreatePublicKeyRequest{Key: der, Template: template(a)}
	return s.finish(ctx, a, secretKey(function, textPublicHandle, s.cluster(ctx).CreatePublicKey(ctx, r, int(a.number("-min_srv")))))
}

// readPublicFile reads a PEM file with a public key and gives its SubjectPublicKeyInfo. Errors as readPrivateFile.
func readPublicFile(text []byte) ([]byte, error) {
	for {
		block, rest := pem.Decode(text)
		switch {
		case block == nil:
			return nil, errors.New("the file has no public key in PEM")
		case block.Type == "PUBLIC KEY":
			_, err := hsm.PublicKeyType(block.Bytes)
			return block.Bytes, err
		}
		text = rest
	}
}
