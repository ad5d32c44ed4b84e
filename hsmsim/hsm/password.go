package hsm

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
)

// StretchIterations is the PBKDF2 cost of one password, some milliseconds of one core.
const StretchIterations = 10000

// A Salt is the password salt of a cluster and its clones. Together with the user's name it makes the slow
// hash of a password the same on every HSM, so that a client computes it once for a login on all of them.
type Salt [16]byte

// A Proof is a stretched password: what a client sends to log in. The HSM keeps only a salted hash of it, so
// that neither a stored record nor a login yields the password. New passwords travel as they are, since the
// HSM judges their length.
type Proof [32]byte

// Stretch computes the proof of a password.
func Stretch(salt Salt, userName, password string) (Proof, error) {
	s := append(salt[:], nameKey(userName)...)
	b, err := pbkdf2.Key(sha256.New, password, s, StretchIterations, len(Proof{}))
	if err != nil {
		return Proof{}, fmt.Errorf("cannot stretch the password of %s: %w", userName, err)
	}
	return Proof(b), nil
}

// verifier is what an HSM stores of a password: a random salt and the hash of the proof under it.
// The zero verifier fits no password.
type verifier struct {
	_    struct{} `cbor:",toarray"`
	Salt []byte
	Hash []byte
}

func newVerifier(p Proof) verifier {
	salt := make([]byte, 16)
	rand.Read(salt)
	return verifier{Salt: salt, Hash: saltedHash(salt, p)}
}

func (v verifier) fits(p Proof) bool {
	return len(v.Hash) > 0 && subtle.ConstantTimeCompare(v.Hash, saltedHash(v.Salt, p)) == 1
}

func saltedHash(salt []byte, p Proof) []byte {
	m := hmac.New(sha256.New, salt)
	m.Write(p[:])
	return m.Sum(nil)
}

// validPassword reports whether a password has a length that the firmware accepts.
func validPassword(p string) bool { return len(p) >= MinPassword && len(p) <= MaxPassword }
