package runbook

import (
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

func TestKMSKeyExpires(t *testing.T) {
	yes, no := true, false
	w := &World{View: &lab.View{Keys: []lab.KMSKeyView{
		{ID: "kept", Aliases: []string{"alias/kept"}, State: "Enabled", Origin: "EXTERNAL"},
		{ID: "short", State: "Enabled", Origin: "EXTERNAL", Expires: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)},
	}}}
	for _, c := range []struct {
		condition KMSKey
		wrong     string
	}{
		{KMSKey{ID: "kept", Expires: &no}, ""},
		{KMSKey{Alias: "alias/kept", State: "Enabled", Expires: &no}, ""},
		{KMSKey{ID: "kept", Expires: &yes}, "KMS key kept has no material that expires"},
		{KMSKey{ID: "short", Expires: &yes}, ""},
		{KMSKey{ID: "short", Expires: &no}, "the material of KMS key short expires at 2026-03-01T00:00:00Z"},
		{KMSKey{ID: "short", State: "PendingImport", Expires: &yes}, "KMS key short is Enabled, not PendingImport"},
	} {
		if reason := c.condition.validate(); reason != "" {
			t.Errorf("%+v: validate says %q", c.condition, reason)
		}
		if got := c.condition.wrong(t.Context(), w); got != c.wrong {
			t.Errorf("%+v: wrong says %q, not %q", c.condition, got, c.wrong)
		}
	}
	if (&KMSKey{ID: "kept"}).validate() == "" {
		t.Error("a condition that asks for nothing is valid")
	}
}
