package hsm_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func TestWhoMayDoWhatWithAKey(t *testing.T) {
	type access func(*testing.T, *hsm.Session, hsm.Handle) error
	info := func(t *testing.T, s *hsm.Session, h hsm.Handle) error {
		return code(s.KeyInfo(t.Context(), hsm.HandleRequest{Handle: h}))
	}
	look := func(t *testing.T, s *hsm.Session, h hsm.Handle) error {
		return code(s.GetAttribute(t.Context(), hsm.AttributeRequest{Handle: h, ID: hsm.AttrLabel}))
	}
	ask := func(t *testing.T, s *hsm.Session, h hsm.Handle) error {
		return code(s.FindKey(t.Context(), hsm.HandleRequest{Handle: h}))
	}
	change := func(t *testing.T, s *hsm.Session, h hsm.Handle) error { return set(t, s, h, hsm.AttrSign, 1) }
	sharing := func(t *testing.T, s *hsm.Session, h hsm.Handle) error { return share(t, s, h, carol, true) }
	mask := func(t *testing.T, s *hsm.Session, h hsm.Handle) error {
		return code(s.ExtractMasked(t.Context(), hsm.HandleRequest{Handle: h}))
	}
	bury := func(t *testing.T, s *hsm.Session, h hsm.Handle) error {
		return code(s.Tombstone(t.Context(), hsm.HandleRequest{Handle: h}))
	}
	remove := func(t *testing.T, s *hsm.Session, h hsm.Handle) error { return deleteKey(t, s, h) }

	const (
		own     = hsm.Handle(6)
		shared  = hsm.Handle(7) // alice's, shared with bob
		public  = hsm.Handle(8) // alice's
		foreign = hsm.Handle(10)
		missing = hsm.Handle(11)
		ok      = hsm.Success
		denied  = hsm.KeyAccessDenied
		invalid = hsm.InvalidHandle
	)
	tests := []struct {
		name                               string
		run                                access
		own, shared, public, other, absent hsm.Code
	}{
		{"asking where it is", ask, ok, ok, ok, ok, invalid},
		{"looking at it", look, ok, ok, ok, denied, invalid},
		{"seeing who owns it", info, ok, ok, ok, denied, invalid},
		{"changing it", change, ok, denied, denied, denied, invalid},
		{"sharing it", sharing, ok, denied, denied, denied, invalid},
		{"masking it", mask, ok, denied, denied, denied, invalid},
		{"tombstoning it", bury, ok, denied, denied, denied, invalid},
		{"deleting it", remove, ok, denied, denied, denied, invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHSM(t)
			a := as(t, h, "alice")
			b := as(t, h, "bob")
			if got := aes(t, b, ""); got != own {
				t.Fatalf("bob's key is %d", got)
			}
			generate(t, a, hsm.AES, 16, hsm.Template{Shared: []hsm.UserID{bob}})
			pair(t, a, p256)
			aes(t, a, "")
			wants(t, "one's own key", tt.run(t, b, own), tt.own)
			wants(t, "a key shared with one", tt.run(t, b, shared), tt.shared)
			wants(t, "another's public key", tt.run(t, b, public), tt.public)
			wants(t, "another's key", tt.run(t, b, foreign), tt.other)
			wants(t, "no key", tt.run(t, b, missing), tt.absent)
		})
	}
}

func TestSharing(t *testing.T) {
	h := newHSM(t)
	a, b := as(t, h, "alice"), as(t, h, "bob")
	key := aes(t, a, "k")
	public := pair(t, a, p256).Public.Handle
	wants(t, "with an officer", share(t, a, key, admin, true), hsm.InvalidInput)
	wants(t, "with the appliance user", share(t, a, key, appUser, true), hsm.InvalidInput)
	wants(t, "with nobody's id", share(t, a, key, 99, true), hsm.InvalidInput)
	wants(t, "with oneself", share(t, a, key, alice, true), hsm.InvalidInput)
	wants(t, "a public key", share(t, a, public, bob, true), hsm.InvalidInput)
	wants(t, "with a CU", share(t, a, key, carol, true), hsm.Success)
	wants(t, "with another CU", share(t, a, key, bob, true), hsm.Success)
	wants(t, "with the same CU again", share(t, a, key, bob, true), hsm.Success)
	info, err := b.KeyInfo(t.Context(), hsm.HandleRequest{Handle: key})
	must(t, err)
	if diff := cmp.Diff(hsm.KeyInfo{Owner: alice, Shared: []hsm.UserID{bob, carol}}, info); diff != "" {
		t.Error(diff)
	}
	wants(t, "sharing on", share(t, b, key, carol, true), hsm.KeyAccessDenied)
	wants(t, "taking it back", share(t, a, key, bob, false), hsm.Success)
	wants(t, "taking it back again", share(t, a, key, bob, false), hsm.Success)
	wants(t, "looking at it then", code(b.KeyInfo(t.Context(), hsm.HandleRequest{Handle: key})), hsm.KeyAccessDenied)
	if got := find(t, b, hsm.FindRequest{Class: hsm.SecretKey}); len(got) > 0 {
		t.Errorf("bob still finds %v", got)
	}
}

