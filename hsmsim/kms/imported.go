package kms

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/trail"
)

// checkMaterial is imported material as keys hold it: secret keys as they are, private keys in the one encoding of
// PKCS #8 that the same key always has. Error: IncorrectKeyMaterialException where it is not of the key's spec.
func checkMaterial(spec KeySpec, plain []byte) ([]byte, error) {
	incorrect := shape.Errorf(incorrectMaterial, "")
	row := specifications[spec]
	if row.secret > 0 {
		if len(plain) != row.secret {
			return nil, incorrect
		}
		return plain, nil
	}
	private, err := parsePrivate(plain)
	if err != nil || !row.has(private) {
		return nil, incorrect
	}
	der, err := marshalPrivate(private)
	if err != nil {
		return nil, incorrect
	}
	return der, nil
}

// has reports whether a private key is of an asymmetric spec.
func (row specification) has(private crypto.Signer) bool {
	switch p := private.(type) {
	case *rsa.PrivateKey:
		return p.N.BitLen() == row.rsa
	case *ecdsa.PrivateKey:
		return row.curve != nil && p.Curve == row.curve()
	case ed25519.PrivateKey:
		return row.signs[0] == Ed25519
	case koblitzKey:
		return row.rsa == 0 && row.curve == nil && row.signs[0] == ECDSA256
	}
	return false
}

// expiration is what is said of a key's imported material: when the first of it expires, or has expired. Nothing is
// said where there is none, and where it was deleted.
func (k *key) expiration() (ExpirationModel, time.Time) {
	var model ExpirationModel
	var first time.Time
	if k.Origin != OriginExternal {
		return model, first
	}
	for i := range k.Materials {
		m := &k.Materials[i]
		switch {
		case !m.ValidTo.IsZero() && (first.IsZero() || m.ValidTo.Before(first)):
			model, first = Expires, m.ValidTo
		case len(m.Bytes) > 0 && model == "":
			model = DoesNotExpire
		}
	}
	return model, first
}

// present calls f for the imported material that a key has.
func (k *key) present(f func(m *material)) {
	if k.Origin != OriginExternal {
		return
	}
	for i := range k.Materials {
		if m := &k.Materials[i]; len(m.Bytes) > 0 {
			f(m)
		}
	}
	if m := k.Pending; m != nil && len(m.Bytes) > 0 {
		f(m)
	}
}

// expires is when material of a key will be the next to expire, zero for never.
func (k *key) expires() time.Time {
	var next time.Time
	k.present(func(m *material) {
		if !m.ValidTo.IsZero() && (next.IsZero() || m.ValidTo.Before(next)) {
			next = m.ValidTo
		}
	})
	return next
}

// expire removes imported material whose time is over; the key still tells when that was (KMS Developer Guide,
// importing key material). The event comes first: after a crash in between there are rather two than none. s.mu is held.
func (s *Service) expire(k *key) {
	var over []material
	now := s.Clock.Now()
	k.present(func(m *material) {
		if !m.ValidTo.IsZero() && !now.Before(m.ValidTo) {
			over = append(over, *m)
		}
	})
	for _, m := range over {
		s.Trail.Record(trail.Event{Time: m.ValidTo, Source: "kms.amazonaws.com", Name: "DeleteExpiredKeyMaterial", Region: k.Region, Account: s.Account,
			Resources: []shape.Resource{{Type: "AWS::KMS::Key", ARN: s.keyARN(k)}},
			Details:   map[string]any{"keyId": k.ID}})
		s.removeMaterial(k, m.ID, func(*material) {})
	}
}

// awaited is material that is known by its id and not there.
func (m *material) awaited() *material {
	return &material{ID: m.ID, Made: m.Made, Source: m.Source}
}

// awaited is the material of a key for a replica that it has to be imported into.
func (k *key) awaited() (materials []material, pending *material) {
	for i := range k.Materials {
		materials = append(materials, *k.Materials[i].awaited())
	}
	if k.Pending != nil {
		pending = k.Pending.awaited()
	}
	return materials, pending
}
