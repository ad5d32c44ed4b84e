package hsm

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
)

// AES key wrap as RFC 3394 and RFC 5649 have it, and the original's variant of the former with PKCS #5 padding.
// No library does it all: those that are kept have neither another initial value than the default, which
// aesWrapUnwrap takes, nor keys of 24 bytes for RFC 5649.

// WrapIV is the default initial value of AES key wrap (RFC 3394, 2.2.3.1).
var WrapIV = [8]byte{0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6}

const semiblock = 8 // bytes that key wrap works on at a time

// MaxWrapped bounds what is wrapped and unwrapped, bytes. The largest key is a PKCS #8 file of RSA-4096.
const MaxWrapped = 16 << 10

// WrapPadded wraps data of any length, padded with 1 to 8 bytes as PKCS #5 does, with an AES key. Less than
// 8 bytes cannot be wrapped.
func WrapPadded(kek []byte, iv [8]byte, data []byte) ([]byte, error) {
	pad := semiblock - len(data)%semiblock
	padded := make([]byte, len(data)+pad)
	copy(padded, data)
	for i := len(data); i < len(padded); i++ {
		padded[i] = byte(pad)
	}
	return wrapAligned(kek, iv, padded)
}

// UnwrapPadded undoes WrapPadded. Error: another key or initial value, or the data is damaged.
func UnwrapPadded(kek []byte, iv [8]byte, wrapped []byte) ([]byte, error) {
	padded, err := unwrapAligned(kek, iv, wrapped)
	if err != nil {
		return nil, err
	}
	pad := int(padded[len(padded)-1])
	if pad < 1 || pad > semiblock {
		return nil, UnwrapFailed
	}
	for _, b := range padded[len(padded)-pad:] {
		if int(b) != pad {
			return nil, UnwrapFailed
		}
	}
	return padded[:len(padded)-pad], nil
}

// wrapAligned wraps data of whole semiblocks, two at least (RFC 3394).
func wrapAligned(kek []byte, iv [8]byte, data []byte) ([]byte, error) {
	if len(data)%semiblock != 0 || len(data) < 2*semiblock || len(data) > MaxWrapped {
		return nil, DataLength
	}
	block, err := aes.NewCipher(kek)
	if err != nil {
		return nil, fmt.Errorf("cannot wrap with a key of %d bytes: %w", len(kek), err)
	}
	return mix(block, iv, data), nil
}

// unwrapAligned undoes wrapAligned.
func unwrapAligned(kek []byte, iv [8]byte, wrapped []byte) ([]byte, error) {
	if len(wrapped)%semiblock != 0 || len(wrapped) < 3*semiblock || len(wrapped) > MaxWrapped+semiblock {
		return nil, UnwrapFailed
	}
	block, err := aes.NewCipher(kek)
	if err != nil {
		return nil, fmt.Errorf("cannot unwrap with a key of %d bytes: %w", len(kek), err)
	}
	found, data := unmix(block, wrapped)
	if subtle.ConstantTimeCompare(found[:], iv[:]) != 1 {
		return nil, UnwrapFailed
	}
	return data, nil
}

// alternativeIV begins the initial value of RFC 5649; the length of the data follows.
const alternativeIV = 0xa65959a6

// wrapZeroPadded wraps data of any length, padded with zeros (RFC 5649).
func wrapZeroPadded(kek, data []byte) ([]byte, error) {
	if len(data) == 0 || len(data) > MaxWrapped {
		return nil, DataLength
	}
	block, err := aes.NewCipher(kek)
	if err != nil {
		return nil, fmt.Errorf("cannot wrap with a key of %d bytes: %w", len(kek), err)
	}
	var iv [8]byte
	binary.BigEndian.PutUint32(iv[:], alternativeIV)
	binary.BigEndian.PutUint32(iv[4:], uint32(len(data)))
	padded := make([]byte, (len(data)+semiblock-1)/semiblock*semiblock)
	copy(padded, data)
	if len(padded) == semiblock {
		one := append(iv[:], padded...)
		block.Encrypt(one, one)
		return one, nil
	}
	return mix(block, iv, padded), nil
}

// unwrapZeroPadded undoes wrapZeroPadded.
func unwrapZeroPadded(kek, wrapped []byte) ([]byte, error) {
	if len(wrapped)%semiblock != 0 || len(wrapped) < 2*semiblock || len(wrapped) > MaxWrapped+semiblock {
		return nil, UnwrapFailed
	}
	block, err := aes.NewCipher(kek)
	if err != nil {
		return nil, fmt.Errorf("cannot unwrap with a key of %d bytes: %w", len(kek), err)
	}
	var iv [8]byte
	var data []byte
	if len(wrapped) == 2*semiblock {
		one := make([]byte, len(wrapped))
		block.Decrypt(one, wrapped)
		iv, data = [8]byte(one), one[semiblock:]
	} else {
		iv, data = unmix(block, wrapped)
	}
	length := int64(binary.BigEndian.Uint32(iv[4:]))
	padding := int64(len(data)) - length
	if binary.BigEndian.Uint32(iv[:]) != alternativeIV || padding < 0 || padding >= semiblock {
		return nil, UnwrapFailed
	}
	for _, b := range data[length:] {
		if b != 0 {
			return nil, UnwrapFailed
		}
	}
	return data[:length], nil
}

// rounds is how often key wrap goes over the data.
const rounds = 6

// mix is the wrapping process of RFC 3394, 2.2.1, in place as its index-based form describes it.
func mix(block cipher.Block, iv [8]byte, data []byte) []byte {
	out := append(iv[:], data...)
	n := len(data) / semiblock
	var b [aes.BlockSize]byte
	copy(b[:], iv[:])
	for j := range rounds {
		for i := 1; i <= n; i++ {
			r := out[i*semiblock:][:semiblock]
			copy(b[semiblock:], r)
			block.Encrypt(b[:], b[:])
			count(b[:semiblock], n*j+i)
			copy(r, b[semiblock:])
		}
	}
	copy(out, b[:semiblock])
	return out
}

// unmix is the unwrapping process of RFC 3394, 2.2.2.
func unmix(block cipher.Block, wrapped []byte) (iv [8]byte, data []byte) {
	data = append([]byte(nil), wrapped[semiblock:]...)
	n := len(data) / semiblock
	var b [aes.BlockSize]byte
	copy(b[:], wrapped[:semiblock])
	for j := rounds - 1; j >= 0; j-- {
		for i := n; i >= 1; i-- {
			r := data[(i-1)*semiblock:][:semiblock]
			count(b[:semiblock], n*j+i)
			copy(b[semiblock:], r)
			block.Decrypt(b[:], b[:])
			copy(r, b[semiblock:])
		}
	}
	return [8]byte(b[:semiblock]), data
}

// count adds the number of the step to the check register.
func count(a []byte, step int) {
	binary.BigEndian.PutUint64(a, binary.BigEndian.Uint64(a)^uint64(step))
}
