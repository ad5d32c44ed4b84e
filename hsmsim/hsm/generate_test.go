package hsm_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// columns are the boolean attributes of the table of new keys, in its order.
var columns = []string{"PRIVATE", "ENCRYPT", "DECRYPT", "WRAP", "UNWRAP", "SIGN", "VERIFY", "SENSITIVE", "EXTRACTABLE",
	"NEVER_EXTRACTABLE", "ALWAYS_SENSITIVE", "TOKEN", "LOCAL", "TRUSTED", "WRAP_WITH_TRUSTED", "DESTROYABLE", "DERIVE"}

func secret(kind hsm.KeyType, size int) func(*testing.T, *hsm.Session, hsm.Template) hsm.Handle {
	return func(t *testing.T, s *hsm.Session, tpl hsm.Template) hsm.Handle {
		return generate(t, s, kind, size, tpl)
	}
}

func pair(t testing.TB, s *hsm.Session, r hsm.GeneratePairRequest) hsm.GeneratedPair {
	t.Helper()
	g, err := s.GeneratePair(t.Context(), r)
	must(t, err)
	return g
}

func public(r hsm.GeneratePairRequest) func(*testing.T, *hsm.Session, hsm.Template) hsm.Handle {
	return func(t *testing.T, s *hsm.Session, tpl hsm.Template) hsm.Handle {
		r.Template = tpl
		return pair(t, s, r).Public.Handle
	}
}

func private(r hsm.GeneratePairRequest) func(*testing.T, *hsm.Session, hsm.Template) hsm.Handle {
	return func(t *testing.T, s *hsm.Session, tpl hsm.Template) hsm.Handle {
		r.Template = tpl
		return pair(t, s, r).Private.Handle
	}
}

var (
	rsa2048 = hsm.GeneratePairRequest{Type: hsm.RSA, Bits: 2048, Exponent: 65537}
	dsa2048 = hsm.GeneratePairRequest{Type: hsm.DSA, Bits: 2048}
	p256    = hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.P256}
)

func TestNewKeysHaveTheFirmwaresAttributes(t *testing.T) {
	nex, sess := hsm.Template{NotExtractable: true}, hsm.Template{Session: true}
	classic := hsm.Template{Public: map[hsm.AttributeID]bool{hsm.AttrPrivate: false, hsm.AttrWrap: false}}
	tests := []struct {
		name string
		make func(*testing.T, *hsm.Session, hsm.Template) hsm.Handle
		tpl  hsm.Template
		// PRIVATE ENC DEC WRAP UNWRAP SIGN VERIFY SENS EXTR, NEVER ALWAYS, TOKEN LOCAL TRUSTED WWT DESTROYABLE DERIVE
		want string
	}{
		{"an AES key", secret(hsm.AES, 32), hsm.Template{}, "111110011 01 110010"},
		{"an AES key that is not extractable", secret(hsm.AES, 16), nex, "111110010 11 110010"},
		{"an AES session key", secret(hsm.AES, 24), sess, "111110011 01 010010"},
		{"a 3DES key", secret(hsm.DES3, 24), hsm.Template{}, "111000011 01 110010"},
		{"a 3DES key that is not extractable", secret(hsm.DES3, 24), nex, "111000010 11 110010"},
		{"a generic secret", secret(hsm.GenericSecret, 1), hsm.Template{}, "100000011 01 110010"},
		{"a generic secret that is not extractable", secret(hsm.GenericSecret, 3583), nex, "100000010 11 110010"},
		{"an RSA public key", public(rsa2048), hsm.Template{}, "110100101 00 110010"},
		{"an RSA public key of a pair that is not extractable", public(rsa2048), nex, "110100101 00 110010"},
		{"an RSA public key of an older client", public(rsa2048), classic, "010000101 00 110010"},
		{"an RSA private key", private(rsa2048), hsm.Template{}, "101011011 01 110010"},
		{"an RSA private key that is not extractable", private(rsa2048), nex, "101011010 11 110010"},
		{"an RSA private key of an older client", private(rsa2048), classic, "101011011 01 110010"},
		{"an RSA private session key", private(rsa2048), sess, "101011011 01 010010"},
		{"an EC public key", public(p256), hsm.Template{}, "100000101 00 110010"},
		{"an EC private key", private(p256), hsm.Template{}, "100001011 01 110010"},
		{"an EC private key that is not extractable", private(p256), nex, "100001010 11 110010"},
		{"a DSA public key", public(dsa2048), hsm.Template{}, "100000101 00 110010"},
		{"a DSA private key", private(dsa2048), hsm.Template{}, "100001011 01 110010"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := as(t, newHSM(t), "alice")
			got := attributes(t, s, tt.make(t, s, tt.tpl))
			want := strings.ReplaceAll(tt.want, " ", "")
			for i, name := range columns {
				if a, ok := got[name]; !ok || fmt.Sprint(a.Number) != want[i:i+1] {
					t.Errorf("%s is %d (there: %v), want %c", name, a.Number, ok, want[i])
				}
			}
		})
	}
}

