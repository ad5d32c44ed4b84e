package hsm_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func TestOverview(t *testing.T) {
	h := newHSM(t)
	a, b := as(t, h, "alice"), as(t, h, "alice")
	key, marked := aes(t, a, "shared"), aes(t, a, "marked")
	own := generate(t, b, hsm.DES3, 24, hsm.Template{Label: "own", Session: true})
	must(t, share(t, a, key, carol, true))
	must(t, share(t, a, key, bob, true))
	_, err := a.Tombstone(t.Context(), hsm.HandleRequest{Handle: marked})
	must(t, err)
	for range hsm.MaxLoginFailures {
		wants(t, "a wrong password", login(t, session(t, h), "CU", "bob", "wrong-password"), hsm.LoginFailure)
	}
	before := len(h.Audit())
	o := h.Overview()
	if len(h.Audit()) != before {
		t.Error("looking is in the audit log")
	}
	if u := o.Users[alice-1]; u.Name != "alice" || u.Logins != 2 || u.Locked {
		t.Errorf("alice is %+v", u)
	}
	if u := o.Users[bob-1]; u.Name != "bob" || u.Logins != 0 || !u.Locked || u.Failures != hsm.MaxLoginFailures {
		t.Errorf("bob is %+v", u)
	}
	if len(o.Keys) != 2 {
		t.Fatalf("keys %+v", o.Keys)
	}
	if k := o.Keys[0]; k.Handle != key || k.Label != "shared" || k.Owner != "alice" || !slices.Equal(k.Shared, []string{"bob", "carol"}) || k.Session || !k.Attributes["TOKEN"] || k.MValue != 1 {
		t.Errorf("the shared key is %+v", k)
	}
	if k := o.Keys[1]; k.Handle != own || k.Type != hsm.DES3 || k.Class != hsm.SecretKey || !k.Session || k.Attributes["TOKEN"] || k.Shared != nil {
		t.Errorf("the session key is %+v", k)
	}
	must(t, set(t, a, key, hsm.AttrWrap, 0))
	if o.Keys[0].Attributes["WRAP"] == h.Overview().Keys[0].Attributes["WRAP"] {
		t.Error("a changed attribute is not seen, or an overview has changed")
	}
}

func TestFitsCountsNothing(t *testing.T) {
	h := newHSM(t)
	before, audit := h.Overview(), len(h.Audit())
	for _, test := range []struct {
		user, password string
		fits           bool
	}{
		{"bob", "bob-password", true}, {"BOB", "bob-password", true}, {"bob", "alice-password", false}, {"bob", "", false},
		{"nobody", "bob-password", false}, {"app_user", "", false},
	} {
		if got := h.Fits(test.user, test.password); got != test.fits {
			t.Errorf("%s with %q: %t", test.user, test.password, got)
		}
	}
	if diff := cmp.Diff(before, h.Overview()); diff != "" || len(h.Audit()) != audit {
		t.Errorf("it has left something (-before +after):\n%s", diff)
	}
}
