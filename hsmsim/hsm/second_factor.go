package hsm

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"slices"
)

// ChallengeSize is the size of a challenge, bytes: it is signed as if it were a SHA-256 hash.
const ChallengeSize = 32

// A SecondFactor is the key that a user is to log in with beside the password, and the answer to the session's
// challenge that proves that the private half is there (user guide, two-factor authentication).
type SecondFactor struct {
	PublicKey []byte // SubjectPublicKeyInfo of an RSA key of 2048 bits, DER
	Signature []byte // RSA PKCS #1 v1.5 over the challenge in the place of a SHA-256 hash
}

// Challenge makes a challenge for the next operation of the session that needs a second factor; it takes the place
// of an earlier one and is used up by success. It needs no login.
func (s *Session) Challenge(context.Context, Done) ([]byte, error) {
	challenge := make([]byte, ChallengeSize)
	rand.Read(challenge)
	return challenge, s.change(func(*HSM) error {
		s.challenge = challenge
		return nil
	})
}

// answered reports whether a signature answers the session's challenge.
func (s *Session) answered(public, signature []byte) bool {
	key, err := parseQuorumKey(public)
	return err == nil && s.challenge != nil && rsa.VerifyPKCS1v15(key, crypto.SHA256, s.challenge, signature) == nil
}

// secondFactorOK reports whether a user of a type can get a second factor that a request has: officers only.
func (s *Session) secondFactorOK(t UserType, f *SecondFactor) bool {
	return f == nil || t == CO && s.answered(f.PublicKey, f.Signature)
}

// setSecondFactor gives a user the second factor of a request, or takes away the one that was there; it is the
// quorum key, too.
func (s *Session) setSecondFactor(r *userRecord, f *SecondFactor) {
	switch {
	case f != nil:
		r.TwoFactor, r.QuorumKey = true, slices.Clone(f.PublicKey)
		s.challenge = nil
	case r.TwoFactor:
		r.TwoFactor, r.QuorumKey = false, nil
	}
}
