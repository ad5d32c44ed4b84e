package hsm_test

import (
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func TestFindKeysCombinesItsConditions(t *testing.T) {
	h := newHSM(t)
	a, b := as(t, h, "alice"), as(t, h, "bob")
	generate(t, a, hsm.AES, 16, hsm.Template{Label: "one", ID: "1", Shared: []hsm.UserID{bob, carol}}) // 6
	generate(t, a, hsm.DES3, 24, hsm.Template{Label: "one", ID: "2", Shared: []hsm.UserID{bob}})       // 7
	g := p256
	g.Template = hsm.Template{Label: "two"}
	pair(t, a, g)                                                                        // 8 and 9
	generate(t, b, hsm.AES, 16, hsm.Template{Label: "one"})                              // 10
	generate(t, a, hsm.AES, 16, hsm.Template{Label: "three", Session: true})             // 11
	must(t, code(a.Tombstone(t.Context(), hsm.HandleRequest{Handle: aes(t, a, "one")}))) // 12

	of := func(k hsm.KeyType) *hsm.KeyType { return &k }
	text := func(s string) *string { return &s }
	kcv := attributes(t, a, 6)["KCV"].Bytes
	modulus := attributes(t, a, 8)["MODULUS"].Bytes
	tests := []struct {
		name string
		r    hsm.FindRequest
		want []hsm.Handle
	}{
		{"everything", hsm.FindRequest{}, []hsm.Handle{6, 7, 8, 9, 11}},
		{"public keys", hsm.FindRequest{Class: hsm.PublicKey}, []hsm.Handle{8}},
		{"private keys", hsm.FindRequest{Class: hsm.PrivateKey}, []hsm.Handle{9}},
		{"secret keys", hsm.FindRequest{Class: hsm.SecretKey}, []hsm.Handle{6, 7, 11}},
		{"a class that there is not", hsm.FindRequest{Class: 9}, nil},
		{"AES keys", hsm.FindRequest{Type: of(hsm.AES)}, []hsm.Handle{6, 11}},
		{"RSA keys, whose type is 0", hsm.FindRequest{Type: of(hsm.RSA)}, nil},
		{"a label", hsm.FindRequest{Label: text("one")}, []hsm.Handle{6, 7}},
		{"the beginning of a label", hsm.FindRequest{Label: text("on")}, nil},
		{"an id", hsm.FindRequest{ID: text("2")}, []hsm.Handle{7}},
		{"no id", hsm.FindRequest{ID: text("")}, []hsm.Handle{8, 9, 11}},
		{"a label and a type", hsm.FindRequest{Label: text("one"), Type: of(hsm.DES3)}, []hsm.Handle{7}},
		{"what another can use too", hsm.FindRequest{Users: []hsm.UserID{bob}}, []hsm.Handle{6, 7, 8}},
		{"what two others can use too", hsm.FindRequest{Users: []hsm.UserID{bob, carol}}, []hsm.Handle{6, 8}},
		{"a check value", hsm.FindRequest{KCV: kcv, Type: of(hsm.AES)}, []hsm.Handle{6}},
		{"a modulus", hsm.FindRequest{Modulus: modulus}, []hsm.Handle{8, 9}},
		{"another modulus", hsm.FindRequest{Modulus: modulus[1:]}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := find(t, a, tt.r); !cmp.Equal(got, append([]hsm.Handle{}, tt.want...)) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
	if got, want := find(t, b, hsm.FindRequest{}), []hsm.Handle{6, 7, 8, 10}; !cmp.Equal(got, want) {
		t.Errorf("bob finds %v, want %v", got, want)
	}
	_, err := a.FindKeys(t.Context(), hsm.FindRequest{Users: make([]hsm.UserID, hsm.MaxUsers+1)})
	wants(t, "more users than there can be", err, hsm.InvalidInput)
}

func TestFindAllKeysMarksOwnAndSharedKeys(t *testing.T) {
	h := newHSM(t)
	a, b, co := as(t, h, "alice"), as(t, h, "bob"), as(t, h, "admin")
	aes(t, a, "")                                                          // 6
	generate(t, b, hsm.AES, 16, hsm.Template{Shared: []hsm.UserID{alice}}) // 7
	pair(t, b, p256)                                                       // 8, 9
	aes(t, b, "")                                                          // 10
	must(t, code(a.Tombstone(t.Context(), hsm.HandleRequest{Handle: aes(t, a, "")})))
	key := func(h hsm.Handle, owned, shared bool) hsm.FoundKey {
		return hsm.FoundKey{Handle: h, Owned: owned, Shared: shared}
	}
	tests := []struct {
		name string
		user hsm.UserID
		want []hsm.FoundKey
	}{
		{"alice", alice, []hsm.FoundKey{key(6, true, false), key(7, false, true), key(8, false, false)}},
		{"bob", bob, []hsm.FoundKey{key(7, true, false), key(8, true, false), key(9, true, false), key(10, true, false)}},
		{"carol, who has none", carol, []hsm.FoundKey{key(8, false, false)}},
		{"an officer", admin, nil},
		{"nobody's id", 99, nil},
		{"all keys", 0, []hsm.FoundKey{key(6, false, false), key(7, false, false), key(8, false, false), key(9, false, false), key(10, false, false)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, hash := range []bool{false, true} {
				all, err := co.FindAllKeys(t.Context(), hsm.FindAllRequest{User: tt.user, Hash: hash})
				must(t, err)
				if diff := cmp.Diff(tt.want, all.Keys); diff != "" {
					t.Error(diff)
				}
				if there := len(all.Hash) == 32; there != (hash && len(tt.want) > 0) || !there && len(all.Hash) > 0 {
					t.Errorf("hash asked for: %v, given: %x", hash, all.Hash)
				}
			}
		})
	}
}

func TestTheKeyHashTellsWhetherHSMsAreInStep(t *testing.T) {
	// Each HSM gets the same key, and then one of the changes.
	build := func(change func(t *testing.T, h *hsm.HSM, s *hsm.Session)) string {
		o := options()
		o.Identity.Node = 1
		h := open(t, o)
		must(t, h.ProvisionUsers(specs()...))
		must(t, h.ProvisionKeys(hsm.KeySpec{Handle: 6, Class: hsm.SecretKey, Type: hsm.AES, Size: 16, Owner: alice, Shared: []hsm.UserID{bob, carol}}))
		if change != nil {
			change(t, h, as(t, h, "alice"))
		}
		s := as(t, h, "admin")
		all, err := s.FindAllKeys(t.Context(), hsm.FindAllRequest{User: alice, Hash: true})
		must(t, err)
		other, err := s.FindAllKeys(t.Context(), hsm.FindAllRequest{User: carol, Hash: true})
		must(t, err)
		if !cmp.Equal(all.Hash, other.Hash) {
			t.Error("users of one HSM see different hashes")
		}
		return hex.EncodeToString(all.Hash)
	}
	base := build(nil)
	same := map[string]func(t *testing.T, h *hsm.HSM, s *hsm.Session){
		"nothing": nil,
		"a share that was given again": func(t *testing.T, _ *hsm.HSM, s *hsm.Session) {
			must(t, share(t, s, 6, bob, false))
			must(t, share(t, s, 6, bob, true))
		},
		"a session key": func(t *testing.T, _ *hsm.HSM, s *hsm.Session) {
			generate(t, s, hsm.AES, 16, hsm.Template{Session: true})
		},
		"a tombstoned key": func(t *testing.T, _ *hsm.HSM, s *hsm.Session) {
			must(t, code(s.Tombstone(t.Context(), hsm.HandleRequest{Handle: aes(t, s, "")})))
		},
		"a new password": func(t *testing.T, h *hsm.HSM, _ *hsm.Session) {
			must(t, changePassword(t, as(t, h, "admin"), "CU", "carol", "changed1"))
		},
	}
	for name, change := range same {
		if got := build(change); got != base {
			t.Errorf("%s changes the hash", name)
		}
	}
	owned := func(by string) string {
		return build(func(t *testing.T, h *hsm.HSM, _ *hsm.Session) { aes(t, as(t, h, by), "") })
	}
	if owned("alice") == owned("bob") {
		t.Error("another owner does not change the hash")
	}
	different := map[string]func(t *testing.T, h *hsm.HSM, s *hsm.Session){
		"another key": func(t *testing.T, _ *hsm.HSM, s *hsm.Session) { aes(t, s, "") },
		"one share less": func(t *testing.T, _ *hsm.HSM, s *hsm.Session) {
			must(t, share(t, s, 6, bob, false))
		},
		"another user": func(t *testing.T, h *hsm.HSM, _ *hsm.Session) {
			must(t, code(createUser(t, as(t, h, "admin"), "CU", "dave", "dave-password")))
		},
		"one user less": func(t *testing.T, h *hsm.HSM, _ *hsm.Session) {
			must(t, deleteUser(t, as(t, h, "admin"), "CO", "officer"))
		},
	}
	for name, change := range different {
		if got := build(change); got == base {
			t.Errorf("%s does not change the hash", name)
		}
	}
}
