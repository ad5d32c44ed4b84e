package privatekey

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"fmt"
	"hash"
)

// maxIterations bounds what a file can cost, less than a second of one core. openssl uses 2048 where it is not told.
const maxIterations = 1_000_000

// The algorithms of PKCS #5 that openssl encrypts private keys with (RFC 8018).
var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}

	hashes = map[string]func() hash.Hash{
		"":                    sha1.New, // the default
		"1.2.840.113549.2.7":  sha1.New,
		"1.2.840.113549.2.9":  sha256.New,
		"1.2.840.113549.2.11": sha512.New,
	}
	ciphers = map[string]struct {
		keySize int
		open    func(key []byte) (cipher.Block, error)
	}{
		"1.2.840.113549.3.7":      {24, des.NewTripleDESCipher},
		"2.16.840.1.101.3.4.1.2":  {16, aes.NewCipher},
		"2.16.840.1.101.3.4.1.22": {24, aes.NewCipher},
		"2.16.840.1.101.3.4.1.42": {32, aes.NewCipher},
	}
)

type algorithm struct {
	Algorithm  asn1.ObjectIdentifier
	Parameters asn1.RawValue `asn1:"optional"`
}

type encryptedForm struct {
	Algorithm algorithm
	Data      []byte
}

type pbes2Form struct {
	Derivation algorithm
	Cipher     algorithm
}

type pbkdf2Form struct {
	Salt       []byte
	Iterations int
	KeyLength  int       `asn1:"optional"`
	Function   algorithm `asn1:"optional"`
}

// decrypt gives the PKCS #8 form of an encrypted private key. Error: ErrPassPhrase, any other for an algorithm that
// openssl does not use by default.
func decrypt(der []byte, passPhrase string) ([]byte, error) {
	var form encryptedForm
	if _, err := asn1.Unmarshal(der, &form); err != nil {
		return nil, fmt.Errorf("cannot read the encrypted private key: %w", err)
	}
	block, iv, err := form.cipher(passPhrase)
	if err != nil {
		return nil, err
	}
	if len(iv) != block.BlockSize() || len(form.Data) == 0 || len(form.Data)%block.BlockSize() != 0 {
		return nil, ErrPassPhrase
	}
	plain := make([]byte, len(form.Data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, form.Data)
	padding := int(plain[len(plain)-1])
	if padding == 0 || padding > block.BlockSize() {
		return nil, ErrPassPhrase
	}
	return plain[:len(plain)-padding], nil
}

// cipher derives the key from the pass phrase.
func (f *encryptedForm) cipher(passPhrase string) (block cipher.Block, iv []byte, err error) {
	var scheme pbes2Form
	var derivation pbkdf2Form
	if err := f.Algorithm.parameters(oidPBES2, &scheme); err != nil {
		return nil, nil, err
	}
	if err := scheme.Derivation.parameters(oidPBKDF2, &derivation); err != nil {
		return nil, nil, err
	}
	with, ok := ciphers[scheme.Cipher.Algorithm.String()]
	hash, known := hashes[derivation.Function.Algorithm.String()]
	switch {
	case !ok || !known:
		return nil, nil, fmt.Errorf("encrypted with cipher %v and function %v, which are not known",
			scheme.Cipher.Algorithm, derivation.Function.Algorithm)
	case derivation.Iterations < 1 || derivation.Iterations > maxIterations:
		return nil, nil, fmt.Errorf("encrypted with %d iterations, 1 to %d are allowed", derivation.Iterations, maxIterations)
	}
	if _, err := asn1.Unmarshal(scheme.Cipher.Parameters.FullBytes, &iv); err != nil {
		return nil, nil, ErrPassPhrase
	}
	key, err := pbkdf2.Key(hash, passPhrase, derivation.Salt, derivation.Iterations, with.keySize)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot derive the key of the private key: %w", err)
	}
	block, err = with.open(key)
	return block, iv, err
}

// parameters reads the parameters of an algorithm, which must be the one that is wanted.
func (a algorithm) parameters(want asn1.ObjectIdentifier, form any) error {
	if !a.Algorithm.Equal(want) {
		return fmt.Errorf("encrypted with algorithm %v, which is not known", a.Algorithm)
	}
	if _, err := asn1.Unmarshal(a.Parameters.FullBytes, form); err != nil {
		return fmt.Errorf("cannot read the parameters of algorithm %v: %w", a.Algorithm, err)
	}
	return nil
}
