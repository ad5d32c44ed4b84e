package kms

import (
	"context"
	"crypto"
	"crypto/cipher"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// use is what an operation needs of a key for cryptography, taken while the key could be used.
type use struct {
	arn      string
	id       string
	spec     KeySpec
	origin   Origin
	material *material // in use; nil for keys in a custom key store
	ciphers  map[[materialIDSize]byte]cipher.AEAD
	private  func() (crypto.Signer, error) // nil unless the key is asymmetric

	store   *keyStore // nil unless the key is in a custom key store
	storeID string
	conn    *connection
	region  string
	cluster string
	backing *backing
}

// use takes a key for cryptography: it must be for the operation, and its state must allow it. The operation's
// name is for messages.
func (s *Service) use(c *shape.Call, keyID string, usage KeyUsage, operation string) (*use, error) {
	if c.Action != "" { // of ReEncrypt each half is an action of its own
		c.Action = "kms:" + operation
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	k, err := s.findAny(c, keyID)
	if err != nil {
		return nil, err
	}
	if err := s.wantUsage(k, usage, operation); err != nil {
		return nil, err
	}
	return s.useKey(c, k)
}

// useKey is use for a key that is found; s.mu is held.
func (s *Service) useKey(c *shape.Call, k *key) (*use, error) {
	if err := s.usable(k); err != nil {
		return nil, err
	}
	u := &use{arn: s.keyARN(k), id: k.ID, spec: k.Spec, origin: k.Origin, material: k.current(), ciphers: k.ciphers, private: k.private}
	if k.Store != "" {
		if s.failing {
			return nil, shape.Errorf(internal, textFailing)
		}
		u.store = s.see(k.Region).stores[k.Store]
		u.storeID, u.conn, u.region, u.cluster, u.backing = k.Store, u.store.conn, k.Region, u.store.Cluster, k.Backing
		c.Note("customKeyStoreId", k.Store)
	}
	return u, nil
}

// materialID is the KeyMaterialId member of answers, which keys in custom key stores do not have.
func (u *use) materialID() string {
	if u.material == nil || u.spec != SymmetricDefault {
		return ""
	}
	return u.material.id()
}

// seal encrypts with a key under an encryption context. Its answer is a ciphertext of the API.
func (s *Service) seal(ctx context.Context, u *use, algorithm EncryptionAlgorithm, plain []byte, context map[string]string) ([]byte, error) {
	if err := u.wantAlgorithm(algorithm); err != nil {
		return nil, err
	}
	if algorithm != AlgorithmSymmetric {
		return u.encryptRSA(algorithm, plain)
	}
	var id [materialIDSize]byte
	if u.store == nil {
		id = u.material.ID
	} else {
		id = u.backing.materialID()
	}
	h := head(u.id, id)
	bound, err := authenticated(h, context)
	if err != nil {
		return nil, err
	}
	if u.store == nil {
		return u.ciphers[id].Seal(h, nil, plain, bound), nil
	}
	sealed, err := inHSM(ctx, s, u, wire.Encrypt, hsm.CipherRequest{Handle: u.backing.Handle, Data: plain, Additional: bound})
	if err != nil {
		return nil, err
	}
	return append(h, sealed...), nil
}

// open undoes seal for a key whose id the ciphertext has. Error: InvalidCiphertextException.
func (s *Service) open(ctx context.Context, u *use, blob []byte, context map[string]string) ([]byte, *use, error) {
	_, id, err := readHead(blob)
	if err != nil {
		return nil, nil, err
	}
	bound, err := authenticated(blob[:headSize], context)
	if err != nil {
		return nil, nil, err
	}
	sealed := blob[headSize:]
	if u.store == nil {
		aead := u.ciphers[id]
		if aead == nil {
			return nil, nil, shape.Errorf(invalidCiphertext, "")
		}
		plain, err := aead.Open(nil, nil, sealed, bound)
		if err != nil {
			return nil, nil, shape.Errorf(invalidCiphertext, "")
		}
		with := *u
		with.material = &material{ID: id}
		return plain, &with, nil
	}
	if id != u.backing.materialID() {
		return nil, nil, shape.Errorf(invalidCiphertext, "")
	}
	plain, err := inHSM(ctx, s, u, wire.Decrypt, hsm.CipherRequest{Handle: u.backing.Handle, Data: sealed, Additional: bound})
	return plain, u, err
}

func (u *use) wantAlgorithm(a EncryptionAlgorithm) error {
	for _, can := range encryptionAlgorithms(u.spec) {
		if can == a {
			return nil
		}
	}
	return shape.Errorf(invalidKeyUsage, textAlgorithm, a, u.spec)
}
