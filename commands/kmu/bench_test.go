package kmu

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/commands/tool"
)

// BenchmarkSign compares signatures through the tool, which reads lines, message and writes the signature's file,
// with Go's own crypto in a bare loop.
func BenchmarkSign(b *testing.B) {
	message := []byte("a message")
	b.Run("RSA-2048/library", func(b *testing.B) {
		key := must(rsa.GenerateKey(rand.Reader, 2048))
		for b.Loop() {
			sum := sha256.Sum256(message)
			must(rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:]))
		}
	})
	b.Run("RSA-2048/tool", func(b *testing.B) { benchmarkTool(b, "genRSAKeyPair -m 2048 -e 65537 -l k", 1) })
	b.Run("P-256/library", func(b *testing.B) {
		key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
		for b.Loop() {
			sum := sha256.Sum256(message)
			must(ecdsa.SignASN1(rand.Reader, key, sum[:]))
		}
	})
	b.Run("P-256/tool", func(b *testing.B) { benchmarkTool(b, "genECCKeyPair -i 2 -l k", 17) })
}

// benchmarkTool signs b.N times in one run of the tool of the late generation.
func benchmarkTool(b *testing.B, makeKey string, mechanism int) {
	w := newWorld(b, []int{0})
	w.write("message", []byte("a message"))
	w.run(tool.Late, append(strings.Fields("singlecmd loginHSM -u CU -s alice -p alicepass"), strings.Fields(makeKey)...))
	lines := []string{"loginHSM -u CU -s alice -p alicepass"}
	for range b.N {
		lines = append(lines, fmt.Sprintf("sign -f message -k 7 -m %d -out signature", mechanism))
	}
	b.ResetTimer()
	out, _ := w.run(tool.Late, nil, lines...)
	b.StopTimer()
	if got := strings.Count(out, "Cfm3Sign: sign returned: 0x00"); got != b.N {
		b.Fatalf("%d signatures of %d", got, b.N)
	}
}
