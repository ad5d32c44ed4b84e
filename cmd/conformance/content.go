package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hsmlab/hsmlab/cmd/conformance/transcript"
)

// needsTool reports whether key_mgmt_util itself makes files of a kind.
func needsTool(kind string) bool {
	switch kind {
	case "wrapped", "aes-wrapped", "signature", "masked", "fake-pem":
		return true
	}
	return false
}

// isLate reports whether a file may need what a line typed before it has written.
func isLate(kind string) bool { return kind == "signed-by" || kind == "approval" }

func random(n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := rand.Read(b)
	return b, err
}

// content makes a file that needs no HSM.
func (s *stage) content(f *transcript.NewFile) ([]byte, error) {
	switch f.Kind {
	case "random":
		return random(f.Bytes)
	case "text":
		return []byte(f.Text), nil
	case "pem-rsa-private", "pem-rsa-public":
		key, err := rsa.GenerateKey(rand.Reader, f.Bits)
		if err != nil {
			return nil, err
		}
		if f.Kind == "pem-rsa-public" {
			return publicPEM(&key.PublicKey)
		}
		return privatePEM(key, f.PassPhrase)
	case "pem-ec-private", "pem-ec-public":
		curve := map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}[f.Curve]
		if curve == nil {
			return nil, fmt.Errorf("no keys are made on curve %s", f.Curve)
		}
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			return nil, err
		}
		if f.Kind == "pem-ec-public" {
			return publicPEM(&key.PublicKey)
		}
		return privatePEM(key, "")
	case "pem-public-of":
		key, err := s.privateKey(f.PrivateKey)
		if err != nil {
			return nil, err
		}
		return publicPEM(key.Public())
	}
	return nil, fmt.Errorf("no such kind of file: %s", f.Kind)
}

func publicPEM(key any) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), err
}

func privatePEM(key any, passPhrase string) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	block := &pem.Block{Type: "PRIVATE KEY", Bytes: der}
	if passPhrase != "" {
		return encryptPEM(block, passPhrase)
	}
	return pem.EncodeToMemory(block), nil
}

// privateKey reads a private key file of the header.
func (s *stage) privateKey(path string) (crypto.Signer, error) {
	data, err := os.ReadFile(filepath.Join(s.dir, path))
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, fmt.Errorf("%s is not PEM", path)
	}
	if block.Type == encryptedPEM {
		return s.decrypted(path)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%s holds no key that signs", path)
	}
	return signer, nil
}

func (s *stage) passPhrase(path string) string {
	for _, step := range s.file.Steps {
		if step.File != nil && step.File.Path == path {
			return step.File.PassPhrase
		}
	}
	return ""
}

// makeLate makes a signature, or the approval file of a token with its signatures.
func (s *stage) makeLate(f *transcript.NewFile) error {
	if f.Kind == "signed-by" {
		key, err := s.privateKey(f.PrivateKey)
		if err != nil {
			return err
		}
		return s.signFile(key, f.Input, f.Path)
	}
	approval := fmt.Sprintf("Multi Token File Path = %s;\nToken File Path = ;\n\nNumber of Approvals = %d;\n", f.Input, len(f.Approvers))
	for i, name := range f.Approvers {
		key, err := s.keys.private(name)
		if err != nil {
			return err
		}
		signature := fmt.Sprintf("%s.sig%d", f.Input, i+1)
		if err := s.signFile(key, f.Input, signature); err != nil {
			return err
		}
		approval += fmt.Sprintf("\nApprover Type = 2;\nApprover Name = %s;\nApproval File = %s;\n", name, signature)
	}
	return s.store(f.Path, []byte(approval))
}

func (s *stage) signFile(key crypto.Signer, input, output string) error {
	data, err := os.ReadFile(filepath.Join(s.dir, input))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	signature, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return err
	}
	return s.store(output, signature)
}

// signRequest fills a second-factor request file with signatures and the public key of a new pair.
func (s *stage) signRequest(path string) error {
	full := filepath.Join(s.dir, path)
	data, err := os.ReadFile(full)
	if err != nil {
		return fmt.Errorf("cannot sign: %w", err)
	}
	var request struct {
		Version   string
		PublicKey string
		Data      []struct{ HsmId, Digest, Signature string }
	}
	if err := json.Unmarshal(data, &request); err != nil {
		return fmt.Errorf("cannot sign %s: %w", path, err)
	}
	key, err := s.keys.private("a new second factor")
	if err != nil {
		return err
	}
	public, err := publicPEM(&key.PublicKey)
	if err != nil {
		return err
	}
	request.PublicKey = string(public)
	for i, d := range request.Data {
		digest, err := base64.StdEncoding.DecodeString(d.Digest)
		if err != nil {
			return errors.Join(fmt.Errorf("cannot sign %s", path), err)
		}
		signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest)
		if err != nil {
			return fmt.Errorf("cannot sign %s: %w", path, err)
		}
		request.Data[i].Signature = base64.StdEncoding.EncodeToString(signature)
	}
	if data, err = json.MarshalIndent(request, "", "    "); err != nil {
		return err
	}
	return os.WriteFile(full, data, 0o600)
}
