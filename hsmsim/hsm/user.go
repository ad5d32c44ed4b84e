package hsm

import "strings"

// A UserID numbers the users of one HSM in order of creation, from 1. Ids are not used again.
type UserID uint32

// A UserType is what a user may do.
type UserType uint8

// The user types of the guide. A PRECO is the one officer of a cluster that is not activated yet, a PCO the
// primary officer of older clusters, an AU the service's own user for cloning and synchronising.
const (
	PRECO UserType = iota + 1
	PCO
	CO
	CU
	AU
)

var userTypeNames = map[UserType]string{PRECO: "PRECO", PCO: "PCO", CO: "CO", CU: "CU", AU: "AU"}

func (t UserType) String() string { return userTypeNames[t] }

// ParseUserType reads a type as operators write it; case matters. The tools also take preCO.
func ParseUserType(s string) (UserType, bool) {
	if s == "preCO" {
		return PRECO, true
	}
	for t, name := range userTypeNames {
		if s == name {
			return t, true
		}
	}
	return 0, false
}

// officer reports whether the type manages users.
func (t UserType) officer() bool { return t == CO || t == PCO }

// Limits of the original (user guide, quotas).
const (
	MaxUsers          = 1024
	MaxUserName       = 31 // characters
	MinPassword       = 7  // bytes, as the firmware counts characters
	MaxPassword       = 32 // bytes
	MaxLoginFailures  = 5  // wrong passwords in a row that lock an account
	DefaultMaxKeys    = 3300
	MaxSecretKeyBytes = 3583
)

// user is one user of this HSM. The record is what the journal and masked objects hold.
type user struct {
	record userRecord
	logins int // sessions that are logged in as this user
}

type userRecord struct {
	_         struct{} `cbor:",toarray"`
	ID        UserID
	Type      UserType
	Name      string
	Verifier  verifier
	Failures  uint32
	QuorumKey []byte // SubjectPublicKeyInfo of the quorum and second-factor key, or nil
	TwoFactor bool
}

func (u *user) locked() bool { return u.record.Failures >= MaxLoginFailures }

// is reports whether an operator who wrote type t means this user: a PCO is also addressed as CO.
func (u *user) is(t UserType) bool {
	return u.record.Type == t || t == CO && u.record.Type == PCO
}

// nameKey folds a user name: names are not case-sensitive.
func nameKey(name string) string { return strings.ToLower(name) }

// validName reports whether a name has 1 to 31 letters, digits and underscores.
func validName(name string) bool {
	if len(name) == 0 || len(name) > MaxUserName {
		return false
	}
	for _, r := range name {
		if !(r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return false
		}
	}
	return true
}

func (h *HSM) userByName(name string) *user {
	return h.users[h.names[nameKey(name)]]
}
