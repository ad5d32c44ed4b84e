package runbook

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
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
	for _, c := range []struct{ on, wrong string }{
		{"2026-03-01", ""},
		{"2026-03-02", "the material of KMS key short expires at 2026-03-01T00:00:00Z, not on 2026-03-02"},
	} {
		if got := (&KMSKey{ID: "short", On: c.on}).wrong(t.Context(), w); got != c.wrong {
			t.Errorf("on %s: wrong says %q, not %q", c.on, got, c.wrong)
		}
	}
	if got := (&KMSKey{ID: "kept", On: "2026-03-01"}).wrong(t.Context(), w); got != "KMS key kept has no material that expires" {
		t.Errorf("of a key that does not expire: %q", got)
	}
	if (&KMSKey{ID: "kept", On: "tomorrow"}).validate() == "" {
		t.Error("a day that is none is valid")
	}
	if (&KMSKey{ID: "kept", File: "../x"}).validate() == "" {
		t.Error("a file of elsewhere is valid")
	}
	if (&KMSKey{ID: "kept"}).validate() == "" {
		t.Error("a condition that asks for nothing is valid")
	}
}

func TestKMSKeyMaterial(t *testing.T) {
	w := &World{Dir: t.TempDir(), Begun: t.TempDir()}
	put := func(dir, name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	digest := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	c := &KMSKey{ID: "k", File: "safe.bin"}
	put(w.Begun, "envelope.bin", "old")
	see := func(of, want string) {
		t.Helper()
		w.View = &lab.View{Keys: []lab.KMSKeyView{{ID: "k", Digest: of}}}
		if got := c.wrong(t.Context(), w); got != want {
			t.Errorf("wrong says %q, not %q", got, want)
		}
	}
	see("", "KMS key k has no imported material")
	see(digest("new"), "there is no file safe.bin")
	put(w.Dir, "safe.bin", "other")
	see(digest("new"), "safe.bin does not have the material of KMS key k")
	put(w.Dir, "safe.bin", "new")
	see(digest("new"), "")
	put(w.Dir, "safe.bin", "old")
	see(digest("old"), "the material of KMS key k is that of envelope.bin, not a new one")
}
