package hsm

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/subtle"
	"errors"
)

// A WrapMechanism says how a key is wrapped, under the number that the tools give it (wrapKey -m).
type WrapMechanism uint8

// The mechanisms of the guide.
const (
	WrapPKCS5       WrapMechanism = 4  // AES key wrap with PKCS #5 padding
	WrapNoPad       WrapMechanism = 5  // RFC 3394
	WrapZeroPad     WrapMechanism = 6  // RFC 5649
	WrapRSAAES      WrapMechanism = 7  // a fresh AES key by RSA-OAEP, then the key by RFC 5649 (PKCS #11)
	WrapRSAOAEP     WrapMechanism = 8  // RSA-OAEP
	WrapGCM         WrapMechanism = 10 // AES-GCM; the HSM makes the IV and gives it beside the ciphertext
	WrapCloudHSMGCM WrapMechanism = 11 // AES-GCM with the IV in front of the ciphertext
	WrapRSAPKCS     WrapMechanism = 12 // RSA PKCS #1 v1.5
)

// A HashType is a hash under the number that the tools give it for RSA mechanisms (wrapKey -t).
type HashType uint8

// hashes of RSA_OAEP and RSA_AES. SHA-1 is the default.
var hashes = map[HashType]crypto.Hash{
	0: crypto.SHA1, 2: crypto.SHA1, 3: crypto.SHA256, 4: crypto.SHA384, 5: crypto.SHA512, 6: crypto.SHA224,
}

// WrapParameters are what mechanisms take beside keys.
type WrapParameters struct {
	Mechanism WrapMechanism
	Hash      HashType // of the RSA mechanisms, 0 for the default
	AAD       []byte   // of the GCM mechanisms, at most 64 KiB
	IV        []byte   // AES key wrap: nil, or the default; unwrapping by WrapGCM: what wrapping gave
	TagSize   int      // of WrapGCM, 8 to 16 bytes; 0 means 16
}

const (
	gcmIVSize   = 12
	gcmTagSize  = 16
	minTagSize  = 8
	maxAAD      = 64 << 10
	rsaAESBytes = 32 // size of the fresh AES key of WrapRSAAES
)

// isRSA reports whether the mechanism wraps with a public and unwraps with a private RSA key.
func (m WrapMechanism) isRSA() bool {
	return m == WrapRSAAES || m == WrapRSAOAEP || m == WrapRSAPKCS
}

// check refuses parameters that do not fit the mechanism. Error: InvalidInput.
func (p *WrapParameters) check() error {
	_, known := hashes[p.Hash]
	ok := known && (p.Hash == 0 || p.Mechanism == WrapRSAAES || p.Mechanism == WrapRSAOAEP)
	switch p.Mechanism {
	case WrapPKCS5, WrapNoPad: // the original takes the default only (guide, wrapKey)
		ok = ok && (p.IV == nil || subtle.ConstantTimeCompare(p.IV, WrapIV[:]) == 1)
	case WrapZeroPad, WrapRSAAES, WrapRSAOAEP, WrapCloudHSMGCM, WrapRSAPKCS:
		ok = ok && p.IV == nil
	case WrapGCM:
		ok = ok && (p.TagSize == 0 || p.TagSize >= minTagSize && p.TagSize <= gcmTagSize)
	default:
		ok = false
	}
	gcm := p.Mechanism == WrapGCM || p.Mechanism == WrapCloudHSMGCM
	ok = ok && (gcm || len(p.AAD) == 0) && len(p.AAD) <= maxAAD && (p.TagSize == 0 || p.Mechanism == WrapGCM)
	if !ok {
		return InvalidInput
	}
	return nil
}

func (p *WrapParameters) tagSize() int {
	if p.TagSize == 0 {
		return gcmTagSize
	}
	return p.TagSize
}

// wrap wraps material with an AES key; iv is only set for WrapGCM.
func (p *WrapParameters) wrap(kek, material []byte) (wrapped, iv []byte, err error) {
	switch p.Mechanism {
	case WrapPKCS5:
		wrapped, err = WrapPadded(kek, WrapIV, material)
	case WrapNoPad:
		wrapped, err = wrapAligned(kek, WrapIV, material)
	case WrapZeroPad:
		wrapped, err = wrapZeroPadded(kek, material)
	case WrapGCM, WrapCloudHSMGCM:
		iv = make([]byte, gcmIVSize)
		rand.Read(iv)
		wrapped, err = sealGCM(kek, iv, p.AAD, material, p.tagSize())
		if p.Mechanism == WrapCloudHSMGCM {
			wrapped, iv = append(iv, wrapped...), nil
		}
	default:
		err = InvalidInput
	}
	return wrapped, iv, err
}

