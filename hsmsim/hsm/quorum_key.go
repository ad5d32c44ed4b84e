package hsm

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"slices"
)

// Limits of the registration of a key (user guide, registerQuorumPubKey).
const (
	QuorumKeyBits        = 2048
	MaxRegistrationToken = 245 // bytes
)

// RegisterRequest gives a user a key for quorum authentication. The signature of the registration token, which can
// be anything, proves that the private half is there.
type RegisterRequest struct {
	Type      string // as the operator wrote it
	Name      string
	Token     []byte // 1 to 245 bytes
	Signature []byte // RSA PKCS #1 v1.5 over SHA-256 of the token
	PublicKey []byte // SubjectPublicKeyInfo of an RSA key of 2048 bits, DER
}

// RegisterQuorumKey registers a public key, in the place of the one before. Users register their own; that of
// another user is user management, which officers do and which may need approvals. The key of a user with a second
// factor is changed with the password only. Errors: NotAllowed, BadUserType, NoSuchUser, InvalidInput,
// PolicyViolation, QuorumMissing.
func (s *Session) RegisterQuorumKey(_ context.Context, r RegisterRequest) (Done, error) {
	return Done{}, s.change(func(h *HSM) error {
		t, _ := ParseUserType(r.Type)
		err := h.registerQuorumKey(s, t, r)
		h.record(s, opRegisterQuorumKey, codeOf(err), r.Name, t)
		return err
	})
}

func (h *HSM) registerQuorumKey(s *Session, t UserType, r RegisterRequest) error {
	u := h.userByName(r.Name)
	own := u != nil && s.user == u
	switch {
	case s.require(CO, PCO) != nil && !(own && s.role == CU):
		return NotAllowed
	case t != CO && t != PCO && t != CU:
		return BadUserType
	case u == nil || !u.is(t):
		return NoSuchUser
	case u.record.TwoFactor:
		return PolicyViolation
	case len(r.Token) == 0 || len(r.Token) > MaxRegistrationToken || !proves(r.PublicKey, r.Token, r.Signature):
		return InvalidInput
	}
	if !own {
		if err := h.approved(s, UserManagement); err != nil {
			return err
		}
	}
	u.record.QuorumKey = slices.Clone(r.PublicKey)
	h.commit(userChange(u))
	return nil
}

// proves reports whether the owner of a public key has signed a message.
func proves(public, message, signature []byte) bool {
	key, err := parseQuorumKey(public)
	if err != nil {
		return false
	}
	sum := sha256.Sum256(message)
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) == nil
}

// parseQuorumKey reads a public key. Error: InvalidInput unless it is an RSA key of 2048 bits.
func parseQuorumKey(der []byte) (*rsa.PublicKey, error) {
	any, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, InvalidInput
	}
	key, ok := any.(*rsa.PublicKey)
	if !ok || key.N.BitLen() != QuorumKeyBits {
		return nil, InvalidInput
	}
	return key, nil
}
