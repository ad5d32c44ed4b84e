package kmu

import (
	"context"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// runIsValidKeyHandlefile tells a real private key file from one that stands for a key, and whether that key is
// among the user's private keys. RSA only.
func runIsValidKeyHandlefile(ctx context.Context, s *session, a arguments) hsm.Code {
	file := a.text("-f")
	text, err := s.readFile(file)
	if err != nil {
		s.out.Printf(textFileUnopened, file)
		return hsm.InvalidArguments
	}
	key, err := readPrivateFile(text)
	switch {
	case err != nil || key.keyType != hsm.RSA:
		s.out.Printf(textFileUnread, file)
		return hsm.InvalidArguments
	case !key.fake:
		s.out.Print(textRealKey)
		return hsm.Success
	}
	found, code := cluster.OnHome(ctx, s.cluster(ctx), wire.FindKeys, hsm.FindRequest{Class: hsm.PrivateKey})
	switch {
	case code != hsm.Success:
		s.out.Printf(textFileCheck, uint32(code), code.Text())
	case slices.Contains(found, key.handle):
		s.out.Printf(textFakeKey, key.handle)
	default:
		s.out.Printf(textFakeKeyGone, key.handle)
	}
	return code
}
