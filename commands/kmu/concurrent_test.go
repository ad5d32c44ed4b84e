package kmu

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// beside is another console at the same cluster, with files of its own.
func (w *world) beside(t *testing.T, home int) *world {
	return &world{t: t, dir: t.TempDir(), nodes: w.nodes, dialer: w.dialer, home: home, whenAsleep: map[int]string{}}
}

// TestTwoToolsAndAServiceOnTheSameKeys lets two runs of the tool and a client like KMS work at once, on keys of their
// own and on the same ones: nothing may be lost, and nothing may be mixed up.
func TestTwoToolsAndAServiceOnTheSameKeys(t *testing.T) {
	t.Parallel()
	const rounds = 12
	w := newWorld(t, []int{0, 1, 2})
	w.succeed("genSymKey -t 31 -s 32 -l kek", "genRSAKeyPair -m 2048 -e 65537 -l rsa", "exportPubKey -k 7 -out public.pem") // 6, 7, 8
	var wait sync.WaitGroup
	consoles := make([]string, 2)
	tools := []*world{w.beside(t, 0), w.beside(t, 1)}
	for i, console := range tools {
		wait.Go(func() {
			lines := []string{"loginHSM -u CU -s alice -p alicepass"}
			for n := range rounds {
				console.write(fmt.Sprint("message", n), fmt.Appendf(nil, "message %d of tool %d", n, i))
				console.write(fmt.Sprint("secret", n), bytes.Repeat([]byte{byte(16*i + n)}, 32))
				lines = append(lines,
					fmt.Sprintf("sign -f message%d -k 8 -m 1 -out signature%d", n, n),
					fmt.Sprintf("imSymKey -f secret%d -w 6 -t 31 -l tool%d-%d", n, i, n),
					fmt.Sprintf("genSymKey -t 31 -s 16 -l tool%d", i))
			}
			consoles[i], _ = console.run(tool.Classic, nil, lines...)
		})
	}
	made := make([]cluster.Created, rounds)
	wait.Go(func() {
		service := cluster.NewApplication(t.Context(), w.dialer, w.Members(), cluster.Settings{Home: 2, HasHome: true})
		defer service.Close()
		if o := service.Login(t.Context(), "CU", "bob", "bobpass1"); !o.OK() {
			t.Errorf("login: %v", o)
		}
		for n := range made {
			made[n] = service.GenerateSecret(t.Context(), hsm.GenerateSecretRequest{Type: hsm.AES, Size: 32,
				Template: hsm.Template{Label: "service", NotExtractable: true}}, 0)
		}
	})
	wait.Wait()
	for i, console := range tools {
		if got := strings.Count(consoles[i], "Cfm3Sign returned: 0x00") + strings.Count(consoles[i], "Key Unwrapped.  ") +
			strings.Count(consoles[i], "Key Created.  "); got != 3*rounds {
			t.Errorf("tool %d: %d of %d commands have succeeded:\n%s", i, got, 3*rounds, consoles[i])
		}
		console.checkSignatures(w.read("public.pem"), i, rounds)
		console.checkSecrets(i, rounds)
	}
	keys := w.nodes[0].hsm.TokenKeys()
	if want := 3 + 2*2*rounds + rounds; len(keys) != want {
		t.Errorf("%d keys, want %d", len(keys), want)
	}
	for _, c := range made {
		if !c.OK() || !slices.Contains(keys, c.Handles[0]) {
			t.Errorf("a key of the service is lost: %v", c)
		}
	}
	for _, n := range w.nodes[1:] {
		if !slices.Equal(n.hsm.TokenKeys(), keys) {
			t.Errorf("HSM %d has other keys", n.hsm.Identity().Node)
		}
	}
}

// checkSignatures fails the test where a file has not the signature of its own message.
func (w *world) checkSignatures(public string, i, rounds int) {
	block, _ := pem.Decode([]byte(public))
	key := must(x509.ParsePKIXPublicKey(block.Bytes)).(*rsa.PublicKey)
	for n := range rounds {
		sum := sha256.Sum256(fmt.Appendf(nil, "message %d of tool %d", n, i))
		if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], []byte(w.read(fmt.Sprint("signature", n)))); err != nil {
			w.t.Errorf("tool %d, signature %d: %v", i, n, err)
		}
	}
}

// checkSecrets fails the test where an imported key has not the bytes of its own file.
func (w *world) checkSecrets(i, rounds int) {
	lines := []string{"loginHSM -u CU -s alice -p alicepass"}
	for n := range rounds {
		lines = append(lines, fmt.Sprintf("findKey -l tool%d-%d", i, n))
	}
	out, _ := w.run(tool.Classic, nil, lines...)
	lines = lines[:1]
	for n := range rounds {
		_, list, _ := strings.Cut(out, fmt.Sprintf("findKey -l tool%d-%d\n", i, n))
		_, list, _ = strings.Cut(list, "start index 0::0\n")
		handle, _, _ := strings.Cut(list, "\n")
		lines = append(lines, fmt.Sprintf("exSymKey -k %s -w 6 -out back%d", handle, n))
	}
	w.run(tool.Classic, nil, lines...)
	for n := range rounds {
		if got, want := w.read(fmt.Sprint("back", n)), w.read(fmt.Sprint("secret", n)); got != want {
			w.t.Errorf("tool %d, secret %d: %x, want %x", i, n, got, want)
		}
	}
}
