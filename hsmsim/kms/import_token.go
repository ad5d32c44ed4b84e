package kms

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// An import token is
//
//	version (1)  nonce (12)  what is sealed  tag (16)
//
// KMS keeps nothing of it but the secret that all tokens are sealed under. The original's layout is not public.
const (
	importTokenVersion = 1
	importTokenLife    = 24 * time.Hour
)

// importToken is what a token holds: which key it is for, and how to decrypt what comes with it.
type importToken struct {
	Region    string            `cbor:"1,keyasint"`
	KeyID     string            `cbor:"2,keyasint"`
	Algorithm WrappingAlgorithm `cbor:"3,keyasint"`
	Expires   time.Time         `cbor:"4,keyasint"`
	Private   []byte            `cbor:"5,keyasint"` // PKCS #1
}

// secretRecord is what the service keeps to itself.
type secretRecord struct {
	ImportTokens []byte // 32 bytes
}

func (r secretRecord) aead() cipher.AEAD {
	block, err := aes.NewCipher(r.ImportTokens)
	if err != nil {
		return nil // of a size that no secret has
	}
	aead, _ := cipher.NewGCMWithRandomNonce(block) // which has no other error than for a block that is not of AES
	return aead
}

// tokenSealer is what seals tokens; it is made with the first one. s.mu is held for writing, and the answer must wait
// for the ticket.
func (s *Service) tokenSealer() cipher.AEAD {
	if s.tokens == nil {
		r, serial := secretRecord{make([]byte, 32)}, uint64(0)
		rand.Read(r.ImportTokens)
		s.put(bucketSecrets, &serial, r)
		s.tokens = r.aead()
	}
	return s.tokens
}

// seal is the token as clients get it.
func (t importToken) seal(by cipher.AEAD) ([]byte, error) {
	plain, err := encoding.Marshal(t)
	if err != nil {
		return nil, err
	}
	version := []byte{importTokenVersion}
	return by.Seal(version, nil, plain, version), nil
}

// openToken reads a token that the service gave out for a key. Errors: InvalidImportTokenException;
// ExpiredImportTokenException.
func (s *Service) openToken(by cipher.AEAD, blob []byte, region, keyID string) (importToken, *rsa.PrivateKey, error) {
	var t importToken
	invalid := shape.Errorf(invalidImportToken, "")
	if by == nil || len(blob) == 0 || blob[0] != importTokenVersion {
		return t, nil, invalid
	}
	plain, err := by.Open(nil, nil, blob[1:], blob[:1])
	if err != nil || cbor.Unmarshal(plain, &t) != nil || t.Region != region || t.KeyID != keyID {
		return t, nil, invalid
	}
	if !s.now().Before(t.Expires) {
		return t, nil, shape.Errorf(expiredImportToken, "")
	}
	private, err := x509.ParsePKCS1PrivateKey(t.Private)
	if err != nil {
		return t, nil, invalid
	}
	return t, private, nil
}