func TestADumpOfAllAttributesHasTheGuidesOrder(t *testing.T) {
	common := []string{"CLASS", "KEY_TYPE", "TOKEN", "PRIVATE", "ENCRYPT", "DECRYPT", "WRAP", "UNWRAP", "SIGN", "VERIFY",
		"LOCAL", "SENSITIVE", "EXTRACTABLE", "LABEL", "ID", "VALUE_LEN"}
	last := []string{"TRUSTED", "WRAP_WITH_TRUSTED", "DESTROYABLE", "DERIVE", "ALWAYS_SENSITIVE", "NEVER_EXTRACTABLE"}
	tests := []struct {
		name   string
		make   func(*testing.T, *hsm.Session, hsm.Template) hsm.Handle
		middle []string
	}{
		{"an AES key", secret(hsm.AES, 32), []string{"KCV"}},
		{"a generic secret", secret(hsm.GenericSecret, 32), nil},
		{"an RSA key", public(rsa2048), []string{"KCV", "MODULUS", "MODULUS_BITS", "PUBLIC_EXPONENT"}},
		{"an EC key", private(p256), []string{"KCV", "MODULUS", "MODULUS_BITS"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := as(t, newHSM(t), "alice")
			list, err := s.GetAttribute(t.Context(), hsm.AttributeRequest{Handle: tt.make(t, s, hsm.Template{}), ID: hsm.AttrAll})
			must(t, err)
			var got []string
			for _, a := range list {
				got = append(got, a.ID.Name())
			}
			if diff := cmp.Diff(slices.Concat(common, tt.middle, last), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnAttributeThatAKeyLacksIsAnError(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	key := aes(t, s, "k")
	for _, id := range []hsm.AttributeID{hsm.AttrModulus, hsm.AttrPublicExponent, hsm.AttrWrapTemplate, 4711} {
		_, err := s.GetAttribute(t.Context(), hsm.AttributeRequest{Handle: key, ID: id})
		wants(t, fmt.Sprint("attribute ", id), err, hsm.NoSuchAttribute)
	}
	list, err := s.GetAttribute(t.Context(), hsm.AttributeRequest{Handle: key, ID: hsm.AttrLabel})
	must(t, err)
	if diff := cmp.Diff([]hsm.Attribute{{ID: hsm.AttrLabel, Bytes: []byte("k")}}, list); diff != "" {
		t.Error(diff)
	}
}

func TestAttributeNamesAndNumbersBelongTogether(t *testing.T) {
	for id := range hsm.AttributeID(600) {
		if id.Name() == "" {
			continue
		}
		if got, ok := hsm.ParseAttribute(id.Name()); !ok || got != id {
			t.Errorf("attribute %d is called %s, which is %d", id, id.Name(), got)
		}
		if id.Kind() == 0 {
			t.Errorf("attribute %d has no kind", id)
		}
	}
	if _, ok := hsm.ParseAttribute("NOTHING"); ok {
		t.Error("NOTHING is an attribute")
	}
}

// labelled is a template with a label of n letters.
func labelled(n int) hsm.Template { return hsm.Template{Label: strings.Repeat("l", n)} }

func TestSecretKeysThatCannotBeMadeChangeNothing(t *testing.T) {
	tests := []struct {
		name string
		kind hsm.KeyType
		size int
		tpl  hsm.Template
		want hsm.Code
	}{
		{"AES of 16 bytes", hsm.AES, 16, hsm.Template{}, hsm.Success},
		{"AES of 20 bytes", hsm.AES, 20, hsm.Template{}, hsm.BadKeySize},
		{"AES of a negative size", hsm.AES, -16, hsm.Template{}, hsm.BadKeySize},
		{"3DES of 16 bytes", hsm.DES3, 16, hsm.Template{}, hsm.BadKeySize},
		{"a generic secret of 1 byte", hsm.GenericSecret, 1, hsm.Template{}, hsm.Success},
		{"a generic secret of 0 bytes", hsm.GenericSecret, 0, hsm.Template{}, hsm.BadKeySize},
		{"a generic secret of 3583 bytes", hsm.GenericSecret, 3583, hsm.Template{}, hsm.Success},
		{"a generic secret of 3584 bytes", hsm.GenericSecret, 3584, hsm.Template{}, hsm.BadKeySize},
		{"RC4 in FIPS mode", hsm.RC4, 16, hsm.Template{}, hsm.PolicyViolation},
		{"an RSA key as secret key", hsm.RSA, 256, hsm.Template{}, hsm.BadKeySize},
		{"a label of 1024 bytes", hsm.AES, 16, labelled(1024), hsm.Success},
		{"a label of 1025 bytes", hsm.AES, 16, labelled(1025), hsm.InvalidInput},
		{"a label that is not UTF-8", hsm.AES, 16, hsm.Template{Label: "k\xff"}, hsm.InvalidInput},
		{"an id that is not UTF-8", hsm.AES, 16, hsm.Template{ID: "k\xff"}, hsm.InvalidInput},
		{"an id of 1025 bytes", hsm.AES, 16, hsm.Template{ID: strings.Repeat("i", 1025)}, hsm.InvalidInput},
		{"an id that is taken", hsm.AES, 16, hsm.Template{ID: "taken"}, hsm.DuplicateKeyID},
		{"a label that is taken", hsm.AES, 16, hsm.Template{Label: "taken"}, hsm.Success},
		{"shared with two users", hsm.AES, 16, hsm.Template{Shared: []hsm.UserID{bob, carol}}, hsm.Success},
		{"shared with oneself", hsm.AES, 16, hsm.Template{Shared: []hsm.UserID{alice}}, hsm.InvalidInput},
		{"shared with an officer", hsm.AES, 16, hsm.Template{Shared: []hsm.UserID{admin}}, hsm.InvalidInput},
		{"shared with nobody's id", hsm.AES, 16, hsm.Template{Shared: []hsm.UserID{99}}, hsm.InvalidInput},
		{"shared with the same user twice", hsm.AES, 16, hsm.Template{Shared: []hsm.UserID{bob, bob}}, hsm.InvalidInput},
		{"a shared session key", hsm.AES, 16, hsm.Template{Session: true, Shared: []hsm.UserID{bob}}, hsm.InvalidInput},
		{"m_value 0", hsm.AES, 16, hsm.Template{MValue: 0}, hsm.Success},
		{"m_value 1", hsm.AES, 16, hsm.Template{MValue: 1}, hsm.Success},
		{"m_value 2 without a sharer", hsm.AES, 16, hsm.Template{MValue: 2}, hsm.InvalidInput},
		{"m_value 2 with a sharer", hsm.AES, 16, hsm.Template{MValue: 2, Shared: []hsm.UserID{bob}}, hsm.Success},
		{"m_value 3 with a sharer", hsm.AES, 16, hsm.Template{MValue: 3, Shared: []hsm.UserID{bob}}, hsm.InvalidInput},
		{"m_value 8 with seven sharers", hsm.AES, 16, hsm.Template{MValue: 8, Shared: []hsm.UserID{bob, carol, 21, 22, 23, 24, 25}}, hsm.Success},
		{"m_value 9 with eight sharers", hsm.AES, 16, hsm.Template{MValue: 9, Shared: []hsm.UserID{bob, carol, 21, 22, 23, 24, 25, 26}}, hsm.InvalidInput},
		{"a template that makes a key trusted", hsm.AES, 16, hsm.Template{Public: map[hsm.AttributeID]bool{hsm.AttrTrusted: true}}, hsm.InvalidInput},
		{"a template with the label as a flag", hsm.AES, 16, hsm.Template{Public: map[hsm.AttributeID]bool{hsm.AttrLabel: true}}, hsm.InvalidInput},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHSM(t)
			for id := hsm.UserID(21); id < 27; id++ {
				must(t, h.ProvisionUsers(hsm.UserSpec{ID: id, Type: hsm.CU, Name: fmt.Sprint("user", id)}))
			}
			s := as(t, h, "alice")
			generate(t, s, hsm.AES, 16, hsm.Template{ID: "taken", Label: "taken"})
			g, err := s.GenerateSecret(t.Context(), hsm.GenerateSecretRequest{Type: tt.kind, Size: tt.size, Template: tt.tpl})
			wants(t, "making it", err, tt.want)
			want := []hsm.Handle{6}
			if tt.want == hsm.Success {
				want = append(want, 7)
				info, err := s.KeyInfo(t.Context(), hsm.HandleRequest{Handle: g.Handle})
				must(t, err)
				if diff := cmp.Diff(hsm.KeyInfo{Owner: alice, Shared: tt.tpl.Shared, MValue: tt.tpl.MValue}, info); diff != "" {
					t.Errorf("getKeyInfo:\n%s", diff)
				}
				if a := attributes(t, s, g.Handle); a["VALUE_LEN"].Number != uint64(tt.size) || string(a["LABEL"].Bytes) != tt.tpl.Label {
					t.Errorf("attributes %v", a)
				}
			}
			if got := find(t, s, hsm.FindRequest{}); !cmp.Equal(got, want) {
				t.Errorf("keys %v, want %v", got, want)
			}
		})
	}
}

func TestPairsThatCannotBeMadeChangeNothing(t *testing.T) {
	rsa := func(bits int, e uint64) hsm.GeneratePairRequest {
		return hsm.GeneratePairRequest{Type: hsm.RSA, Bits: bits, Exponent: e}
	}
	ec := func(c hsm.Curve) hsm.GeneratePairRequest { return hsm.GeneratePairRequest{Type: hsm.EC, Curve: c} }
	tests := []struct {
		name string
		r    hsm.GeneratePairRequest
		want hsm.Code
	}{
		{"RSA of 1024 bits", rsa(1024, 65537), hsm.PolicyViolation},
		{"RSA of 1792 bits", rsa(1792, 65537), hsm.PolicyViolation},
		{"RSA of 2049 bits", rsa(2049, 65537), hsm.PolicyViolation},
		{"RSA of 4352 bits", rsa(4352, 65537), hsm.PolicyViolation},
		{"RSA of a negative size", rsa(-2048, 65537), hsm.PolicyViolation},
		{"RSA with exponent 3", rsa(2048, 3), hsm.PolicyViolation},
		{"RSA with an even exponent", rsa(2048, 65538), hsm.PolicyViolation},
		{"RSA with an exponent of 32 bits", rsa(2048, 1<<31+1), hsm.PolicyViolation},
		{"RSA with exponent 0", rsa(2048, 0), hsm.PolicyViolation},
		{"DSA of 1024 bits", hsm.GeneratePairRequest{Type: hsm.DSA, Bits: 1024}, hsm.PolicyViolation},
		{"EC on P-521", ec(hsm.P521), hsm.PolicyViolation},
		{"EC on prime192v1", ec(1), hsm.PolicyViolation},
		{"EC on no curve", ec(0), hsm.PolicyViolation},
		{"an AES pair", hsm.GeneratePairRequest{Type: hsm.AES, Bits: 2048}, hsm.PolicyViolation},
		{"an id that is taken", hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.P256, Template: hsm.Template{ID: "taken"}}, hsm.DuplicateKeyID},
		{"DSA of 3072 bits", hsm.GeneratePairRequest{Type: hsm.DSA, Bits: 3072}, hsm.Success},
		{"EC on P-384", ec(hsm.P384), hsm.Success},
		{"EC on secp256k1", ec(hsm.Secp256k1), hsm.Success},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := as(t, newHSM(t), "alice")
			generate(t, s, hsm.AES, 16, hsm.Template{ID: "taken"})
			_, err := s.GeneratePair(t.Context(), tt.r)
			wants(t, "making it", err, tt.want)
			want := []hsm.Handle{6}
			if tt.want == hsm.Success {
				want = append(want, 7, 8)
			}
			if got := find(t, s, hsm.FindRequest{}); !cmp.Equal(got, want) {
				t.Errorf("keys %v, want %v", got, want)
			}
		})
	}
}

