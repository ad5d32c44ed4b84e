package kmu

import (
	"bytes"
	"encoding/asn1"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"math/big"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// A fake PEM file is a private key file that stands for a key on the HSM: public numbers are real, and the secret
// one is a pattern with the handle in it. Engines that know the pattern use the HSM instead.

// The words that the pattern repeats, little-endian in the file.
const (
	fakeMark         = 0xEEFCFCEA // of a key made on the HSM
	fakeMarkImported = 0xCAFEFEED // of an imported one, in files of others
)

// Where the handle, 8 bytes little-endian, is in the pattern.
const (
	fakeOffsetRSA = 8
	fakeOffsetEC  = 4
)

// pattern fills a secret number of so many bytes.
func pattern(size, offset int, h hsm.Handle) []byte {
	word := binary.LittleEndian.AppendUint32(nil, fakeMark)
	b := bytes.Repeat(word, size/len(word)+1)[:size]
	binary.LittleEndian.PutUint64(b[offset:], uint64(h))
	return b
}

// patternHandle finds the handle in a secret number.
func patternHandle(secret []byte, offset int) (hsm.Handle, bool) {
	if len(secret) < offset+12 {
		return 0, false
	}
	mark := binary.LittleEndian.Uint32(secret)
	if mark != fakeMark && mark != fakeMarkImported {
		return 0, false
	}
	return hsm.Handle(binary.LittleEndian.Uint64(secret[offset:])), true
}

// pkcs1 is an RSA private key as PKCS #1 has it.
type pkcs1 struct {
	Version                     int
	N, E, D, P, Q, DP, DQ, QInv *big.Int
}

// readFake finds the handle in a key of the form of PKCS #1 or SEC 1; fake is false for a real key.
func readFake(der []byte) privateFile {
	f := privateFile{}
	var rsa pkcs1
	if rest, err := asn1.Unmarshal(der, &rsa); err == nil && len(rest) == 0 {
		f.keyType = hsm.RSA
		f.handle, f.fake = patternHandle(rsa.D.Bytes(), fakeOffsetRSA)
		return f
	}
	var ec sec1
	if rest, err := asn1.Unmarshal(der, &ec); err == nil && len(rest) == 0 {
		f.keyType = hsm.EC
		f.handle, f.fake = patternHandle(ec.PrivateKey, fakeOffsetEC)
	}
	return f
}

var errNoFake = errors.New("no file can stand for a key of this kind")

// fakePEM is the file for a private key with these attributes.
func fakePEM(h hsm.Handle, list []hsm.Attribute) ([]byte, error) {
	at := map[hsm.AttributeID]hsm.Attribute{}
	for _, a := range list {
		at[a.ID] = a
	}
	modulus := at[hsm.AttrModulus].Bytes
	t := hsm.KeyType(at[hsm.AttrKeyType].Number)
	switch {
	case hsm.Class(at[hsm.AttrClass].Number) != hsm.PrivateKey:
		return nil, errNoFake
	case t == hsm.RSA:
		return fakeRSA(h, modulus, at[hsm.AttrPublicExponent].Bytes)
	case t == hsm.EC:
		return fakeEC(h, at[hsm.AttrModulusBits].Number, modulus)
	}
	return nil, errNoFake
}

// fakeRSA is the file for an RSA key.
func fakeRSA(h hsm.Handle, modulus, exponent []byte) ([]byte, error) {
	n, zero := new(big.Int).SetBytes(modulus), new(big.Int)
	der, err := asn1.Marshal(pkcs1{0, n, new(big.Int).SetBytes(exponent),
		new(big.Int).SetBytes(pattern(len(n.Bytes()), fakeOffsetRSA, h)), zero, zero, zero, zero, zero})
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: der}), nil
}

// curveOIDs are the named curves by the numbers that HSMs give as OBJ_ATTR_MODULUS_BITS.
var curveOIDs = map[uint64]asn1.ObjectIdentifier{
	415: {1, 2, 840, 10045, 3, 1, 7}, 714: {1, 3, 132, 0, 10}, 715: {1, 3, 132, 0, 34}, 716: {1, 3, 132, 0, 35},
}

// fakeEC is the file for an EC key with an uncompressed public point.
func fakeEC(h hsm.Handle, curve uint64, point []byte) ([]byte, error) {
	size := len(point) / 2
	der, err := asn1.Marshal(sec1{1, pattern(size, fakeOffsetEC, h), curveOIDs[curve],
		asn1.BitString{Bytes: point, BitLength: 8 * len(point)}})
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), nil
}
