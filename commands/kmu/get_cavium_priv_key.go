package kmu

import (
	"context"
	"os"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

var getCaviumPrivKeyOptions = []option{
	{name: "-k", value: "<key handle>", kind: kindCode, about: "an RSA or EC private key"},
	{name: "-out", value: "<file>", kind: kindText, about: "the file that stands for it, in PEM, which is written over"},
}

var getCaviumPrivKeyChecks = []check{needs("-k", "Key handle"), needs("-out", "Key File")}

// runGetCaviumPrivKey writes a file that stands for a private key on the HSM. The file is there first, even where
// the key is not.
func runGetCaviumPrivKey(ctx context.Context, s *session, a arguments) hsm.Code {
	const function = "getCaviumPrivKey"
	key, file := a.key("-k"), a.text("-out")
	out, err := os.OpenFile(s.path(file), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		s.out.Print(textFakeNotOpened + textFakeFailed)
		return hsm.InvalidArguments
	}
	defer out.Close()
	list, code := cluster.OnHome(ctx, s.cluster(ctx), wire.GetAttribute, hsm.AttributeRequest{Handle: key, ID: hsm.AttrAll})
	if code != hsm.Success {
		s.out.Print(textFakeNoKey + textFakeFailed)
		return code
	}
	text, err := fakePEM(key, list)
	if err != nil {
		s.out.Print(textFakeWrongKey + textFakeFailed)
		return hsm.InvalidArguments
	}
	if _, err := out.Write(text); err != nil {
		s.out.Print(textFakeFailed)
		return hsm.InvalidArguments
	}
	s.out.Printf(textFakeWritten, file)
	return s.result(function, hsm.Success)
}
