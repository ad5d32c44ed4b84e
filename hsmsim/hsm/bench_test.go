package hsm_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/store"
)

// BenchmarkStretch is the slow hash of a password, which a client computes once for each login.
func BenchmarkStretch(b *testing.B) {
	for b.Loop() {
		if _, err := hsm.Stretch(hsm.Salt{1}, "example_user", "password1"); err != nil {
			b.Fatal(err)
		}
	}
}

// loggedIn is a session of a crypto user on an HSM that holds so many AES keys, all of them the user's.
func loggedIn(b *testing.B, keys int) *hsm.Session {
	b.Helper()
	lab := clock.New(time.Now(), 1)
	b.Cleanup(lab.Close)
	h, err := hsm.Open(hsm.Options{Journal: store.Memory(), Clock: lab, MaxKeys: hsm.SlotSize})
	if err != nil {
		b.Fatal(err)
	}
	proof := hsm.Proof{1}
	if err := h.ProvisionUsers(hsm.UserSpec{ID: 1, Type: hsm.CU, Name: "example_user", Proof: &proof}); err != nil {
		b.Fatal(err)
	}
	for i := range keys {
		spec := hsm.KeySpec{Handle: hsm.Handle(6 + i), Class: hsm.SecretKey, Type: hsm.AES, Size: 32, Owner: 1, Label: "k"}
		if err := h.ProvisionKeys(spec); err != nil {
			b.Fatal(err)
		}
	}
	s, err := h.NewSession()
	if err != nil {
		b.Fatal(err)
	}
	if _, err := s.Login(context.Background(), hsm.LoginRequest{Type: "CU", Name: "example_user", Proof: proof}); err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkFindKeys lists all keys of an HSM.
func BenchmarkFindKeys(b *testing.B) {
	for _, keys := range []int{1, 3300, 100_000} {
		b.Run(fmt.Sprint(keys), func(b *testing.B) {
			s := loggedIn(b, keys)
			b.ReportAllocs()
			for b.Loop() {
				found, err := s.FindKeys(context.Background(), hsm.FindRequest{})
				if err != nil || len(found) != keys {
					b.Fatalf("%d keys: %v", len(found), err)
				}
			}
		})
	}
}

// BenchmarkGenerateSecret makes AES keys on an HSM whose journal costs nothing. The masked object of each is
// for the other HSMs.
func BenchmarkGenerateSecret(b *testing.B) {
	s := loggedIn(b, 0)
	r := hsm.GenerateSecretRequest{Type: hsm.AES, Size: 32, Template: hsm.Template{Label: "k", Masked: true}}
	b.ReportAllocs()
	for b.Loop() {
		g, err := s.GenerateSecret(context.Background(), r)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.DeleteKey(context.Background(), hsm.HandleRequest{Handle: g.Handle}); err != nil {
			b.Fatal(err)
		}
	}
}
