package hsm_test

import (
	"bytes"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// openssl runs openssl in a folder and gives its output. Where it is not installed the test is skipped.
func openssl(t testing.TB, dir string, args ...string) ([]byte, error) {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	c := exec.Command(path, args...)
	c.Dir = dir
	return c.CombinedOutput()
}

// mustOpenssl fails the test where openssl fails.
func mustOpenssl(t testing.TB, dir string, args ...string) {
	t.Helper()
	if out, err := openssl(t, dir, args...); err != nil {
		t.Fatalf("openssl %q: %v\n%s", args, err, out)
	}
}

func write(t testing.TB, dir, name string, data []byte) {
	t.Helper()
	must(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
}

func read(t testing.TB, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	must(t, err)
	return data
}

func writePEM(t testing.TB, dir, name, kind string, der []byte) {
	t.Helper()
	write(t, dir, name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// der is the first block of a PEM file.
func der(t testing.TB, dir, name string) []byte {
	t.Helper()
	block, _ := pem.Decode(read(t, dir, name))
	if block == nil {
		t.Fatalf("%s is no PEM file", name)
	}
	return block.Bytes
}

// makePair makes a key pair.
func makePair(t testing.TB, s *hsm.Session, r hsm.GeneratePairRequest) (public, private hsm.Handle) {
	t.Helper()
	if r.Type == hsm.RSA && r.Exponent == 0 {
		r.Exponent = 65537
	}
	g, err := s.GeneratePair(t.Context(), r)
	must(t, err)
	return g.Public.Handle, g.Private.Handle
}

// publicDER is a public key's SubjectPublicKeyInfo.
func publicDER(t testing.TB, s *hsm.Session, h hsm.Handle) []byte {
	t.Helper()
	b, err := s.ExportPublicKey(t.Context(), hsm.HandleRequest{Handle: h})
	must(t, err)
	return b
}

// material gets a key out of the HSM as exSymKey and exportPrivateKey do.
func material(t testing.TB, s *hsm.Session, h, kek hsm.Handle) []byte {
	t.Helper()
	w, err := s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: h, Wrapping: kek, Parameters: hsm.WrapParameters{Mechanism: hsm.WrapPKCS5}})
	must(t, err)
	b, err := s.UnwrapData(t.Context(), hsm.DataRequest{Wrapping: kek, Data: w.Data})
	must(t, err)
	return b
}

// put brings a key into the HSM as imSymKey and importPrivateKey do.
func put(t testing.TB, s *hsm.Session, c hsm.Class, kind hsm.KeyType, kek hsm.Handle, data []byte) (hsm.Handle, error) {
	t.Helper()
	w, err := s.WrapData(t.Context(), hsm.DataRequest{Wrapping: kek, Data: data})
	must(t, err)
	g, err := s.UnwrapKey(t.Context(), hsm.UnwrapKeyRequest{Wrapping: kek, Wrapped: w, Class: c, Type: kind,
		Parameters: hsm.WrapParameters{Mechanism: hsm.WrapPKCS5}, Template: hsm.Template{Label: "imported"}})
	return g.Handle, err
}

func mustPut(t testing.TB, s *hsm.Session, c hsm.Class, kind hsm.KeyType, kek hsm.Handle, data []byte) hsm.Handle {
	t.Helper()
	h, err := put(t, s, c, kind, kek, data)
	must(t, err)
	return h
}

func equal(t testing.TB, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s: %x, want %x", what, got, want)
	}
}
