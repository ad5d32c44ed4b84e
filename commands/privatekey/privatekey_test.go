package privatekey

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The files of testdata are one key, made with openssl 3: genrsa, and pkcs8 -topk8 or rsa -traditional with
// different ciphers and the pass phrase "passphrase1".

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestKeysOfOpenssl(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.pem")
	if err != nil || len(paths) < 8 {
		t.Fatalf("files %q: %v", paths, err)
	}
	var first *rsa.PrivateKey
	for _, path := range paths {
		name := filepath.Base(path)
		f, err := Parse(read(t, name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f.Encrypted() != !strings.HasPrefix(name, "plain") {
			t.Errorf("%s: encrypted %v", name, f.Encrypted())
		}
		key, err := f.Key("passphrase1")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if first == nil {
			first = key.(*rsa.PrivateKey)
		}
		if !first.Equal(key) {
			t.Errorf("%s: another key", name)
		}
		if !f.Encrypted() {
			continue
		}
		for _, wrong := range []string{"", "passphrase2"} {
			if _, err := f.Key(wrong); !errors.Is(err, ErrPassPhrase) {
				t.Errorf("%s with pass phrase %q: %v", name, wrong, err)
			}
		}
	}
}

func TestWhatIsNoPrivateKey(t *testing.T) {
	plain := read(t, "plain.pem")
	for about, file := range map[string][]byte{
		"an empty file":           nil,
		"text":                    []byte("Hello"),
		"a certificate":           []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
		"a file that is too long": append(bytes.Repeat([]byte("\n"), MaxFile), plain...),
	} {
		if _, err := Parse(file); err == nil {
			t.Errorf("%s is read", about)
		}
	}
	for about, file := range map[string]string{
		"a private key that is none":    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
		"an encrypted key that is none": "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
	} {
		f, err := Parse([]byte(file))
		if err != nil {
			t.Fatalf("%s: %v", about, err)
		}
		if key, err := f.Key("passphrase1"); err == nil {
			t.Errorf("%s is read as %T", about, key)
		}
	}
}

func TestAKeyMayFollowOtherThings(t *testing.T) {
	file := "some text\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" + string(read(t, "plain.pem"))
	f, err := Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Key(""); err != nil {
		t.Error(err)
	}
}

// FuzzKey reads files that are damaged in any way. There is an error or a key, and never a long wait.
func FuzzKey(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*.pem")
	for _, path := range paths {
		f.Add(read(f, filepath.Base(path)), "passphrase1")
	}
	f.Fuzz(func(t *testing.T, data []byte, passPhrase string) {
		file, err := Parse(data)
		if err != nil {
			return
		}
		if key, err := file.Key(passPhrase); (key == nil) == (err == nil) {
			t.Errorf("key %v, error %v", key, err)
		}
	})
}
