package kms

import (
	"crypto/rand"
	"crypto/rsa"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// FuzzCiphertext decrypts what nobody encrypted.
func FuzzCiphertext(f *testing.F) {
	w := newWorld(f)
	k := w.create(f, CreateKeyRequest{})
	good, err := w.Encrypt(f.Context(), call(), EncryptRequest{KeyID: k.KeyID, Plaintext: []byte("x")})
	must(f, err)
	f.Add(good.CiphertextBlob)
	f.Add(good.CiphertextBlob[:headSize])
	f.Add([]byte{ciphertextVersion, idMultiRegion})
	f.Fuzz(func(t *testing.T, blob []byte) {
		if id, material, err := readHead(blob); err == nil && string(head(id, material)) != string(blob[:headSize]) {
			t.Errorf("head %x is written as %x", blob[:headSize], head(id, material))
		}
		_, err := w.Decrypt(t.Context(), call(), DecryptRequest{CiphertextBlob: blob})
		if string(blob) != string(good.CiphertextBlob) && !isException(err, invalidCiphertext) && !isException(err, notFound) {
			t.Errorf("decrypting %x: %v", blob, err)
		}
	})
}

func FuzzMarker(f *testing.F) {
	f.Add("alias/x", "")
	f.Add("", marker("key", "ListKeys"))
	f.Fuzz(func(t *testing.T, name, mark string) {
		if got, err := unmark(marker(name, "ListKeys"), "ListKeys"); err != nil || got != name {
			t.Errorf("%q comes back as %q, %v", name, got, err)
		}
		if _, err := unmark(marker(name, "ListKeys"), "ListAliases"); !isException(err, invalidMarker) {
			t.Errorf("the marker of another list: %v", err)
		}
		if last, err := unmark(mark, "ListKeys"); err != nil && !isException(err, invalidMarker) {
			t.Errorf("%q is %q, %v", mark, last, err)
		}
	})
}

// FuzzAlias creates aliases of all names. Those that are taken can be found and removed.
func FuzzAlias(f *testing.F) {
	w := newWorld(f)
	k := w.create(f, CreateKeyRequest{})
	for _, name := range []string{"alias/a", "alias/", "alias/aws/s3", "alias/a:b", "arn:aws:kms:us-west-2:111122223333:alias/x", "alias/ü"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		r := AliasRequest{name, k.KeyID}
		if shape.Validate(r) != nil {
			return
		}
		if _, err := w.CreateAlias(t.Context(), call(), r); err != nil {
			return
		}
		for _, id := range []string{name, "arn:aws:kms:us-west-2:111122223333:" + name} {
			if d, err := w.DescribeKey(t.Context(), call(), DescribeKeyRequest{KeyID: id}); err != nil || d.KeyMetadata.KeyID != k.KeyID {
				t.Errorf("%q is %s, %v", id, d.KeyMetadata.KeyID, err)
			}
		}
		if _, err := w.DeleteAlias(t.Context(), call(), DeleteAliasRequest{name}); err != nil {
			t.Errorf("%q cannot be deleted: %v", name, err)
		}
	})
}

// FuzzImportToken imports with tokens that KMS did not give out.
func FuzzImportToken(f *testing.F) {
	w := newWorld(f)
	id := w.create(f, CreateKeyRequest{Origin: OriginExternal}).KeyID
	good := w.wrapped(f, call(), id, WrapOAEPSHA256, make([]byte, 32))
	f.Add(good.Token)
	f.Add(good.Token[:40])
	f.Add([]byte{importTokenVersion})
	f.Fuzz(func(t *testing.T, token []byte) {
		r := good
		r.Token = token
		_, err := w.ImportKeyMaterial(t.Context(), call(), r)
		if string(token) != string(good.Token) && !isException(err, invalidImportToken) {
			t.Errorf("importing with %x: %v", token, err)
		}
	})
}

// FuzzWrapped unwraps what nobody wrapped, by every algorithm.
func FuzzWrapped(f *testing.F) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	must(f, err)
	var names []string
	for i, name := range (WrappingAlgorithm)("").Values()[:5] {
		names = append(names, name)
		f.Add(i, wrap(f, WrappingAlgorithm(name), &private.PublicKey, make([]byte, 32)))
	}
	f.Add(3, make([]byte, 256+24))
	f.Add(0, []byte{})
	f.Fuzz(func(t *testing.T, i int, blob []byte) {
		if i < 0 || i >= len(names) {
			return
		}
		plain, err := unwrap(WrappingAlgorithm(names[i]), private, blob)
		if err != nil && !isException(err, invalidCiphertext) && !isException(err, shape.ValidationException) {
			t.Errorf("unwrapping %x: %v", blob, err)
		}
		for _, spec := range []KeySpec{SymmetricDefault, RSA2048, P256, P256K1, Edwards25519, HMAC224} {
			if _, err := checkMaterial(spec, plain); err != nil && !isException(err, incorrectMaterial) {
				t.Errorf("%x for %s: %v", plain, spec, err)
			}
		}
	})
}

// FuzzMaterial reads material that is anything.
func FuzzMaterial(f *testing.F) {
	for _, spec := range []KeySpec{SymmetricDefault, P256, P256K1, Edwards25519, HMAC384} {
		plain, err := newMaterial(spec)
		must(f, err)
		f.Add(plain)
	}
	f.Fuzz(func(t *testing.T, plain []byte) {
		for name := range specifications {
			kept, err := checkMaterial(name, plain)
			if err != nil {
				if !isException(err, incorrectMaterial) {
					t.Errorf("%x for %s: %v", plain, name, err)
				}
				continue
			}
			if again, err := checkMaterial(name, kept); err != nil || string(again) != string(kept) {
				t.Errorf("%x for %s is kept as %x, and that as %x, %v", plain, name, kept, again, err)
			}
		}
	})
}
