package lab

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// vault keeps the files of the CloudHSM service: backups and the audit logs of HSMs that are gone. Each is encrypted
// with AES-256-GCM under a key of the lab and bound to its name.
type vault struct {
	dir  string
	aead cipher.AEAD
}

func newVault(h Home, storageKey [32]byte) (vault, error) {
	key := sha256.Sum256(append([]byte("hsmlab backups"), storageKey[:]...))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return vault{}, fmt.Errorf("cannot use the key of the backups: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return vault{}, fmt.Errorf("cannot use the key of the backups: %w", err)
	}
	return vault{h.backups(), aead}, nil
}

func (v vault) path(name string) string { return filepath.Join(v.dir, name) }

// Store keeps a file. It is durable when Store returns.
func (v vault) Store(name string, data []byte) error {
	if err := WriteFile(v.path(name), v.aead.Seal(nil, nil, data, []byte(name)), 0o600); err != nil {
		return fmt.Errorf("cannot store %s: %w", name, err)
	}
	return nil
}

// Fetch gives a file back.
func (v vault) Fetch(name string) ([]byte, error) {
	sealed, err := os.ReadFile(v.path(name))
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", name, err)
	}
	data, err := v.aead.Open(nil, nil, sealed, []byte(name))
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: it is damaged", v.path(name))
	}
	return data, nil
}

// Discard removes a file.
func (v vault) Discard(name string) error {
	if err := os.Remove(v.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot remove %s: %w", name, err)
	}
	return nil
}
