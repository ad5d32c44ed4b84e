package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"sync"
)

// keyring holds the RSA-2048 pairs of officers with a registered quorum key, by name. Making them takes long,
// and transcripts may share them.
type keyring struct {
	mu   sync.Mutex
	keys map[string]*rsa.PrivateKey
}

func newKeyring() *keyring { return &keyring{keys: map[string]*rsa.PrivateKey{}} }

func (k *keyring) private(name string) (*rsa.PrivateKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.keys[name] == nil {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return nil, fmt.Errorf("cannot make a key for %s: %w", name, err)
		}
		k.keys[name] = key
	}
	return k.keys[name], nil
}

func (k *keyring) publicDER(name string) ([]byte, error) {
	key, err := k.private(name)
	if err != nil {
		return nil, err
	}
	return x509.MarshalPKIXPublicKey(&key.PublicKey)
}
