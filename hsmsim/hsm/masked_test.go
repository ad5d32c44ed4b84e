package hsm_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/store"
)

func mask(t testing.TB, s *hsm.Session, h hsm.Handle) []byte {
	t.Helper()
	object, err := s.ExtractMasked(t.Context(), hsm.HandleRequest{Handle: h})
	must(t, err)
	return object
}

func insert(t testing.TB, s *hsm.Session, object []byte, keep bool) (hsm.Handle, error) {
	t.Helper()
	return s.InsertMasked(t.Context(), hsm.InsertMaskedRequest{Object: object, KeepHandle: keep})
}

func TestAMaskedKeyKeepsEverythingOnTheOtherHSM(t *testing.T) {
	for _, keep := range []bool{true, false} {
		t.Run(fmt.Sprint("handle kept: ", keep), func(t *testing.T) {
			from, to := store.Memory(), store.Memory()
			s := as(t, newHSM(t, func(o *hsm.Options) { o.Journal = from }), "alice")
			target := as(t, newHSM(t, onNode(1), func(o *hsm.Options) { o.Journal = to }), "alice")
			key := generate(t, s, hsm.AES, 24, hsm.Template{Label: "l", ID: "i", NotExtractable: true, Shared: []hsm.UserID{bob}, MValue: 2})
			handle, err := insert(t, target, mask(t, s, key), keep)
			must(t, err)
			want := hsm.Handle(262150)
			if keep {
				want = key
			}
			if handle != want {
				t.Errorf("handle %d, want %d", handle, want)
			}
			if diff := cmp.Diff(attributes(t, s, key), attributes(t, target, handle)); diff != "" {
				t.Error(diff)
			}
			original, copied := stored(t, from, hsm.BucketKeys, key), stored(t, to, hsm.BucketKeys, handle)
			copied.Handle = key
			if diff := cmp.Diff(original, copied); diff != "" {
				t.Error(diff)
			}
			if bytes.Contains(mask(t, s, key), original.Material) {
				t.Error("the masked object shows the key")
			}
		})
	}
}

func TestWhereAMaskedKeyCanBeInserted(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	key := aes(t, s, "")
	object := mask(t, s, key)
	user, err := as(t, newHSM(t), "admin").ExtractMaskedUser(t.Context(), hsm.UserIDRequest{ID: alice})
	must(t, err)
	tests := []struct {
		name   string
		object []byte
		target func(t *testing.T) *hsm.HSM
		keep   bool
		want   hsm.Code
	}{
		{"an HSM of the cluster", object, func(t *testing.T) *hsm.HSM { return newHSM(t, onNode(1)) }, true, hsm.Success},
		{"an HSM of a clone of the cluster", object, func(t *testing.T) *hsm.HSM {
			return newHSM(t, func(o *hsm.Options) { o.Identity.Cluster = "cluster-copy" })
		}, true, hsm.Success},
		{"an HSM of another cluster", object, func(t *testing.T) *hsm.HSM {
			return newHSM(t, func(o *hsm.Options) { o.Family.MaskingKey[0]++ })
		}, true, hsm.BadMaskedObject},
		{"where the handle is taken", object, withKey6, true, hsm.HandleInUse},
		{"where the key is present", object, func(t *testing.T) *hsm.HSM {
			h := newHSM(t, onNode(1))
			must(t, h.CloneIn(object))
			return h
		}, true, hsm.KeyPresent},
		{"where the handle is taken, under a new one", object, withKey6, false, hsm.Success},
		{"where the handle is tombstoned", object, func(t *testing.T) *hsm.HSM {
			h := withKey6(t)
			must(t, code(as(t, h, "alice").Tombstone(t.Context(), hsm.HandleRequest{Handle: 6})))
			return h
		}, true, hsm.Success},
		{"where the owner is missing", object, func(t *testing.T) *hsm.HSM {
			h := newHSM(t)
			must(t, deleteUser(t, as(t, h, "admin"), "CU", "alice"))
			return h
		}, true, hsm.NoSuchUser},
		{"nothing", nil, func(t *testing.T) *hsm.HSM { return newHSM(t) }, true, hsm.BadMaskedObject},
		{"a masked object cut short", object[:len(object)-1], func(t *testing.T) *hsm.HSM { return newHSM(t) }, true, hsm.BadMaskedObject},
		{"the beginning of a masked object", object[:9], func(t *testing.T) *hsm.HSM { return newHSM(t) }, true, hsm.BadMaskedObject},
		{"a masked object with a bit changed", flipped(object), func(t *testing.T) *hsm.HSM { return newHSM(t) }, true, hsm.BadMaskedObject},
		{"a masked user", user, func(t *testing.T) *hsm.HSM { return newHSM(t) }, true, hsm.BadMaskedObject},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := tt.target(t)
			before := h.TokenKeys()
			got, err := insert(t, as(t, h, "bob"), tt.object, tt.keep)
			wants(t, "inserting", err, tt.want)
			if tt.want == hsm.Success {
				before = append(before, got)
			}
			if !cmp.Equal(h.TokenKeys(), before) {
				t.Errorf("keys %v, want %v", h.TokenKeys(), before)
			}
			wants(t, "inserting as the service does", newHSM(t).CloneIn(object), hsm.Success)
		})
	}
}

