package kmu

import (
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// privateFile is what a PEM file with a private key holds.
type privateFile struct {
	der     []byte // PKCS #8
	keyType hsm.KeyType
	fake    bool       // it stands for a key on the HSM,
	handle  hsm.Handle // with this handle
}

var errNoPrivateKey = errors.New("the file has no private key in PEM")

// readPrivateFile reads a PEM file with a private key in any of the usual forms. Errors: *hsm.AlgorithmError for
// a key of another type than RSA, DSA and EC; anything else for a file that is damaged, encrypted or no key file.
func readPrivateFile(text []byte) (privateFile, error) {
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			return privateFile{}, errNoPrivateKey
		}
		text = rest
		if block.Headers["DEK-Info"] != "" {
			return privateFile{}, fmt.Errorf("cannot read a private key: it is encrypted")
		}
		switch block.Type {
		case "PRIVATE KEY":
			return realKey(block.Bytes)
		case "RSA PRIVATE KEY":
			return readPKCS1(block.Bytes)
		case "EC PRIVATE KEY":
			return readSEC1(block.Bytes)
		case "DSA PRIVATE KEY":
			return readDSA(block.Bytes)
		}
	}
}

// realKey is a key in PKCS #8. The keys of PKCS #8 files that openssl has made of fake ones are fake too.
func realKey(der []byte) (privateFile, error) {
	var f struct {
		Version    int
		Algorithm  asn1.RawValue
		PrivateKey []byte
		Rest       asn1.RawValue `asn1:"optional,tag:0"`
	}
	if _, err := asn1.Unmarshal(der, &f); err == nil {
		if k := readFake(f.PrivateKey); k.fake {
			return k, nil
		}
	}
	t, err := hsm.PrivateKeyType(der)
	if err != nil {
		return privateFile{}, err
	}
	return privateFile{der: der, keyType: t}, nil
}

func readPKCS1(der []byte) (privateFile, error) {
	if k := readFake(der); k.fake {
		return k, nil
	}
	return toPKCS8(oidRSA, asn1.NullRawValue, asn1.RawValue{FullBytes: der})
}

// sec1 is an EC private key as openssl's older files have it.
type sec1 struct {
	Version    int
	PrivateKey []byte
	Curve      asn1.ObjectIdentifier `asn1:"optional,explicit,tag:0"`
	PublicKey  asn1.BitString        `asn1:"optional,explicit,tag:1"`
}

var (
	oidRSA = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidEC  = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidDSA = asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}
)

// pkcs8 is a PKCS #8 file whose algorithm has the parameters P.
type pkcs8[P any] struct {
	Version   int
	Algorithm struct {
		Algorithm  asn1.ObjectIdentifier
		Parameters P
	}
	PrivateKey []byte
}

// toPKCS8 puts a key into the form that HSMs take.
func toPKCS8[P any](algorithm asn1.ObjectIdentifier, parameters P, key any) (privateFile, error) {
	var f pkcs8[P]
	var err error
	f.Algorithm.Algorithm, f.Algorithm.Parameters = algorithm, parameters
	if f.PrivateKey, err = asn1.Marshal(key); err != nil {
		return privateFile{}, err
	}
	der, err := asn1.Marshal(f)
	if err != nil {
		return privateFile{}, err
	}
	return realKey(der)
}

func readSEC1(der []byte) (privateFile, error) {
	if k := readFake(der); k.fake {
		return k, nil
	}
	var key sec1
	if rest, err := asn1.Unmarshal(der, &key); err != nil || len(rest) > 0 || len(key.Curve) == 0 {
		return privateFile{}, fmt.Errorf("cannot read an EC private key: not of the form of SEC 1 with a named curve")
	}
	curve := key.Curve
	key.Curve = nil
	return toPKCS8(oidEC, curve, key)
}

type dsaParameters struct{ P, Q, G *big.Int }

func readDSA(der []byte) (privateFile, error) {
	var key struct {
		Version       int
		P, Q, G, Y, X *big.Int
	}
	if rest, err := asn1.Unmarshal(der, &key); err != nil || len(rest) > 0 {
		return privateFile{}, fmt.Errorf("cannot read a DSA private key: not of the traditional form")
	}
	return toPKCS8(oidDSA, dsaParameters{key.P, key.Q, key.G}, key.X)
}

// algorithmNumbers are the numbers that openssl gives to key types, by their algorithm's name in dots.
var algorithmNumbers = map[string]int{
	"1.2.840.113549.1.3.1": 28, "1.2.840.10046.2.1": 920, "1.2.840.113549.1.1.10": 912,
	"1.3.101.110": 1034, "1.3.101.111": 1035, "1.3.101.112": 1087, "1.3.101.113": 1088,
}

// algorithmNumber is openssl's number of a key type, 0 for one that is not known here.
func algorithmNumber(oid asn1.ObjectIdentifier) int { return algorithmNumbers[oid.String()] }