func TestAKeyThatNeedsApprovalsIsNotSharedWithoutThem(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	key := generate(t, s, hsm.AES, 16, hsm.Template{Shared: []hsm.UserID{bob}, MValue: 2})
	wants(t, "sharing it", share(t, s, key, carol, true), hsm.QuorumMissing)
	wants(t, "taking it back", share(t, s, key, bob, false), hsm.QuorumMissing)
}

func TestSetAttribute(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	key := aes(t, s, "old")
	changeable := []hsm.AttributeID{hsm.AttrEncrypt, hsm.AttrDecrypt, hsm.AttrWrap, hsm.AttrUnwrap, hsm.AttrSign, hsm.AttrVerify,
		hsm.AttrDerive, hsm.AttrDestroyable}
	for _, id := range changeable {
		for _, value := range []uint64{0, 1, 0, 1} {
			wants(t, id.Name(), set(t, s, key, id, value), hsm.Success)
			if got := attributes(t, s, key)[id.Name()].Number; got != value {
				t.Errorf("%s is %d after it was set to %d", id.Name(), got, value)
			}
		}
		wants(t, id.Name()+" 2", set(t, s, key, id, 2), hsm.InvalidInput)
	}
	for _, id := range []hsm.AttributeID{hsm.AttrClass, hsm.AttrPrivate, hsm.AttrKeyType, hsm.AttrID, hsm.AttrSensitive, hsm.AttrValueLen,
		hsm.AttrExtractable, hsm.AttrLocal, hsm.AttrNeverExtractable, hsm.AttrAlwaysSensitive, hsm.AttrKCV, hsm.AttrAll,
		hsm.AttrWrapTemplate, hsm.AttrUnwrapTemplate, 4711} {
		before := attributes(t, s, key)
		wants(t, "attribute that is fixed", set(t, s, key, id, 1), hsm.InvalidInput)
		if diff := cmp.Diff(before, attributes(t, s, key)); diff != "" {
			t.Errorf("attribute %d: %s", id, diff)
		}
	}
	wants(t, "WRAP_WITH_TRUSTED 0 where it is 0", set(t, s, key, hsm.AttrWrapWithTrusted, 0), hsm.Success)
	wants(t, "WRAP_WITH_TRUSTED 1", set(t, s, key, hsm.AttrWrapWithTrusted, 1), hsm.Success)
	wants(t, "WRAP_WITH_TRUSTED 0 where it is 1", set(t, s, key, hsm.AttrWrapWithTrusted, 0), hsm.InvalidInput)
	if got := attributes(t, s, key)["WRAP_WITH_TRUSTED"].Number; got != 1 {
		t.Errorf("WRAP_WITH_TRUSTED is %d", got)
	}
}

func TestALabelCanBeChanged(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	key := aes(t, s, "old")
	label := func(text string) error {
		return code(s.SetAttribute(t.Context(), hsm.SetAttributeRequest{Handle: key, ID: hsm.AttrLabel, Text: text}))
	}
	wants(t, "a new label", label("new"), hsm.Success)
	wants(t, "a label of 1025 bytes", label(strings.Repeat("l", 1025)), hsm.InvalidInput)
	wants(t, "a label that is not UTF-8", label("\xff"), hsm.InvalidInput)
	if got := string(attributes(t, s, key)["LABEL"].Bytes); got != "new" {
		t.Errorf("the label is %q", got)
	}
}

func TestOnlyAnOfficerTrustsAKey(t *testing.T) {
	h := newHSM(t)
	owner, co := as(t, h, "alice"), as(t, h, "admin")
	key := aes(t, owner, "")
	wants(t, "by the owner", set(t, owner, key, hsm.AttrTrusted, 1), hsm.NotAllowed)
	wants(t, "by an officer", set(t, co, key, hsm.AttrTrusted, 1), hsm.Success)
	wants(t, "with 2", set(t, co, key, hsm.AttrTrusted, 2), hsm.InvalidInput)
	if got := attributes(t, owner, key)["TRUSTED"].Number; got != 1 {
		t.Errorf("TRUSTED is %d", got)
	}
	wants(t, "taken back", set(t, co, key, hsm.AttrTrusted, 0), hsm.Success)
	wants(t, "of no key", set(t, co, 99, hsm.AttrTrusted, 1), hsm.InvalidHandle)
}

func TestAKeyThatIsNotDestroyableIsNotDeleted(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	key := aes(t, s, "")
	must(t, set(t, s, key, hsm.AttrDestroyable, 0))
	wants(t, "deleting it", deleteKey(t, s, key), hsm.PolicyViolation)
	must(t, set(t, s, key, hsm.AttrDestroyable, 1))
	wants(t, "deleting it then", deleteKey(t, s, key), hsm.Success)
}
