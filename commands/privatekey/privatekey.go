// Package privatekey reads private key files as openssl writes them: PEM, with or without a pass phrase. It knows
// nothing of what the key is for.
package privatekey

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// MaxFile bounds a private key file, bytes.
const MaxFile = 64 << 10

// ErrPassPhrase is why an encrypted key cannot be read that may well be whole.
var ErrPassPhrase = errors.New("the pass phrase is wrong or the file is damaged")

// A File is a private key file whose key has not been read yet.
type File struct {
	block *pem.Block
}

// Parse finds the first private key of a PEM file.
func Parse(data []byte) (*File, error) {
	if len(data) > MaxFile {
		return nil, fmt.Errorf("more than %d bytes", MaxFile)
	}
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			return nil, errors.New("no private key in PEM form")
		}
		switch block.Type {
		case "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY":
			return &File{block}, nil
		}
	}
}

// Encrypted reports whether a pass phrase is needed.
func (f *File) Encrypted() bool {
	return f.block.Type == "ENCRYPTED PRIVATE KEY" || f.oldEncrypted()
}

// oldEncrypted reports whether the key is in the form that openssl wrote before it knew PKCS #8.
func (f *File) oldEncrypted() bool { return f.block.Headers["DEK-Info"] != "" }

// Key reads the key. passPhrase is only looked at where the file is encrypted. Error: ErrPassPhrase, any other for
// a file of a kind that is not known.
func (f *File) Key(passPhrase string) (crypto.Signer, error) {
	der := f.block.Bytes
	var err error
	switch {
	case f.oldEncrypted():
		//lint:ignore SA1019 the user guide's openssl commands have made such files for years
		der, err = x509.DecryptPEMBlock(f.block, []byte(passPhrase))
		if errors.Is(err, x509.IncorrectPasswordError) {
			err = ErrPassPhrase
		}
	case f.Encrypted():
		der, err = decrypt(der, passPhrase)
	}
	if err != nil {
		return nil, err
	}
	key, err := parse(f.block.Type, der)
	if err != nil {
		if f.Encrypted() {
			return nil, ErrPassPhrase // one in 256 wrong pass phrases leaves a padding that looks right
		}
		return nil, fmt.Errorf("cannot read the private key: %w", err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("a private key of type %T does not sign", key)
	}
	return signer, nil
}

func parse(kind string, der []byte) (any, error) {
	if kind == "RSA PRIVATE KEY" {
		return x509.ParsePKCS1PrivateKey(der)
	}
	return x509.ParsePKCS8PrivateKey(der)
}