func TestBothHalvesOfAPairHaveItsLabelAndItsID(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	r := p256
	r.Template = hsm.Template{Label: "signing", ID: "s1", Shared: []hsm.UserID{bob}, MValue: 2}
	g := pair(t, s, r)
	for _, h := range []hsm.Handle{g.Public.Handle, g.Private.Handle} {
		a := attributes(t, s, h)
		if string(a["LABEL"].Bytes) != "signing" || string(a["ID"].Bytes) != "s1" {
			t.Errorf("key %d: %v", h, a)
		}
	}
	pub, err := s.KeyInfo(t.Context(), hsm.HandleRequest{Handle: g.Public.Handle})
	must(t, err)
	priv, err := s.KeyInfo(t.Context(), hsm.HandleRequest{Handle: g.Private.Handle})
	must(t, err)
	want := []hsm.KeyInfo{{Owner: alice}, {Owner: alice, Shared: []hsm.UserID{bob}, MValue: 2}}
	if diff := cmp.Diff(want, []hsm.KeyInfo{pub, priv}); diff != "" {
		t.Error(diff)
	}
	wants(t, "another key with the id", code(s.GeneratePair(t.Context(), r)), hsm.DuplicateKeyID)
	must(t, deleteKey(t, s, g.Public.Handle))
	wants(t, "while the private half has it", code(s.GeneratePair(t.Context(), r)), hsm.DuplicateKeyID)
	must(t, deleteKey(t, s, g.Private.Handle))
	wants(t, "when no key has it any more", code(s.GeneratePair(t.Context(), r)), hsm.Success)
}

