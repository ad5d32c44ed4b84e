package scenario

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"strings"
)

// Hex is binary data, written as hex digits in a scenario file.
type Hex []byte

// UnmarshalText reads hex digits of either case.
func (h *Hex) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil || len(b) == 0 {
		return errors.New("must be an even number of hex digits")
	}
	*h = b
	return nil
}

// MarshalText writes lower-case hex digits.
func (h Hex) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h)), nil }

// PublicKey is an RSA-2048 public key as DER-encoded SubjectPublicKeyInfo, written as PEM in a scenario file.
type PublicKey []byte

const (
	pemPublicKey = "PUBLIC KEY"
	quorumBits   = 2048 // the only size that the original registers (user guide, quorum authentication)
)

// UnmarshalText reads one PEM block "PUBLIC KEY" with an RSA-2048 key.
func (k *PublicKey) UnmarshalText(text []byte) error {
	block, rest := pem.Decode(text)
	if block == nil || block.Type != pemPublicKey || strings.TrimSpace(string(rest)) != "" {
		return errors.New("must be one PEM block that begins with -----BEGIN PUBLIC KEY-----")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return errors.New("is PEM, but holds no public key")
	}
	if key, ok := parsed.(*rsa.PublicKey); !ok || key.N.BitLen() != quorumBits {
		return errors.New("must be an RSA key of 2048 bits")
	}
	*k = block.Bytes
	return nil
}

// MarshalText writes PEM.
func (k PublicKey) MarshalText() ([]byte, error) {
	return pem.EncodeToMemory(&pem.Block{Type: pemPublicKey, Bytes: k}), nil
}