func TestWhoInsertsAMaskedKeyWithoutALoginHearsWhetherTheOwnerIsMissing(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	object := mask(t, s, aes(t, s, ""))
	h := newHSM(t, onNode(1))
	_, err := insert(t, session(t, h), object, true)
	wants(t, "where the owner is", err, hsm.NotAllowed)
	must(t, deleteUser(t, as(t, h, "admin"), "CU", "alice"))
	_, err = insert(t, session(t, h), object, true)
	wants(t, "where the owner is missing", err, hsm.NoSuchUser)
	if got := h.TokenKeys(); len(got) > 0 {
		t.Errorf("keys %v", got)
	}
}

func withKey6(t *testing.T) *hsm.HSM {
	h := newHSM(t)
	must(t, h.ProvisionKeys(hsm.KeySpec{Handle: 6, Class: hsm.SecretKey, Type: hsm.AES, Size: 16, Owner: alice}))
	return h
}

func flipped(object []byte) []byte {
	b := bytes.Clone(object)
	b[len(b)-1] ^= 1
	return b
}

func TestMaskedObjectsOfTheSameKeyDiffer(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	key := aes(t, s, "")
	if bytes.Equal(mask(t, s, key), mask(t, s, key)) {
		t.Error("a nonce is used twice")
	}
}

func TestAMaskedUserKeepsEverythingOnTheOtherHSM(t *testing.T) {
	from, to := newHSM(t), open(t, options())
	must(t, from.ProvisionUsers(hsm.UserSpec{ID: 40, Type: hsm.CO, Name: "approver", Proof: proof("approver", "password"), Failures: 3, QuorumKey: []byte{1}}))
	must(t, to.ProvisionUsers(specs()[0]))
	source, target := as(t, from, "admin"), as(t, to, "admin")
	extract := func(id hsm.UserID) []byte {
		object, err := source.ExtractMaskedUser(t.Context(), hsm.UserIDRequest{ID: id})
		must(t, err)
		return object
	}
	put := func(object []byte) (hsm.UserID, error) {
		return target.InsertMaskedUser(t.Context(), hsm.MaskedUser{Object: object})
	}
	id, err := put(extract(40))
	must(t, err)
	want := hsm.UserInfo{ID: 40, Type: hsm.CO, Name: "approver", QuorumKey: true, Failures: 3}
	if got := to.Status().Users[1]; id != 40 || got != want {
		t.Errorf("user %d is %+v, want %+v", id, got, want)
	}
	wants(t, "a login with the same password", login(t, session(t, to), "CO", "approver", "password"), hsm.Success)
	wants(t, "the same user again", code(put(extract(40))), hsm.UserExists)
	wants(t, "nobody", code(source.ExtractMaskedUser(t.Context(), hsm.UserIDRequest{ID: 99})), hsm.NoSuchUser)
	wants(t, "a damaged object", code(put(flipped(extract(alice)))), hsm.BadMaskedObject)

	key := mask(t, as(t, from, "alice"), aes(t, as(t, from, "alice"), ""))
	wants(t, "a masked key", code(put(key)), hsm.BadMaskedObject)

	t.Run("but not an id that is taken", func(t *testing.T) {
		must(t, code(createUser(t, target, "CU", "dave", "dave-password"))) // gets id 41
		must(t, code(createUser(t, source, "CU", "erin", "erin-password"))) // has it on the source
		id, err := put(extract(41))
		must(t, err)
		if id != 42 {
			t.Errorf("user id %d, want the next free one, 42", id)
		}
	})
}

func TestATombstonedKeyIsGoneForEverybodyButTheService(t *testing.T) {
	o := options()
	h := open(t, o)
	must(t, h.ProvisionUsers(specs()...))
	s := as(t, h, "alice")
	key, kept := aes(t, s, ""), aes(t, s, "")
	r := hsm.HandleRequest{Handle: key}
	must(t, code(s.Tombstone(t.Context(), r)))
	for _, h := range []*hsm.HSM{h, open(t, o)} {
		s := as(t, h, "alice")
		wants(t, "finding it", code(s.FindKey(t.Context(), r)), hsm.InvalidHandle)
		wants(t, "looking at it", code(s.KeyInfo(t.Context(), r)), hsm.InvalidHandle)
		wants(t, "masking it", code(s.ExtractMasked(t.Context(), r)), hsm.InvalidHandle)
		wants(t, "deleting it", deleteKey(t, s, key), hsm.InvalidHandle)
		wants(t, "tombstoning it again", code(s.Tombstone(t.Context(), r)), hsm.InvalidHandle)
		if got := find(t, s, hsm.FindRequest{}); !cmp.Equal(got, []hsm.Handle{kept}) {
			t.Errorf("findKey shows %v", got)
		}
		if h.CloneOut(key) != nil || !cmp.Equal(h.TokenKeys(), []hsm.Handle{kept}) {
			t.Errorf("the service would synchronise it: %v", h.TokenKeys())
		}
		if got := aes(t, s, ""); got == key {
			t.Error("its handle is given to another key")
		}
		must(t, deleteKey(t, s, 8))
	}
	h = open(t, o)
	if got := h.SweepTombstones(); got != 1 {
		t.Errorf("%d keys were swept, want 1", got)
	}
	if got := h.SweepTombstones(); got != 0 {
		t.Errorf("%d keys were swept a second time", got)
	}
	for _, h := range []*hsm.HSM{h, open(t, o)} {
		if got := h.Status().Partition.TokenKeys; got != 1 {
			t.Errorf("%d keys are left", got)
		}
	}
}
