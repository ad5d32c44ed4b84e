package hsm

import (
	"crypto"
	_ "crypto/sha1" // the mechanisms' hashes
	_ "crypto/sha256"
	_ "crypto/sha512"
)

// A SignMechanism says how data is signed, under the number that the tools give it (sign -m).
type SignMechanism uint8

// A scheme is what a mechanism does with the hash.
type scheme uint8

const (
	schemePKCS  scheme = iota + 1 // RSA PKCS #1 v1.5
	schemePSS                     // RSA-PSS, the salt as long as the hash
	schemeECDSA                   // signatures are DER: SEQUENCE of r and s
)

type signRow struct {
	scheme scheme
	hash   crypto.Hash
}

// signMechanisms are those of the guide (sign).
var signMechanisms = map[SignMechanism]signRow{
	0: {schemePKCS, crypto.SHA1}, 1: {schemePKCS, crypto.SHA256}, 2: {schemePKCS, crypto.SHA384},
	3: {schemePKCS, crypto.SHA512}, 4: {schemePKCS, crypto.SHA224},
	5: {schemePSS, crypto.SHA1}, 6: {schemePSS, crypto.SHA256}, 7: {schemePSS, crypto.SHA384},
	8: {schemePSS, crypto.SHA512}, 9: {schemePSS, crypto.SHA224},
	15: {schemeECDSA, crypto.SHA1}, 16: {schemeECDSA, crypto.SHA224}, 17: {schemeECDSA, crypto.SHA256},
	18: {schemeECDSA, crypto.SHA384}, 19: {schemeECDSA, crypto.SHA512},
}

// Hash is the hash of a mechanism; ok is false for an unknown one.
func (m SignMechanism) Hash() (hash crypto.Hash, ok bool) {
	row, ok := signMechanisms[m]
	return row.hash, ok
}

// MaxMessage bounds the data that an HSM hashes itself, bytes; clients hash more on their own (user guide, sign).
const MaxMessage = 16 << 10

// Message is data to sign, or its hash.
type Message struct {
	Data   []byte // at most MaxMessage
	Hashed bool   // Data is the hash
}

// digest is the hash that is signed. Error: DataLength.
func (m Message) digest(hash crypto.Hash) ([]byte, error) {
	switch {
	case m.Hashed && len(m.Data) == hash.Size():
		return m.Data, nil
	case m.Hashed || len(m.Data) > MaxMessage:
		return nil, DataLength
	}
	h := hash.New()
	h.Write(m.Data)
	return h.Sum(nil), nil
}

// signing finds a key for a mechanism. Errors: NotAllowed, InvalidHandle, KeyAccessDenied, BadKeyType, also for a
// curve without signatures, KeyFunction.
func (s *Session) signing(handle Handle, m SignMechanism, c Class, needed flags) (*key, signRow, error) {
	row, known := signMechanisms[m]
	var k *key
	err := s.read(func(h *HSM) error {
		var err error
		if k, err = h.usable(s, handle); err != nil {
			return err
		}
		wanted := RSA
		if row.scheme == schemeECDSA {
			wanted = EC
		}
		switch {
		case !known || k.Class != c || k.Type != wanted:
			return BadKeyType
		case k.Flags&needed == 0:
			return KeyFunction
		case k.Type == EC && k.ModulusBits == curves[P521].nid:
			return BadKeyType
		}
		return nil
	})
	return k, row, err
}
