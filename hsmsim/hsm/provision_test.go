package hsm_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/store"
)

func TestUsersThatCannotBeProvisionedChangeNothing(t *testing.T) {
	good := hsm.UserSpec{ID: 50, Type: hsm.CU, Name: "good"}
	tests := []struct {
		name string
		user hsm.UserSpec
		want hsm.Code
	}{
		{"an id that is taken", hsm.UserSpec{ID: 1, Type: hsm.CU, Name: "dave"}, hsm.UserExists},
		{"a name that is taken", hsm.UserSpec{ID: 51, Type: hsm.CU, Name: "ALICE"}, hsm.UserExists},
		{"the id of another in the call", hsm.UserSpec{ID: 50, Type: hsm.CU, Name: "dave"}, hsm.UserExists},
		{"the name of another in the call", hsm.UserSpec{ID: 51, Type: hsm.CU, Name: "Good"}, hsm.UserExists},
		{"id 0", hsm.UserSpec{Type: hsm.CU, Name: "dave"}, hsm.InvalidInput},
		{"no type", hsm.UserSpec{ID: 51, Name: "dave"}, hsm.InvalidInput},
		{"no name", hsm.UserSpec{ID: 51, Type: hsm.CU}, hsm.InvalidInput},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHSM(t)
			before := h.Status().Users
			wants(t, "provisioning", h.ProvisionUsers(good, tt.user), tt.want)
			if diff := cmp.Diff(before, h.Status().Users); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("more than there can be", func(t *testing.T) {
		h := newHSM(t)
		wants(t, "provisioning", h.ProvisionUsers(make([]hsm.UserSpec, hsm.MaxUsers)...), hsm.TooManyUsers)
	})
}

func TestKeysThatCannotBeProvisionedChangeNothing(t *testing.T) {
	good := hsm.KeySpec{Handle: 7, Class: hsm.SecretKey, Type: hsm.AES, Size: 16, Owner: alice}
	public := hsm.KeySpec{Handle: 8, Class: hsm.PublicKey, Type: hsm.EC, Curve: hsm.P256, Owner: alice}
	second := public
	second.Handle = 9
	tests := []struct {
		name string
		keys []hsm.KeySpec
	}{
		{"a handle that is taken", []hsm.KeySpec{good, {Handle: 6, Class: hsm.SecretKey, Type: hsm.AES, Size: 16}}},
		{"a handle that is twice in the call", []hsm.KeySpec{good, good}},
		{"a size that there is not", []hsm.KeySpec{good, {Handle: 8, Class: hsm.SecretKey, Type: hsm.AES, Size: 17}}},
		{"a negative size", []hsm.KeySpec{good, {Handle: 8, Class: hsm.SecretKey, Type: hsm.AES, Size: -1}}},
		{"material of a wrong size", []hsm.KeySpec{good, {Handle: 8, Class: hsm.SecretKey, Type: hsm.AES, Size: 16, Material: []byte{1}}}},
		{"two public keys", []hsm.KeySpec{good, public, second}},
		{"a curve that there is not", []hsm.KeySpec{good, {Handle: 8, Class: hsm.PublicKey, Type: hsm.EC, Curve: 99}}},
		{"a DSA size that there is not", []hsm.KeySpec{good, {Handle: 8, Class: hsm.PublicKey, Type: hsm.DSA, Size: 1024}}},
		{"an even RSA exponent", []hsm.KeySpec{good, {Handle: 8, Class: hsm.PublicKey, Type: hsm.RSA, Size: 2048, Exponent: 4}}},
		{"no RSA exponent", []hsm.KeySpec{good, {Handle: 8, Class: hsm.PublicKey, Type: hsm.RSA, Size: 2048}}},
		{"a negative RSA exponent", []hsm.KeySpec{good, {Handle: 8, Class: hsm.PublicKey, Type: hsm.RSA, Size: 2048, Exponent: -3}}},
		{"a pair of AES keys", []hsm.KeySpec{good, {Handle: 8, Class: hsm.PublicKey, Type: hsm.AES, Size: 16}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := withKey6(t)
			if err := h.ProvisionKeys(tt.keys...); err == nil {
				t.Error("provisioning succeeds")
			}
			if got := h.TokenKeys(); !cmp.Equal(got, []hsm.Handle{6}) {
				t.Errorf("keys %v", got)
			}
		})
	}
}

func TestProvisionedKeysAreAsDescribed(t *testing.T) {
	j := store.Memory()
	h := newHSM(t, func(o *hsm.Options) { o.Journal = j })
	material := bytes.Repeat([]byte{7}, 16)
	must(t, h.ProvisionKeys(hsm.KeySpec{Handle: 31, Class: hsm.SecretKey, Type: hsm.AES, Material: material, Owner: alice, Label: "l", ID: "i",
		Shared: []hsm.UserID{bob}, MValue: 2, Local: true, Attributes: map[hsm.AttributeID]bool{hsm.AttrSign: true, hsm.AttrWrap: false}}))
	s := as(t, h, "alice")
	if got := stored(t, j, hsm.BucketKeys, 31).Material; !bytes.Equal(got, material) {
		t.Errorf("material %x", got)
	}
	a := attributes(t, s, 31)
	for name, want := range map[string]uint64{"SIGN": 1, "WRAP": 0, "UNWRAP": 1, "LOCAL": 1, "EXTRACTABLE": 0, "NEVER_EXTRACTABLE": 1,
		"ALWAYS_SENSITIVE": 1, "VALUE_LEN": 16} {
		if a[name].Number != want {
			t.Errorf("%s is %d, want %d", name, a[name].Number, want)
		}
	}
	info, err := s.KeyInfo(t.Context(), hsm.HandleRequest{Handle: 31})
	must(t, err)
	if diff := cmp.Diff(hsm.KeyInfo{Owner: alice, Shared: []hsm.UserID{bob}, MValue: 2}, info); diff != "" {
		t.Error(diff)
	}
}

func TestProvisionedHalvesBelongTogether(t *testing.T) {
	for name, kind := range map[string]hsm.KeySpec{
		"RSA with exponent 3": {Type: hsm.RSA, Size: 2048, Exponent: 3},
		"EC on P-521":         {Type: hsm.EC, Curve: hsm.P521},
		"DSA":                 {Type: hsm.DSA, Size: 2048},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHSM(t)
			public, private := kind, kind
			public.Handle, public.Class, public.Owner = 262179, hsm.PublicKey, alice
			private.Handle, private.Class, private.Owner = 262177, hsm.PrivateKey, alice
			must(t, h.ProvisionKeys(private, public))
			s := as(t, h, "alice")
			pub, priv := attributes(t, s, 262179), attributes(t, s, 262177)
			for _, name := range []string{"MODULUS", "KCV"} {
				if len(pub[name].Bytes) == 0 || !bytes.Equal(pub[name].Bytes, priv[name].Bytes) {
					t.Errorf("%s of the halves: %x and %x", name, pub[name].Bytes, priv[name].Bytes)
				}
			}
			alone := public
			alone.Handle = 10
			must(t, h.ProvisionKeys(alone))
			if other := attributes(t, s, 10); bytes.Equal(other["MODULUS"].Bytes, pub["MODULUS"].Bytes) {
				t.Error("a public key that was provisioned alone has the modulus of another")
			}
		})
	}
}
