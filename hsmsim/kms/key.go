package kms

import (
	"context"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// key is a KMS key. Its record only changes under the service's lock, and slices in it are never changed in place.
type key struct {
	keyRecord
	serial  uint64
	ciphers map[[materialIDSize]byte]cipher.AEAD // of symmetric keys with material of their own, by material id
	private func() (crypto.Signer, error)        // of asymmetric keys with material; reads it the first time
	grants  map[string]*grant                    // by id; nil for none
	timer   clock.Timer                          // of the next thing that lab time brings; nil for none

	deleting bool // its waiting period is over
}

// keyRecord is a key as the journal holds it.
type keyRecord struct {
	Region      string
	ID          string
	Created     time.Time
	Description string
	Usage       KeyUsage
	Spec        KeySpec
	Origin      Origin
	Disabled    bool
	DeleteAt    time.Time // zero unless the deletion is scheduled
	Waiting     int       // days that are left of a primary key's life when its last replica is gone; 0 unless its deletion is scheduled
	Policy      string    // "" for the default one
	Tags        []Tag

	Materials []material // of keys that are not in a custom key store, oldest first; the last one is in use
	Pending   *material  // imported for the next rotation; without bytes where only the primary key has it

	Store   string // custom key store id
	Backing *backing
	Lost    time.Time // when its backing key was first missed; zero while it is there

	Rotation rotation

	MultiRegion bool
	Primary     string // region of a multi-Region key's primary
}

// material is one generation of a key's material.
type material struct {
	ID     [materialIDSize]byte
	Made   time.Time
	Bytes  []byte // secret key, or PKCS #8; nil while imported material is not there
	Source string // how it came: "" with the key, AUTOMATIC or ON_DEMAND by a rotation

	ValidTo     time.Time // when imported material expires, or has expired; zero if it does not
	Description string    // of imported material
}

const materialIDSize = 32

// backing is the key in the HSMs that a key of a custom key store has its material in.
type backing struct {
	Handle hsm.Handle
	ID     string // backing key id, 64 hex digits
}

// prepare makes what is not stored; it is called when a key is made or loaded and when its material changes other than
// by a rotation.
func (k *key) prepare() {
	if k.Spec != SymmetricDefault {
		k.private = nil
		if m := k.current(); m != nil && specifications[k.Spec].secret == 0 {
			k.private = sync.OnceValues(func() (crypto.Signer, error) { return parsePrivate(m.Bytes) })
		}
		return
	}
	k.ciphers = withCiphers(nil, k.Materials)
}

// extend gives a symmetric key more material.
func (k *key) extend(more []material) {
	k.Materials = slices.Concat(k.Materials, more)
	k.ciphers = withCiphers(k.ciphers, more)
}

// withCiphers adds the ciphers of materials to those that there are, in a new map: the old one may be in use.
func withCiphers(old map[[materialIDSize]byte]cipher.AEAD, more []material) map[[materialIDSize]byte]cipher.AEAD {
	ciphers := make(map[[materialIDSize]byte]cipher.AEAD, len(old)+len(more))
	maps.Copy(ciphers, old)
	for _, m := range more {
		if len(m.Bytes) == 0 {
			continue
		}
		block, err := aes.NewCipher(m.Bytes)
		if err != nil {
			continue // of a size that no symmetric key has
		}
		if aead, err := cipher.NewGCMWithRandomNonce(block); err == nil {
			ciphers[m.ID] = aead
		}
	}
	return ciphers
}

// current is the material in use: nil where there is none, and while any that the key once had is not there.
func (k *key) current() *material {
	var last *material
	for i := range k.Materials {
		if last = &k.Materials[i]; len(last.Bytes) == 0 {
			return nil
		}
	}
	return last
}

// state is what the key can do now; s.mu is held (KMS Developer Guide, key states).
func (s *Service) state(k *key) KeyState {
	switch {
	case !k.DeleteAt.IsZero():
		return PendingDeletion
	case k.Waiting > 0:
		return PendingReplicaDeletion
	case k.Store != "" && !s.available(k):
		return Unavailable
	case k.Origin == OriginExternal && k.current() == nil:
		return PendingImport
	case k.Disabled:
		return Disabled
	}
	return Enabled
}

// lossDelay is how long after the loss of its material a key turns Unavailable, at the original's speed. How long
// the original takes is not known.
const lossDelay = 5 * time.Minute

// available reports whether the key's custom key store is connected and has not been without the key's material for
// long.
func (s *Service) available(k *key) bool {
	st := s.see(k.Region).stores[k.Store]
	if st == nil || st.State != Connected {
		return false
	}
	return s.Current || k.Lost.IsZero() || s.Clock.Now().Before(k.Lost.Add(s.paced(lossDelay)))
}

// changeKey changes a key that a request names by its id or ARN, and stores it.
func (s *Service) changeKey(ctx context.Context, c *shape.Call, keyID string, f func(k *key) error) error {
	return s.change(ctx, func() error {
		k, err := s.find(c, keyID)
		if err == nil {
			err = f(k)
		}
		if err == nil {
			s.putKey(k)
		}
		return err
	})
}

// seeKey looks at a key that a request names by its id or ARN.
func (s *Service) seeKey(c *shape.Call, keyID string, f func(k *key) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	k, err := s.find(c, keyID)
	if err != nil {
		return err
	}
	return f(k)
}

// paced is how long something takes here that takes d on the original.
func (s *Service) paced(d time.Duration) time.Duration { return time.Duration(float64(d) / s.Speed) }

// keyARN is the ARN of a key.
func (s *Service) keyARN(k *key) string { return s.arn(k.Region, "key/"+k.ID) }

// usable fails unless the key's state lets it be used for cryptography; s.mu is held.
func (s *Service) usable(k *key) error {
	arn := s.keyARN(k)
	switch s.state(k) {
	case PendingDeletion, PendingReplicaDeletion:
		return s.notPending(k)
	case Unavailable:
		if st := s.see(k.Region).stores[k.Store]; st != nil && st.State == Connected && !k.Disabled {
			return nil // its material may be back: the HSMs know
		}
		return shape.Errorf(invalidState, "%s is unavailable.", arn)
	case PendingImport:
		return shape.Errorf(invalidState, "%s is pending import.", arn)
	case Disabled:
		return shape.Errorf(disabled, "%s is disabled.", arn)
	}
	return nil
}

// notPending fails while the key's deletion is scheduled.
func (s *Service) notPending(k *key) error {
	if !k.DeleteAt.IsZero() {
		return shape.Errorf(invalidState, "%s is pending deletion.", s.keyARN(k))
	}
	if k.Waiting > 0 {
		return shape.Errorf(invalidState, "%s is pending replica deletion.", s.keyARN(k))
	}
	return nil
}

// imported fails while the key waits for its material.
func (s *Service) imported(k *key) error {
	if s.state(k) == PendingImport {
		return shape.Errorf(invalidState, "%s is pending import.", s.keyARN(k))
	}
	return nil
}

// wantUsage fails unless the key is for an operation.
func (s *Service) wantUsage(k *key, usage KeyUsage, operation string) error {
	if k.Usage != usage {
		return shape.Errorf(invalidKeyUsage, "%s key usage is %s which is not valid for %s.", s.keyARN(k), k.Usage, operation)
	}
	return nil
}

// wantOrigin fails unless the key's material is of one of some origins.
func (s *Service) wantOrigin(k *key, origins ...Origin) error {
	for _, o := range origins {
		if k.Origin == o {
			return nil
		}
	}
	return shape.Errorf(unsupported, textOrigin, s.keyARN(k), k.Origin)
}

func (m *material) id() string { return fmt.Sprintf("%x", m.ID) }
