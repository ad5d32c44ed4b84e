package hsm_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func TestASessionKeyIsItsSessionsAlone(t *testing.T) {
	h := newHSM(t)
	s, second := as(t, h, "alice"), as(t, h, "alice")
	key := generate(t, s, hsm.AES, 16, hsm.Template{Session: true})
	if got := attributes(t, s, key)["TOKEN"].Number; got != 0 {
		t.Errorf("OBJ_ATTR_TOKEN is %d", got)
	}
	info, err := s.KeyInfo(t.Context(), hsm.HandleRequest{Handle: key})
	must(t, err)
	if !info.Session || info.Owner != alice {
		t.Errorf("%+v", info)
	}
	if got := find(t, s, hsm.FindRequest{}); !cmp.Equal(got, []hsm.Handle{key}) {
		t.Errorf("its own session finds %v", got)
	}
	if got := find(t, second, hsm.FindRequest{}); len(got) > 0 {
		t.Errorf("another session of the same user finds %v", got)
	}
	r := hsm.HandleRequest{Handle: key}
	wants(t, "finding it from another session", code(second.FindKey(t.Context(), r)), hsm.InvalidHandle)
	wants(t, "deleting it from another session", deleteKey(t, second, key), hsm.InvalidHandle)
	wants(t, "changing it from another session", set(t, second, key, hsm.AttrToken, 1), hsm.InvalidHandle)
	wants(t, "trusting it as an officer", set(t, as(t, h, "admin"), key, hsm.AttrTrusted, 1), hsm.InvalidHandle)
	wants(t, "sharing it", share(t, s, key, bob, true), hsm.InvalidInput)
	wants(t, "masking it", code(s.ExtractMasked(t.Context(), r)), hsm.InvalidHandle)
	wants(t, "tombstoning it", code(s.Tombstone(t.Context(), r)), hsm.InvalidHandle)
	if h.CloneOut(key) != nil || len(h.TokenKeys()) > 0 {
		t.Error("the service would synchronise it")
	}
	if p := h.Status().Partition; p.SessionKeys != 1 || p.TokenKeys != 0 {
		t.Errorf("%d session keys and %d token keys", p.SessionKeys, p.TokenKeys)
	}
	all, err := as(t, h, "admin").FindAllKeys(t.Context(), hsm.FindAllRequest{User: alice})
	must(t, err)
	if len(all.Keys) > 0 {
		t.Errorf("findAllKeys shows %v", all.Keys)
	}
	wants(t, "deleting it", deleteKey(t, s, key), hsm.Success)
	wants(t, "deleting it again", deleteKey(t, s, key), hsm.InvalidHandle)
}

func TestSessionKeysEndWithTheLoginAndTheSession(t *testing.T) {
	tests := []struct {
		name string
		end  func(*testing.T, *hsm.Session)
	}{
		{"logging out", func(t *testing.T, s *hsm.Session) { must(t, code(s.Logout(t.Context(), hsm.Done{}))) }},
		{"closing the session", func(_ *testing.T, s *hsm.Session) { s.Close() }},
		{"logging in as another user", func(t *testing.T, s *hsm.Session) { must(t, login(t, s, "CU", "bob", "bob-password")) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := options()
			h := open(t, o)
			must(t, h.ProvisionUsers(specs()...))
			s, second := as(t, h, "alice"), as(t, h, "alice")
			token := aes(t, s, "")
			generate(t, s, hsm.AES, 16, hsm.Template{Session: true})
			r := p256
			r.Template.Session = true
			pair(t, s, r)
			other := generate(t, second, hsm.AES, 16, hsm.Template{Session: true})
			tt.end(t, s)
			if p := h.Status().Partition; p.SessionKeys != 1 || p.TokenKeys != 1 {
				t.Errorf("%d session keys and %d token keys are left, want 1 and 1", p.SessionKeys, p.TokenKeys)
			}
			if got := find(t, second, hsm.FindRequest{}); !cmp.Equal(got, []hsm.Handle{token, other}) {
				t.Errorf("the other session finds %v", got)
			}
			if got := find(t, as(t, open(t, o), "alice"), hsm.FindRequest{}); !cmp.Equal(got, []hsm.Handle{token}) {
				t.Errorf("after a restart there are %v", got)
			}
		})
	}
}

func TestASessionKeyCanBecomeATokenKey(t *testing.T) {
	o := options()
	h := open(t, o)
	must(t, h.ProvisionUsers(specs()...))
	s := as(t, h, "alice")
	key := generate(t, s, hsm.AES, 16, hsm.Template{Session: true, Label: "kept"})
	wants(t, "OBJ_ATTR_TOKEN 0", set(t, s, key, hsm.AttrToken, 0), hsm.InvalidInput)
	must(t, set(t, s, key, hsm.AttrToken, 1))
	wants(t, "OBJ_ATTR_TOKEN 1 again", set(t, s, key, hsm.AttrToken, 1), hsm.Success)
	s.Close()
	for _, h := range []*hsm.HSM{h, open(t, o)} {
		s := as(t, h, "alice")
		if a := attributes(t, s, key); a["TOKEN"].Number != 1 || string(a["LABEL"].Bytes) != "kept" {
			t.Errorf("%v", a)
		}
		wants(t, "sharing it", share(t, s, key, bob, true), hsm.Success)
	}
}

func TestFindKeysTellsSessionKeysFromTokenKeys(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	token := aes(t, s, "")
	key := generate(t, s, hsm.AES, 16, hsm.Template{Session: true})
	for _, tt := range []struct {
		session bool
		want    hsm.Handle
	}{{true, key}, {false, token}} {
		if got := find(t, s, hsm.FindRequest{Session: &tt.session}); !cmp.Equal(got, []hsm.Handle{tt.want}) {
			t.Errorf("session %v: %v", tt.session, got)
		}
	}
}
