package kmu

import (
	"bytes"
	"encoding/pem"
	"os"
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// filesOf are the files that a session's script describes.
func filesOf(f *testing.F, script string) {
	text := must(os.ReadFile("testdata/" + script + ".in"))
	for line := range strings.Lines(string(text)) {
		if _, quoted, ok := strings.Cut(line, ` "-----BEGIN`); ok && strings.HasPrefix(line, "%write") {
			f.Add([]byte(strings.ReplaceAll("-----BEGIN"+strings.TrimSuffix(quoted, "\"\n"), `\n`, "\n")))
		}
	}
}

// FuzzPrivateFile: a file is refused, or holds a key that can be read again.
func FuzzPrivateFile(f *testing.F) {
	filesOf(f, "import_private_key")
	f.Add(must(fakeRSA(6, bytes.Repeat([]byte{0xc1}, 256), []byte{1, 0, 1})))
	f.Add(must(fakeEC(262150, 415, bytes.Repeat([]byte{4}, 65))))
	f.Fuzz(func(t *testing.T, text []byte) {
		key, err := readPrivateFile(text)
		if err != nil || key.fake {
			return
		}
		kind, err := hsm.PrivateKeyType(key.der)
		if err != nil || kind != key.keyType {
			t.Errorf("type %d, read again %d: %v", key.keyType, kind, err)
		}
		again, err := readPrivateFile(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key.der}))
		if err != nil || !bytes.Equal(again.der, key.der) {
			t.Errorf("not the same when it is read again: %v", err)
		}
	})
}

// FuzzPublicFile: a file is refused, or holds a key that HSMs can read.
func FuzzPublicFile(f *testing.F) {
	filesOf(f, "public_keys")
	f.Fuzz(func(t *testing.T, text []byte) {
		if der, err := readPublicFile(text); err == nil {
			if _, err := hsm.PublicKeyType(der); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestFakeFilesAreToldFromRealOnes(t *testing.T) {
	for name, h := range map[string]hsm.Handle{"small": 6, "large": 28*262144 + 3305} {
		for _, file := range [][]byte{must(fakeRSA(h, bytes.Repeat([]byte{0xc1}, 256), []byte{1, 0, 1})), must(fakeEC(h, 715, bytes.Repeat([]byte{4}, 97)))} {
			key, err := readPrivateFile(file)
			if err != nil || !key.fake || key.handle != h {
				t.Errorf("%s: handle %d, fake %v, %v", name, key.handle, key.fake, err)
			}
		}
	}
	imported := must(fakeRSA(9, bytes.Repeat([]byte{0xc1}, 256), []byte{1, 0, 1}))
	block, _ := pem.Decode(imported)
	at := bytes.Index(block.Bytes, []byte{0xea, 0xfc, 0xfc, 0xee})
	copy(block.Bytes[at:], []byte{0xed, 0xfe, 0xfe, 0xca})
	if key, err := readPrivateFile(pem.EncodeToMemory(block)); err != nil || !key.fake || key.handle != 9 {
		t.Errorf("with the mark of an imported key: %v, %v", key, err)
	}
}
