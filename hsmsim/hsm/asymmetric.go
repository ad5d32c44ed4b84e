package hsm

import (
	"bytes"
	"crypto/dsa" //lint:ignore SA1019 the original has DSA keys
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"math/big"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
)

// half is an asymmetric key as the crypto library has it: *rsa.PrivateKey, *ecdsa.PrivateKey,
// *secp256k1.PrivateKey, *dsa.PrivateKey or the public type of one of these. It is made once in the life of a
// key, so that using a key costs what the library costs. Code BadKeyType for a secret key.
func (k *key) half() (any, error) {
	k.parseOnce.Do(func() {
		switch {
		case k.Class == PrivateKey:
			k.parsed, k.parseErr = parsePrivate(k.Material)
		case k.Class == PublicKey:
			k.parsed, k.parseErr = k.public()
		default:
			k.parseErr = BadKeyType
		}
	})
	return k.parsed, k.parseErr
}

// public makes the public key of a record, which has the numbers of the key only.
func (k *keyRecord) public() (any, error) {
	switch k.Type {
	case RSA:
		e := new(big.Int).SetBytes(k.Exponent)
		return &rsa.PublicKey{N: new(big.Int).SetBytes(k.Modulus), E: int(e.Int64())}, nil
	case EC:
		for _, row := range curves {
			if row.nid == k.ModulusBits {
				return row.publicKey(k.Modulus)
			}
		}
	case DSA:
		return parsePublic(k.Material)
	}
	return nil, BadKeyType
}

// typeOf is the type of a key that has been read.
func typeOf(half any) KeyType {
	switch half.(type) {
	case *rsa.PrivateKey, *rsa.PublicKey:
		return RSA
	case *dsa.PrivateKey, *dsa.PublicKey:
		return DSA
	}
	return EC
}

// allowed checks a key from outside against what FIPS mode allows to be made inside. Error: PolicyViolation.
func allowed(half any) error {
	ok := false
	switch h := half.(type) {
	case *rsa.PrivateKey:
		ok = rsaSizeOK(h.N.BitLen()) && rsaExponentOK(uint64(h.E)) && len(h.Primes) == 2
	case *rsa.PublicKey:
		ok = rsaSizeOK(h.N.BitLen()) && rsaExponentOK(uint64(h.E))
	case *ecdsa.PrivateKey:
		ok = curveOf(&h.PublicKey).fips
	case *ecdsa.PublicKey:
		ok = curveOf(h).fips
	case *secp256k1.PrivateKey, *secp256k1.PublicKey:
		ok = curves[Secp256k1].fips
	case *dsa.PrivateKey, *dsa.PublicKey:
		ok = true // other sizes are not read
	}
	if !ok {
		return PolicyViolation
	}
	return nil
}

func curveOf(k *ecdsa.PublicKey) curveRow {
	for _, row := range curves {
		if row.std == k.Curve {
			return row
		}
	}
	return curveRow{}
}

// fillPrivate sets what a private key's record says of its material.
func (k *keyRecord) fillPrivate(half any) error {
	switch h := half.(type) {
	case *rsa.PrivateKey:
		return fillRSA(nil, k, h)
	case *dsa.PrivateKey:
		return fillDSA(nil, k, h)
	case *ecdsa.PrivateKey:
		scalar, err := h.Bytes()
		if err != nil {
			return fmt.Errorf("cannot encode an EC key: %w", err)
		}
		point, err := h.PublicKey.Bytes()
		if err != nil {
			return fmt.Errorf("cannot encode an EC key: %w", err)
		}
		return fillEC(nil, k, ecKey{curveOf(&h.PublicKey), scalar, point})
	case *secp256k1.PrivateKey:
		return fillEC(nil, k, ecKey{curves[Secp256k1], h.Serialize(), h.PubKey().SerializeUncompressed()})
	}
	return BadKeyType
}

// fillPublic sets what a public key's record says of it.
func (k *keyRecord) fillPublic(half any) error {
	switch h := half.(type) {
	case *rsa.PublicKey:
		return fillRSA(k, nil, &rsa.PrivateKey{PublicKey: *h})
	case *dsa.PublicKey:
		return fillDSA(k, nil, &dsa.PrivateKey{PublicKey: *h})
	case *ecdsa.PublicKey:
		point, err := h.Bytes()
		if err != nil {
			return fmt.Errorf("cannot encode an EC key: %w", err)
		}
		return fillEC(k, nil, ecKey{curve: curveOf(h), point: point})
	case *secp256k1.PublicKey:
		return fillEC(k, nil, ecKey{curve: curves[Secp256k1], point: h.SerializeUncompressed()})
	}
	return BadKeyType
}

// spki is the SubjectPublicKeyInfo of a public key's record.
func (k *keyRecord) spki() ([]byte, error) {
	if k.Type == DSA {
		return bytes.Clone(k.Material), nil
	}
	half, err := k.public()
	if err != nil {
		return nil, err
	}
	if p, ok := half.(*secp256k1.PublicKey); ok {
		return ecKey{curve: curves[Secp256k1], point: p.SerializeUncompressed()}.spki()
	}
	return x509.MarshalPKIXPublicKey(half)
}
