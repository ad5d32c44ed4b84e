package hsm_test

import (
	"bytes"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func TestEncrypt(t *testing.T) {
	h := newHSM(t)
	a, b := as(t, h, "alice"), as(t, h, "bob")
	handle := generate(t, a, hsm.AES, 32, hsm.Template{NotExtractable: true})
	other := generate(t, a, hsm.AES, 32, hsm.Template{})
	hmac := generate(t, a, hsm.GenericSecret, 32, hsm.Template{})
	data, context := []byte("a data key"), []byte("purpose")
	sealed, err := a.Encrypt(t.Context(), hsm.CipherRequest{Handle: handle, Data: data, Additional: context})
	must(t, err)
	if len(sealed) != len(data)+28 || bytes.Contains(sealed, data) {
		t.Errorf("%d bytes became %d: %x", len(data), len(sealed), sealed)
	}
	damaged := bytes.Clone(sealed)
	damaged[20] ^= 1
	var nobody = session(t, h)
	for _, test := range []struct {
		name string
		s    *hsm.Session
		r    hsm.CipherRequest
		want hsm.Code
	}{
		{"the same data", a, hsm.CipherRequest{Handle: handle, Data: sealed, Additional: context}, hsm.Success},
		{"other additional data", a, hsm.CipherRequest{Handle: handle, Data: sealed}, hsm.BadTagGCM},
		{"damaged", a, hsm.CipherRequest{Handle: handle, Data: damaged, Additional: context}, hsm.BadTagGCM},
		{"nothing", a, hsm.CipherRequest{Handle: handle}, hsm.BadTagGCM},
		{"another key", a, hsm.CipherRequest{Handle: other, Data: sealed, Additional: context}, hsm.BadTagGCM},
		{"a key that is not AES", a, hsm.CipherRequest{Handle: hmac, Data: sealed, Additional: context}, hsm.BadKeyType},
		{"somebody else", b, hsm.CipherRequest{Handle: handle, Data: sealed, Additional: context}, hsm.KeyAccessDenied},
		{"nobody", nobody, hsm.CipherRequest{Handle: handle, Data: sealed, Additional: context}, hsm.NotAllowed},
		{"no key", a, hsm.CipherRequest{Handle: 99, Data: sealed, Additional: context}, hsm.InvalidHandle},
		{"too much", a, hsm.CipherRequest{Handle: handle, Data: make([]byte, hsm.MaxEncrypted+29)}, hsm.DataLength},
	} {
		plain, err := test.s.Decrypt(t.Context(), test.r)
		wants(t, test.name, err, test.want)
		if err == nil && !bytes.Equal(plain, data) {
			t.Errorf("%s: %q", test.name, plain)
		}
	}
	if _, err := a.Encrypt(t.Context(), hsm.CipherRequest{Handle: handle, Data: make([]byte, hsm.MaxEncrypted+1)}); err != hsm.DataLength {
		t.Errorf("too much to encrypt: %v", err)
	}
}

func TestUserState(t *testing.T) {
	h := newHSM(t)
	nobody := session(t, h)
	state := func(name string) hsm.UserState {
		t.Helper()
		s, err := nobody.UserState(t.Context(), hsm.UserNameRequest{Name: name})
		must(t, err)
		return s
	}
	if got, want := state("ALICE"), (hsm.UserState{Type: hsm.CU}); got != want {
		t.Errorf("a user who never was here: %+v", got)
	}
	a := as(t, h, "alice")
	if got, want := state("alice"), (hsm.UserState{Type: hsm.CU, LoggedIn: true}); got != want {
		t.Errorf("a user who is logged in: %+v", got)
	}
	if own, err := a.UserState(t.Context(), hsm.UserNameRequest{Name: "alice"}); err != nil || own.LoggedIn {
		t.Errorf("on the user's own session: %+v, %v", own, err)
	}
	for range hsm.MaxLoginFailures {
		nobody.Login(t.Context(), hsm.LoginRequest{Type: "CU", Name: "bob", Proof: hsm.Proof{1}})
	}
	if got, want := state("bob"), (hsm.UserState{Type: hsm.CU, Locked: true}); got != want {
		t.Errorf("a user who is locked out: %+v", got)
	}
	if _, err := nobody.UserState(t.Context(), hsm.UserNameRequest{Name: "dave"}); err != hsm.UnknownUser {
		t.Errorf("a user who is not here: %v", err)
	}
}

func TestRandom(t *testing.T) {
	h := newHSM(t)
	a := as(t, h, "alice")
	first, err := a.Random(t.Context(), hsm.RandomRequest{Size: 32})
	must(t, err)
	second, err := a.Random(t.Context(), hsm.RandomRequest{Size: 32})
	must(t, err)
	if len(first) != 32 || bytes.Equal(first, second) {
		t.Errorf("%x and %x", first, second)
	}
	for size, want := range map[int]hsm.Code{0: hsm.DataLength, -1: hsm.DataLength, hsm.MaxRandom + 1: hsm.DataLength, hsm.MaxRandom: hsm.Success} {
		_, err := a.Random(t.Context(), hsm.RandomRequest{Size: size})
		wants(t, "a size", err, want)
	}
	if _, err := session(t, h).Random(t.Context(), hsm.RandomRequest{Size: 1}); err != hsm.NotAllowed {
		t.Errorf("nobody: %v", err)
	}
}
