package scenario

import (
	"crypto/ecdh"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"testing"
)

func TestFilesThatAreNoScenarioAtAllAreRefused(t *testing.T) {
	for _, tt := range []struct{ name, data, want string }{
		{"nothing", "", "w:1: the file is empty"},
		{"only a comment", "# later\n", "w:1: the file is empty"},
		{"an empty document", "---\n", "w:2: is empty: give a value, or leave the field out"},
		{"a list", "- a\n", "w:1: must be a mapping of fields, not a list"},
		{"text", "\n\nhello\n", "w:3: must be a mapping of fields, not text"},
		{"no clusters", "region: eu-west-1\n", "w:1: clusters: is missing"},
		{"no cluster", "\nclusters: []\n", "w:2: clusters: must have 1 to 16 entries, not 0"},
		{"Latin-1", "a: b\nc: \xe9\n", "w:2: the file is not UTF-8"},
		{"more than 4 MiB", "#" + strings.Repeat(" ", MaxSize), "w:1: the file is larger than 4 MiB"},
		{"a control character", "a: \x01\n", "w:1: not YAML: control characters are not allowed"},
		{"brackets without end", strings.Repeat("[", 20000), "w:1: not YAML: exceeded max depth of 10000"},
		{"17 clusters", "clusters: [" + strings.Repeat("{},", 17) + "]", "w:1: clusters: must have 1 to 16 entries, not 17"},
		{"101 faults", "clusters: [{}]\nfaults: [" + numbered(101, "{kind: kms, in: %dh}") + "]", "w:2: faults: must have 0 to 100 entries, not 101"},
		{"29 HSMs", "clusters: [{hsms: [" + numbered(29, "{node: %[1]d, address: 10.0.0.%[1]d}") + "]}]",
			"w:1: clusters[0].hsms: must have 0 to 28 entries, not 29"},
		{"1025 users", "clusters: [{users: [" + numbered(1025, "{id: %[1]d, type: CO, name: u%[1]d, password: password}") + "]}]",
			"w:1: clusters[0].users: must have 1 to 1024 entries, not 1025"},
		{"an anchor that unfolds", "a: &a [x, x]\nb: &b [*a, *a]\nclusters: [*b, *b]\n",
			"w:1: unknown field \"a\"\nw:2: unknown field \"b\"\n" +
				"w:3: clusters[0]: anchors (&) and aliases (*) are not supported: write the value out\n" +
				"w:3: clusters[1]: anchors (&) and aliases (*) are not supported: write the value out"},
	} {
		t.Run(tt.name, func(t *testing.T) { refused(t, tt.data, tt.want) })
	}
}

func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format+",", i+1)
	}
	return b.String()
}

func TestNoMoreThan100ErrorsAreReported(t *testing.T) {
	_, err := Parse("w", []byte(strings.ReplaceAll(numbered(200, "field%d: x"), ",", "\n")))
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != maxErrors+1 || lines[maxErrors] != "w: more than 100 errors" {
		t.Errorf("%d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
}

func TestErrorsDoNotShowSecrets(t *testing.T) {
	const secret = "5ec2e7"
	for _, data := range []string{
		strings.Replace(small, "adminpw1", secret, 1),
		strings.Replace(small, "adminpw1", "["+secret+"]", 1),
		strings.Replace(small, "adminpw1", "5", 1),
		strings.Replace(small, "type: CO, name: admin, password: adminpw1", "type: AU, name: admin, password: "+secret, 1),
		strings.Replace(small, "owner: 3", "owner: 3, material: "+secret, 1) + "    max_keys: 0\n",
		strings.Replace(small, "owner: 3", "owner: 3, material: "+secret+"0", 1),
		strings.Replace(small, "owner: 3", "owner: 3, material: ["+secret+"]", 1),
	} {
		if _, err := Parse("w", []byte(data)); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s\ngave the error %v", data, err)
		}
	}
}

func TestOnlyRSA2048KeysAreQuorumKeys(t *testing.T) {
	good := publicPEM(t, rsaKey(2048))
	ec, err := ecdh.P256().NewPublicKey(append([]byte{4}, p256Point...))
	if err != nil {
		t.Fatal(err)
	}
	const path = "w:8: clusters[0].users[2].quorum_key: "
	for _, tt := range []struct{ name, pem, want string }{
		{"a longer RSA key", publicPEM(t, rsaKey(3072)), path + "must be an RSA key of 2048 bits"},
		{"an EC key", publicPEM(t, ec), path + "must be an RSA key of 2048 bits"},
		{"a certificate", strings.ReplaceAll(good, "PUBLIC KEY", "CERTIFICATE"), path + "must be one PEM block that begins with -----BEGIN PUBLIC KEY-----"},
		{"two keys", good + good, path + "must be one PEM block that begins with -----BEGIN PUBLIC KEY-----"},
		{"PEM of something else", string(pem.EncodeToMemory(&pem.Block{Type: pemPublicKey, Bytes: []byte("x")})), path + "is PEM, but holds no public key"},
	} {
		t.Run(tt.name, func(t *testing.T) { refused(t, withQuorumKey("CU", tt.pem), tt.want) })
	}
	if _, err := Parse("w", []byte(withQuorumKey("CU", good))); err != nil {
		t.Error(err)
	}
	t.Run("of an AU", func(t *testing.T) {
		data := strings.Replace(withQuorumKey("AU", good), "password: bobspw1, ", "", 1)
		refused(t, data, path+"a user of type AU cannot register a key")
	})
}

func withQuorumKey(userType, key string) string {
	return strings.Replace(small, "type: CU, name: bob, password: bobspw1",
		fmt.Sprintf("type: %s, name: bob, password: bobspw1, quorum_key: %q", userType, key), 1)
}

// rsaKey is a number of that many bits, which is all that a scenario looks at.
func rsaKey(bits uint) *rsa.PublicKey {
	n := new(big.Int).Lsh(big.NewInt(1), bits-1)
	return &rsa.PublicKey{N: n.SetBit(n, 0, 1), E: 65537}
}

// p256Point is the base point of P-256.
var p256Point = func() []byte {
	x, _ := new(big.Int).SetString("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"+
		"4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5", 16)
	return x.Bytes()
}()

func publicPEM(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: pemPublicKey, Bytes: der}))
}
