package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

var extractMaskedObjectOptions = []option{
	{name: "-o", value: "<key handle>", kind: kindHandle, about: "the key"},
	{name: "-out", value: "<file>", kind: kindText, about: "the file for the masked object, which is written over"},
}

var extractMaskedObjectChecks = []check{needs("-o", "Object handle"), needs("-out", "Masked Object File")}

// runExtractMaskedObject writes a key as masked object to a file.
func runExtractMaskedObject(ctx context.Context, s *session, a arguments) hsm.Code {
	const function = "Cfm3ExtractMaskedObject"
	object, code := cluster.OnHome(ctx, s.cluster(ctx), wire.ExtractMasked, hsm.HandleRequest{Handle: a.key("-o")})
	if code != hsm.Success {
		return s.result(function, code)
	}
	file := a.text("-out")
	if err := s.writeFile(file, object); err != nil {
		s.out.Print(textMaskedNotSaved)
		return s.result(function, hsm.InvalidArguments)
	}
	s.out.Printf(textMasked, file)
	return s.result(function, code)
}
