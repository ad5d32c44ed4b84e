package hsm

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
)

// MaxEncrypted bounds the data of one encryption, bytes.
const MaxEncrypted = 16 << 10

// CipherRequest is data to encrypt, or to decrypt, with an AES key in Galois/Counter mode. The additional data is
// authenticated with it.
type CipherRequest struct {
	_          struct{} `cbor:",toarray"`
	Handle     Handle
	Data       []byte // at most MaxEncrypted
	Additional []byte
}

// Encrypt encrypts. Its answer is the nonce of 12 bytes, which the HSM chooses, the ciphertext and the tag of 16
// bytes. Errors: NotAllowed, InvalidHandle, KeyAccessDenied, BadKeyType, KeyFunction, DataLength, QuorumMissing.
func (s *Session) Encrypt(_ context.Context, r CipherRequest) ([]byte, error) {
	k, aead, err := s.cipher(r, flagEncrypt, MaxEncrypted)
	if err != nil {
		return nil, err
	}
	sealed := aead.Seal(nil, nil, r.Data, r.Additional)
	return sealed, s.spend(k)
}

// Decrypt undoes Encrypt. Errors: as Encrypt, and BadTagGCM for data that this key has not encrypted, or not with
// this additional data.
func (s *Session) Decrypt(_ context.Context, r CipherRequest) ([]byte, error) {
	k, aead, err := s.cipher(r, flagDecrypt, MaxEncrypted+nonceAndTag)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, nil, r.Data, r.Additional)
	if err != nil {
		return nil, BadTagGCM
	}
	return plain, s.spend(k)
}

// nonceAndTag is what encryption adds to the data, bytes.
const nonceAndTag = 12 + 16

func (s *Session) cipher(r CipherRequest, needed flags, limit int) (*key, cipher.AEAD, error) {
	var k *key
	err := s.read(func(h *HSM) error {
		var err error
		k, err = h.usable(s, r.Handle)
		switch {
		case err != nil:
			return err
		case k.Type != AES:
			return BadKeyType
		case k.Flags&needed == 0:
			return KeyFunction
		case len(r.Data) > limit || len(r.Additional) > MaxEncrypted:
			return DataLength
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	block, err := aes.NewCipher(k.Material)
	if err != nil {
		return nil, nil, BadKeySize
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return k, aead, err
}
