package hsm

import (
	"crypto/aes"
	"crypto/des"
	"crypto/rand"
	"crypto/sha1"
)

// secretSizeOK reports whether a secret key type has keys of so many bytes.
func secretSizeOK(t KeyType, size int) bool {
	switch t {
	case AES:
		return size == 16 || size == 24 || size == 32
	case DES3:
		return size == 24
	case GenericSecret:
		return size >= 1 && size <= MaxSecretKeyBytes
	}
	return false
}

func newSecret(size int) []byte {
	b := make([]byte, size)
	rand.Read(b)
	return b
}

// fillSecret sets material, length and check value of a secret key.
func (k *keyRecord) fillSecret(material []byte) {
	k.Material = material
	k.ValueLen = uint32(len(material))
	k.KCV = secretKCV(k.Type, material)
}

// secretKCV is the first three bytes of an encrypted zero block; generic secrets have none.
func secretKCV(t KeyType, material []byte) []byte {
	block := make([]byte, aes.BlockSize)
	switch t {
	case AES:
		c, err := aes.NewCipher(material)
		if err != nil {
			return nil
		}
		c.Encrypt(block, block)
	case DES3:
		c, err := des.NewTripleDESCipher(material)
		if err != nil {
			return nil
		}
		c.Encrypt(block[:des.BlockSize], block[:des.BlockSize])
	default:
		return nil
	}
	return block[:3]
}

// publicKCV is the first three bytes of the SHA-1 of the public key, here of its SubjectPublicKeyInfo.
func publicKCV(spki []byte) []byte {
	h := sha1.Sum(spki)
	return h[:3]
}