// unwrap undoes wrap.
func (p *WrapParameters) unwrap(kek, wrapped []byte) ([]byte, error) {
	switch p.Mechanism {
	case WrapPKCS5:
		return UnwrapPadded(kek, WrapIV, wrapped)
	case WrapNoPad:
		return unwrapAligned(kek, WrapIV, wrapped)
	case WrapZeroPad:
		return unwrapZeroPadded(kek, wrapped)
	case WrapGCM:
		return openGCM(kek, p.IV, p.AAD, wrapped, p.tagSize())
	case WrapCloudHSMGCM:
		if len(wrapped) < gcmIVSize {
			return nil, UnwrapFailed
		}
		return openGCM(kek, wrapped[:gcmIVSize], p.AAD, wrapped[gcmIVSize:], gcmTagSize)
	}
	return nil, InvalidInput
}

// WrapRSA wraps material with a public RSA key. Error: DataLength where the key is too small for it.
func (p *WrapParameters) WrapRSA(key *rsa.PublicKey, material []byte) ([]byte, error) {
	hash := hashes[p.Hash]
	switch p.Mechanism {
	case WrapRSAOAEP:
		wrapped, err := rsa.EncryptOAEP(hash.New(), rand.Reader, key, material, nil)
		return wrapped, lengthError(err)
	case WrapRSAPKCS:
		//lint:ignore SA1019 the original has the mechanism
		wrapped, err := rsa.EncryptPKCS1v15(rand.Reader, key, material)
		return wrapped, lengthError(err)
	}
	kek := newSecret(rsaAESBytes)
	head, err := rsa.EncryptOAEP(hash.New(), rand.Reader, key, kek, nil)
	if err != nil {
		return nil, lengthError(err)
	}
	body, err := wrapZeroPadded(kek, material)
	return append(head, body...), err
}

// lengthError is DataLength for a message that is too long.
func lengthError(err error) error {
	if errors.Is(err, rsa.ErrMessageTooLong) {
		return DataLength
	}
	return err
}

// UnwrapRSA undoes WrapRSA. Errors: BadPKCSData, UnwrapFailed.
func (p *WrapParameters) UnwrapRSA(key *rsa.PrivateKey, wrapped []byte) ([]byte, error) {
	hash, size := hashes[p.Hash], key.Size()
	if len(wrapped) < size || len(wrapped) > size && p.Mechanism != WrapRSAAES {
		return nil, UnwrapFailed
	}
	if p.Mechanism == WrapRSAPKCS {
		//lint:ignore SA1019 the original has the mechanism
		material, err := rsa.DecryptPKCS1v15(nil, key, wrapped)
		if err != nil {
			return nil, BadPKCSData
		}
		return material, nil
	}
	head, err := rsa.DecryptOAEP(hash.New(), nil, key, wrapped[:size], nil)
	switch {
	case err != nil:
		return nil, BadPKCSData
	case p.Mechanism == WrapRSAOAEP:
		return head, nil
	case len(head) != 16 && len(head) != 24 && len(head) != 32:
		return nil, UnwrapFailed
	}
	return unwrapZeroPadded(head, wrapped[size:])
}

// sealGCM encrypts and gives ciphertext and tag, the latter cut to its size.
func sealGCM(kek, iv, aad, plain []byte, tagSize int) ([]byte, error) {
	if len(plain) == 0 || len(plain) > MaxWrapped {
		return nil, DataLength
	}
	block, err := aes.NewCipher(kek)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	sealed := aead.Seal(nil, iv, plain, aad)
	return sealed[:len(plain)+tagSize], nil
}

// openGCM undoes sealGCM. The standard library takes no tag below 12 bytes: here the plaintext is encrypted once
// more and both results are compared. Error: BadTagGCM.
func openGCM(kek, iv, aad, sealed []byte, tagSize int) ([]byte, error) {
	if len(iv) != gcmIVSize {
		return nil, InvalidInput
	}
	length := len(sealed) - tagSize
	if length <= 0 || length > MaxWrapped {
		return nil, BadTagGCM
	}
	block, err := aes.NewCipher(kek)
	if err != nil {
		return nil, err
	}
	counter := append(append(make([]byte, 0, aes.BlockSize), iv...), 0, 0, 0, 2) // 1 encrypts the tag (NIST SP 800-38D, 7.1)
	plain := make([]byte, length)
	cipher.NewCTR(block, counter).XORKeyStream(plain, sealed[:length])
	again, err := sealGCM(kek, iv, aad, plain, tagSize)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare(again, sealed) != 1 {
		return nil, BadTagGCM
	}
	return plain, nil
}
