package store

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"fmt"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// A sealer encrypts records with AES-256-GCM. A sealed record is a random nonce of 12 bytes, the
// ciphertext and a tag of 16 bytes. Random nonces are good for 2^32 records under one key.
type sealer struct {
	aead cipher.AEAD
}

func newSealer(key [32]byte) (sealer, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return sealer{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return sealer{aead}, err
}

func (s sealer) seal(bucket hsm.Bucket, key uint64, data []byte) []byte {
	return s.aead.Seal(nil, nil, data, place(bucket, key))
}

// open appends the data of a sealed record to dst.
func (s sealer) open(dst []byte, bucket hsm.Bucket, key uint64, sealed []byte) ([]byte, error) {
	data, err := s.aead.Open(dst, nil, sealed, place(bucket, key))
	if err != nil {
		return nil, fmt.Errorf("%w or has another key: record %d of bucket %v cannot be decrypted", ErrDamaged, key, bucket)
	}
	return data, nil
}

// place binds a sealed record to its bucket and key, so that no record passes for another one.
func place(bucket hsm.Bucket, key uint64) []byte {
	return append([]byte{byte(bucket)}, recordKey(key)...)
}

// recordKey is the key of a record in the file: the order of bytes is the order of numbers.
func recordKey(key uint64) []byte {
	return binary.BigEndian.AppendUint64(nil, key)
}
