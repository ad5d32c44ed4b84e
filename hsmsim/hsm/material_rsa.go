package hsm

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"math/big"
)

// RSA sizes in FIPS mode: 2048 to 4096 bits in steps of 256.
func rsaSizeOK(bits int) bool { return bits >= 2048 && bits <= 4096 && bits%256 == 0 }

// rsaExponentOK holds for odd exponents from 65537 on that fit 31 bits (tool reference, genRSAKeyPair).
func rsaExponentOK(e uint64) bool { return e >= 65537 && e%2 == 1 && e <= 1<<31-1 }

// newRSA makes a key with any odd exponent from 3 on that fits 31 bits.
func newRSA(bits int, e uint64) (*rsa.PrivateKey, error) {
	switch {
	case e == 65537:
		return rsa.GenerateKey(rand.Reader, bits)
	case e < 3 || e%2 == 0 || e > 1<<31-1:
		return nil, fmt.Errorf("cannot make an RSA key with exponent %d: not odd, or not in 3 to 2147483647", e)
	}
	return newRSAWithExponent(bits, int(e))
}

// newRSAWithExponent makes a key with an exponent other than 65537, which the standard library does not.
func newRSAWithExponent(bits, e int) (*rsa.PrivateKey, error) {
	one, exponent := big.NewInt(1), big.NewInt(int64(e))
	for {
		p, err := rand.Prime(rand.Reader, bits/2)
		if err != nil {
			return nil, fmt.Errorf("cannot find a prime: %w", err)
		}
		q, err := rand.Prime(rand.Reader, bits/2)
		if err != nil {
			return nil, fmt.Errorf("cannot find a prime: %w", err)
		}
		n := new(big.Int).Mul(p, q)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(exponent, phi)
		if p.Cmp(q) == 0 || n.BitLen() != bits || d == nil {
			continue
		}
		key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: e}, D: d, Primes: []*big.Int{p, q}}
		key.Precompute()
		if err := key.Validate(); err != nil {
			return nil, fmt.Errorf("cannot make an RSA key with exponent %d: %w", e, err)
		}
		return key, nil
	}
}

// fillRSA sets the halves of a pair from its key; either half may be nil.
func fillRSA(pub, priv *keyRecord, key *rsa.PrivateKey) error {
	spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return fmt.Errorf("cannot encode an RSA public key: %w", err)
	}
	modulus := key.N.Bytes()
	for _, k := range []*keyRecord{pub, priv} {
		if k == nil {
			continue
		}
		k.Modulus, k.ModulusBits = modulus, uint32(key.N.BitLen())
		k.Exponent = exponentBytes(key.E)
		k.KCV = publicKCV(spki)
		k.ValueLen = uint32(2 * len(modulus))
	}
	if priv == nil {
		return nil
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("cannot encode an RSA private key: %w", err)
	}
	priv.Material, priv.ValueLen = pkcs8, uint32(len(pkcs8))
	return nil
}

// exponentBytes is the exponent in at least three bytes, as dumps show it (0x010001).
func exponentBytes(e int) []byte {
	b := big.NewInt(int64(e)).Bytes()
	for len(b) < 3 {
		b = append([]byte{0}, b...)
	}
	return b
}
