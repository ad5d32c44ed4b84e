package main

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
)

// encryptedPEM is the type of a PKCS #8 file that is protected by a pass phrase.
const encryptedPEM = "ENCRYPTED PRIVATE KEY"

// encryptPEM protects a private key as openssl does it.
func encryptPEM(block *pem.Block, passPhrase string) ([]byte, error) {
	return openssl(pem.EncodeToMemory(block), "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:"+passPhrase)
}

// decrypted reads a protected private key file of the header.
func (s *stage) decrypted(path string) (crypto.Signer, error) {
	out, err := openssl(nil, "pkcs8", "-in", filepath.Join(s.dir, path), "-passin", "pass:"+s.passPhrase(path))
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(out)
	if block == nil {
		return nil, fmt.Errorf("openssl gives no key for %s", path)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, errors.New("the key does not sign")
	}
	return signer, nil
}

func openssl(input []byte, args ...string) ([]byte, error) {
	cmd := exec.Command("openssl", args...)
	cmd.Stdin = bytes.NewReader(input)
	var problem bytes.Buffer
	cmd.Stderr = &problem
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("openssl %s: %w: %s", args[0], err, problem.String())
	}
	return out, nil
}
