package kmu

import (
	"context"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

var insertMaskedObjectOptions = slices.Concat([]option{
	{name: "-f", value: "<file>", kind: kindFile, about: "the masked object, of this cluster or a clone of it"},
}, creationPick("-min_srv", "-timeout"))

var insertMaskedObjectChecks = []check{needs("-f", "File name")}

// runInsertMaskedObject makes a key of a masked object. Owner and sharing stay, the handle is new.
func runInsertMaskedObject(ctx context.Context, s *session, a arguments) hsm.Code {
	made := s.cluster(ctx).InsertMasked(ctx, a.data("-f"), int(a.number("-min_srv")))
	return s.finish(ctx, a, secretKey("Cfm3InsertMaskedObject", textMaskedInserted, made))
}
