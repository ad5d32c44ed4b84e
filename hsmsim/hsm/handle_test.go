package hsm_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func TestHandlesHaveTheNodesPrefixAndBeginWithSlotSix(t *testing.T) {
	for node, want := range [][]hsm.Handle{{6, 7}, {262150, 262151}, {524294, 524295}, {786438, 786439}} {
		s := as(t, newHSM(t, onNode(node)), "alice")
		if got := []hsm.Handle{aes(t, s, ""), aes(t, s, "")}; !cmp.Equal(got, want) {
			t.Errorf("on node %d: %v, want %v", node, got, want)
		}
	}
}

func TestFreedSlotsAreUsedAgain(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	for range 5 {
		aes(t, s, "")
	}
	must(t, deleteKey(t, s, 9))
	must(t, deleteKey(t, s, 7))
	got := []hsm.Handle{aes(t, s, ""), aes(t, s, ""), aes(t, s, "")}
	if want := []hsm.Handle{7, 9, 11}; !cmp.Equal(got, want) {
		t.Errorf("handles %v, want %v", got, want)
	}
}

func TestASlotHoldsOneKeyWhateverItsPrefix(t *testing.T) {
	h := newHSM(t, onNode(1))
	var keys []hsm.KeySpec
	for _, handle := range []hsm.Handle{6, 524295, 262153} {
		keys = append(keys, hsm.KeySpec{Handle: handle, Class: hsm.SecretKey, Type: hsm.AES, Size: 16, Owner: alice})
	}
	must(t, h.ProvisionKeys(keys...))
	s := as(t, h, "alice")
	got := []hsm.Handle{aes(t, s, ""), aes(t, s, "")}
	if want := []hsm.Handle{262152, 262154}; !cmp.Equal(got, want) {
		t.Errorf("handles %v, want %v", got, want)
	}
	list := find(t, s, hsm.FindRequest{})
	if want := []hsm.Handle{6, 524295, 262152, 262153, 262154}; !cmp.Equal(list, want) {
		t.Errorf("the list is %v, want %v: in order of slots", list, want)
	}
}

func TestPresetHandlesAreGivenFirstAndOnceAndOnlyWhileFree(t *testing.T) {
	o := options()
	o.NextHandles = []hsm.Handle{262152, 6, 524295, 31}
	h := open(t, o)
	must(t, h.ProvisionUsers(specs()...))
	must(t, h.ProvisionKeys(hsm.KeySpec{Handle: 6, Class: hsm.SecretKey, Type: hsm.AES, Size: 16, Owner: alice}))
	s := as(t, h, "alice")
	got := []hsm.Handle{aes(t, s, ""), aes(t, s, "")}
	if want := []hsm.Handle{262152, 524295}; !cmp.Equal(got, want) {
		t.Errorf("handles %v, want %v", got, want)
	}
	s = as(t, open(t, o), "alice")
	got = []hsm.Handle{aes(t, s, ""), aes(t, s, "")}
	if want := []hsm.Handle{31, 9}; !cmp.Equal(got, want) { // slots 6, 7 and 8 are taken
		t.Errorf("handles after a restart %v, want %v", got, want)
	}
}

func TestKeysWithTheSameSlotAreInOrderOfTheirPrefixes(t *testing.T) {
	h := newHSM(t)
	const biggest = ^hsm.Handle(0) - 262143 + 8 // slot 8 of the last prefix there is
	for _, handle := range []hsm.Handle{biggest, 524296, 262152, 8, 9} {
		must(t, h.ProvisionKeys(hsm.KeySpec{Handle: handle, Class: hsm.SecretKey, Type: hsm.AES, Size: 16, Owner: alice}))
	}
	if want := []hsm.Handle{8, 262152, 524296, biggest, 9}; !cmp.Equal(h.TokenKeys(), want) {
		t.Errorf("%v, want %v", h.TokenKeys(), want)
	}
}
