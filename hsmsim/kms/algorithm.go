package kms

import (
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"hash"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// specification is what keys of one spec can do (KMS Developer Guide, key spec reference).
type specification struct {
	usages []KeyUsage
	rsa    int                   // bits of the modulus
	curve  func() elliptic.Curve // of elliptic curve keys
	secret int                   // bytes of symmetric and HMAC keys
	signs  []SigningAlgorithm
	macs   []MacAlgorithm
}

var rsaSignatures = []SigningAlgorithm{PKCS1256, PKCS1384, PKCS1512, PSS256, PSS384, PSS512}

// specifications are those of the specs whose keys the lab can make.
var specifications = map[KeySpec]specification{
	SymmetricDefault: {usages: []KeyUsage{EncryptDecrypt}, secret: 32},
	RSA2048:          {usages: []KeyUsage{EncryptDecrypt, SignVerify}, rsa: 2048, signs: rsaSignatures},
	RSA3072:          {usages: []KeyUsage{EncryptDecrypt, SignVerify}, rsa: 3072, signs: rsaSignatures},
	RSA4096:          {usages: []KeyUsage{EncryptDecrypt, SignVerify}, rsa: 4096, signs: rsaSignatures},
	P256:             {usages: []KeyUsage{SignVerify, KeyAgreement}, curve: elliptic.P256, signs: []SigningAlgorithm{ECDSA256}},
	P384:             {usages: []KeyUsage{SignVerify, KeyAgreement}, curve: elliptic.P384, signs: []SigningAlgorithm{ECDSA384}},
	P521:             {usages: []KeyUsage{SignVerify, KeyAgreement}, curve: elliptic.P521, signs: []SigningAlgorithm{ECDSA512}},
	P256K1:           {usages: []KeyUsage{SignVerify}, signs: []SigningAlgorithm{ECDSA256}},
	Edwards25519:     {usages: []KeyUsage{SignVerify}, signs: []SigningAlgorithm{Ed25519, Ed25519ph}},
	HMAC224:          {usages: []KeyUsage{GenerateVerifyMac}, secret: 28, macs: []MacAlgorithm{"HMAC_SHA_224"}},
	HMAC256:          {usages: []KeyUsage{GenerateVerifyMac}, secret: 32, macs: []MacAlgorithm{"HMAC_SHA_256"}},
	HMAC384:          {usages: []KeyUsage{GenerateVerifyMac}, secret: 48, macs: []MacAlgorithm{"HMAC_SHA_384"}},
	HMAC512:          {usages: []KeyUsage{GenerateVerifyMac}, secret: 64, macs: []MacAlgorithm{"HMAC_SHA_512"}},
}

// generated reports whether the lab makes keys of a spec.
func generated(spec KeySpec) bool {
	_, ok := specifications[spec]
	return ok
}

// usagesOf lists what keys of a spec can be for. Those that the lab does not make pass for anything.
func usagesOf(spec KeySpec) []KeyUsage {
	if row, ok := specifications[spec]; ok {
		return row.usages
	}
	return []KeyUsage{EncryptDecrypt, SignVerify, GenerateVerifyMac, KeyAgreement}
}

func encryptionAlgorithms(spec KeySpec) []EncryptionAlgorithm {
	if spec == SymmetricDefault {
		return []EncryptionAlgorithm{AlgorithmSymmetric}
	}
	if specifications[spec].rsa > 0 {
		return []EncryptionAlgorithm{AlgorithmOAEPSHA1, AlgorithmOAEPSHA256}
	}
	return nil
}

// newMaterial makes the material of a key: random bytes, or a private key in PKCS #8.
func newMaterial(spec KeySpec) ([]byte, error) {
	row := specifications[spec]
	if row.secret > 0 {
		b := make([]byte, row.secret)
		rand.Read(b)
		return b, nil
	}
	private, err := newPrivate(spec)
	if err != nil {
		return nil, fmt.Errorf("cannot make a key of spec %s: %w", spec, err)
	}
	der, err := marshalPrivate(private)
	if err != nil {
		return nil, fmt.Errorf("cannot encode a key of spec %s: %w", spec, err)
	}
	return der, nil
}

func oaepHash(a EncryptionAlgorithm) hash.Hash {
	if a == AlgorithmOAEPSHA1 {
		return sha1.New()
	}
	return sha256.New()
}

func (u *use) encryptRSA(a EncryptionAlgorithm, plain []byte) ([]byte, error) {
	private, err := u.signer()
	if err != nil {
		return nil, err
	}
	blob, err := rsa.EncryptOAEP(oaepHash(a), rand.Reader, private.Public().(*rsa.PublicKey), plain, nil)
	if err != nil {
		return nil, shape.Invalid("Plaintext of %d bytes is too long for algorithm %s and key spec %s.", len(plain), a, u.spec)
	}
	return blob, nil
}

func (u *use) decryptRSA(a EncryptionAlgorithm, blob []byte) ([]byte, error) {
	private, err := u.signer()
	if err != nil {
		return nil, err
	}
	plain, err := rsa.DecryptOAEP(oaepHash(a), nil, private.(*rsa.PrivateKey), blob, nil)
	if err != nil {
		return nil, shape.Errorf(invalidCiphertext, "")
	}
	return plain, nil
}
