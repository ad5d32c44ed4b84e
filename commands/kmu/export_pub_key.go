package kmu

import (
	"context"
	"encoding/pem"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

var exportPubKeyOptions = []option{
	{name: "-k", value: "<key handle>", kind: kindHandle, about: "the public key"},
	{name: "-out", value: "<file>", kind: kindText, about: "the file for the key, SubjectPublicKeyInfo in PEM, which is written over"},
}

var exportPubKeyChecks = []check{needs("-k", "Key handle"), needs("-out", "Key File")}

// runExportPubKey writes a public key to a file.
func runExportPubKey(ctx context.Context, s *session, a arguments) hsm.Code {
	const function = "Cfm3ExportPubKey"
	key, file := a.key("-k"), a.text("-out")
	der, code := cluster.OnHome(ctx, s.cluster(ctx), wire.ExportPublicKey, hsm.HandleRequest{Handle: key})
	if code == hsm.BadKeyType {
		s.complainOfType(ctx, key)
	}
	if code != hsm.Success {
		return s.result(function, code)
	}
	if err := s.writeFile(file, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})); err != nil {
		s.out.Print(textPublicNotWritten)
		return s.result(function, hsm.InvalidArguments)
	}
	s.out.Printf(textPublicWritten, file)
	return s.result(function, code)
}

// complainOfType says that keys of a key's type have no public half.
func (s *session) complainOfType(ctx context.Context, key hsm.Handle) {
	r := hsm.AttributeRequest{Handle: key, ID: hsm.AttrKeyType}
	list, code := cluster.OnHome(ctx, s.cluster(ctx), wire.GetAttribute, r)
	if code == hsm.Success {
		s.out.Printf(textNoPublicType, list[0].Number)
	}
}
