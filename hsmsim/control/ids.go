package control

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// newID makes up an id of CloudHSM: a prefix and 11 of a-z and 2-7.
func newID(prefix string) string {
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	id := make([]byte, 11)
	rand.Read(id)
	for i, b := range id {
		id[i] = letters[b%32]
	}
	return prefix + string(id)
}

// NewHSMID makes up the id of an HSM.
func NewHSMID() string { return newID("hsm-") }

// newHexID makes up an id of EC2: a prefix and 17 hexadecimal digits.
func newHexID(prefix string) string {
	id := make([]byte, 9)
	rand.Read(id)
	return prefix + hex.EncodeToString(id)[:17]
}

// stableID is the id of something of EC2 that is the same in all labs of a scenario: it follows from what names it.
func stableID(prefix string, names ...string) string {
	sum := sha256.Sum256([]byte(prefix + strings.Join(names, "\x00")))
	return prefix + hex.EncodeToString(sum[:])[:17]
}
