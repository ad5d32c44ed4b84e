package hsm_test

import (
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	must(t, err)
	return b
}

// withMaterial makes a secret key of known material.
func withMaterial(t testing.TB, h *hsm.HSM, handle hsm.Handle, kind hsm.KeyType, m []byte) hsm.Handle {
	t.Helper()
	must(t, h.ProvisionKeys(hsm.KeySpec{Handle: handle, Class: hsm.SecretKey, Type: kind, Material: m, Owner: alice, Extractable: true}))
	return handle
}

// The vectors of RFC 3394, section 4, and of RFC 5649, section 6.
var wrapVectors = []struct {
	name              string
	mechanism         hsm.WrapMechanism
	kek, key, wrapped string
}{
	{"128 bits with 128", hsm.WrapNoPad, "000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff",
		"1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"},
	{"128 bits with 192", hsm.WrapNoPad, "000102030405060708090a0b0c0d0e0f1011121314151617", "00112233445566778899aabbccddeeff",
		"96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d"},
	{"128 bits with 256", hsm.WrapNoPad, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		"00112233445566778899aabbccddeeff", "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"},
	{"192 bits with 192", hsm.WrapNoPad, "000102030405060708090a0b0c0d0e0f1011121314151617",
		"00112233445566778899aabbccddeeff0001020304050607", "031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2"},
	{"192 bits with 256", hsm.WrapNoPad, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		"00112233445566778899aabbccddeeff0001020304050607", "a8f9bc1612c68b3ff6e6f4fbe30e71e4769c8b80a32cb8958cd5d17d6b254da1"},
	{"256 bits with 256", hsm.WrapNoPad, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		"00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f",
		"28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"},
	{"20 bytes with padding", hsm.WrapZeroPad, "5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8",
		"c37b7e6492584340bed12207808941155068f738", "138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a"},
	{"7 bytes with padding", hsm.WrapZeroPad, "5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8", "466f7250617369",
		"afbeb0f07dfbf5419200f2ccb50bb24f"},
}

func TestWrappedKeysAreThoseOfTheRFCs(t *testing.T) {
	h := newHSM(t)
	s := as(t, h, "alice")
	for i, v := range wrapVectors {
		t.Run(v.name, func(t *testing.T) {
			kek := withMaterial(t, h, hsm.Handle(1000+2*i), hsm.AES, unhex(t, v.kek))
			key := withMaterial(t, h, hsm.Handle(1001+2*i), hsm.GenericSecret, unhex(t, v.key))
			p := hsm.WrapParameters{Mechanism: v.mechanism}
			w, err := s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: key, Wrapping: kek, Parameters: p})
			must(t, err)
			equal(t, "wrapped", w.Data, unhex(t, v.wrapped))
			g, err := s.UnwrapKey(t.Context(), hsm.UnwrapKeyRequest{Wrapping: kek, Wrapped: w.Data, Class: hsm.SecretKey, Type: hsm.GenericSecret, Parameters: p})
			must(t, err)
			w, err = s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: g.Handle, Wrapping: kek, Parameters: p})
			must(t, err)
			equal(t, "wrapped again", w.Data, unhex(t, v.wrapped))
		})
	}
}

func TestWhatKeyWrapRefuses(t *testing.T) {
	kek := make([]byte, 16)
	for n := range 8 {
		_, err := hsm.WrapPadded(kek, hsm.WrapIV, make([]byte, n))
		wants(t, fmt.Sprintf("%d bytes", n), err, hsm.DataLength)
	}
	_, err := hsm.WrapPadded(kek, hsm.WrapIV, make([]byte, hsm.MaxWrapped))
	wants(t, "too much", err, hsm.DataLength)
	if _, err := hsm.WrapPadded(kek[:15], hsm.WrapIV, kek); err == nil {
		t.Error("a key of 15 bytes wraps")
	}
	wrapped, err := hsm.WrapPadded(kek, hsm.WrapIV, []byte("a secret of 24 bytes ..."))
	must(t, err)
	for i := range wrapped {
		wrapped[i] ^= 1
		_, err := hsm.UnwrapPadded(kek, hsm.WrapIV, wrapped)
		wants(t, fmt.Sprintf("byte %d changed", i), err, hsm.UnwrapFailed)
		wrapped[i] ^= 1
	}
	for n := range wrapped {
		_, err := hsm.UnwrapPadded(kek, hsm.WrapIV, wrapped[:n])
		wants(t, fmt.Sprintf("cut to %d bytes", n), err, hsm.UnwrapFailed)
	}
	_, err = hsm.UnwrapPadded(kek, [8]byte{1}, wrapped)
	wants(t, "another initial value", err, hsm.UnwrapFailed)
}

func TestPaddedKeyWrapIsThatOfOpenSSL(t *testing.T) {
	dir := t.TempDir()
	kek, iv := unhex(t, "000102030405060708090a0b0c0d0e0f1011121314151617"), [8]byte{1, 2, 3, 4, 5, 6, 7, 8}
	for _, n := range []int{8, 15, 16, 24, 100, 3583} {
		data := make([]byte, n)
		for i := range data {
			data[i] = byte(i)
		}
		wrapped, err := hsm.WrapPadded(kek, iv, data)
		must(t, err)
		write(t, dir, "wrapped", wrapped)
		mustOpenssl(t, dir, "enc", "-d", "-id-aes192-wrap", "-K", hex.EncodeToString(kek), "-iv", hex.EncodeToString(iv[:]),
			"-in", "wrapped", "-out", "plain")
		got := read(t, dir, "plain")
		pad := 8 - n%8
		if len(got) != n+pad || int(got[len(got)-1]) != pad {
			t.Fatalf("%d bytes came out of openssl of %d with padding of %d", len(got), n, pad)
		}
		equal(t, "unwrapped by openssl", got[:n], data)
	}
}

// Test case 16 of the GCM specification (McGrew and Viega), with the tag cut as NIST SP 800-38D allows.
func TestGCMUnwrapsPublishedVectors(t *testing.T) {
	h := newHSM(t)
	s := as(t, h, "alice")
	kek := withMaterial(t, h, 1000, hsm.AES, unhex(t, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
	plain := "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
	cipher := "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
	tag := "76fc6ece0f4e1768cddf8853bb2d551b"
	r := hsm.UnwrapKeyRequest{Wrapping: kek, Class: hsm.SecretKey, Type: hsm.GenericSecret, Parameters: hsm.WrapParameters{
		Mechanism: hsm.WrapGCM, IV: unhex(t, "cafebabefacedbaddecaf888"), AAD: unhex(t, "feedfacedeadbeeffeedfacedeadbeefabaddad2")}}
	for _, size := range []int{8, 11, 12, 16} {
		r.Wrapped, r.Parameters.TagSize = append(unhex(t, cipher), unhex(t, tag)[:size]...), size
		g, err := s.UnwrapKey(t.Context(), r)
		must(t, err)
		equal(t, fmt.Sprintf("with a tag of %d bytes", size), material(t, s, g.Handle, kek), unhex(t, plain))
		r.Wrapped[len(r.Wrapped)-1] ^= 1
		_, err = s.UnwrapKey(t.Context(), r)
		wants(t, fmt.Sprintf("with a wrong tag of %d bytes", size), err, hsm.BadTagGCM)
	}
	r.Wrapped, r.Parameters.TagSize = append(unhex(t, cipher), unhex(t, tag)...), 0
	_, err := s.UnwrapKey(t.Context(), r)
	must(t, err)
	r.Parameters.AAD = nil
	_, err = s.UnwrapKey(t.Context(), r)
	wants(t, "without the additional data", err, hsm.BadTagGCM)
}