func TestATombstonedKeyDoesNotKeepItsID(t *testing.T) {
	s := as(t, newHSM(t), "alice")
	key := generate(t, s, hsm.AES, 16, hsm.Template{ID: "i"})
	must(t, code(s.Tombstone(t.Context(), hsm.HandleRequest{Handle: key})))
	wants(t, "a key with the same id", code(s.GenerateSecret(t.Context(), hsm.GenerateSecretRequest{Type: hsm.AES, Size: 16, Template: hsm.Template{ID: "i"}})), hsm.Success)
}

func TestAnHSMHolds3300KeysAtMost(t *testing.T) {
	h := newHSM(t)
	s := as(t, h, "alice")
	var keys []hsm.KeySpec
	for i := range hsm.DefaultMaxKeys - 2 {
		keys = append(keys, hsm.KeySpec{Handle: hsm.Handle(6 + i), Class: hsm.SecretKey, Type: hsm.AES, Size: 16, Owner: alice})
	}
	must(t, h.ProvisionKeys(keys...))
	generate(t, s, hsm.AES, 16, hsm.Template{Session: true})
	secret := hsm.GenerateSecretRequest{Type: hsm.AES, Size: 16}
	wants(t, "a pair as keys 3300 and 3301", code(s.GeneratePair(t.Context(), p256)), hsm.KeyStoreFull)
	wants(t, "key 3300", code(s.GenerateSecret(t.Context(), secret)), hsm.Success)
	wants(t, "key 3301", code(s.GenerateSecret(t.Context(), secret)), hsm.KeyStoreFull)
	object, err := s.ExtractMasked(t.Context(), hsm.HandleRequest{Handle: 6})
	must(t, err)
	_, err = s.InsertMasked(t.Context(), hsm.InsertMaskedRequest{Object: object})
	wants(t, "a masked object", err, hsm.KeyStoreFull)
	must(t, code(s.Logout(t.Context(), hsm.Done{})))
	must(t, login(t, s, "CU", "alice", "alice-password"))
	wants(t, "a key in the place of the session key", code(s.GenerateSecret(t.Context(), secret)), hsm.Success)
	if got := len(h.TokenKeys()); got != hsm.DefaultMaxKeys {
		t.Errorf("%d keys", got)
	}
	device, err := s.Device(t.Context(), hsm.Done{})
	must(t, err)
	if device.FreePublicMemory < 0 || device.FreePublicMemory > device.TotalPublicMemory/10 {
		t.Errorf("a full HSM has %d bytes of %d left", device.FreePublicMemory, device.TotalPublicMemory)
	}
}

func TestCurvesHaveNames(t *testing.T) {
	want := map[string]hsm.Curve{"P-256": hsm.P256, "P-384": hsm.P384, "P-521": hsm.P521, "secp256k1": hsm.Secp256k1}
	for name, curve := range want {
		if c, ok := hsm.ParseCurve(name); !ok || c != curve {
			t.Errorf("%s is curve %d (%v)", name, c, ok)
		}
	}
	if _, ok := hsm.ParseCurve("P-192"); ok {
		t.Error("P-192 is a curve")
	}
}
