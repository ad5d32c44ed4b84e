package control

import (
	"crypto/rand"
	"encoding/hex"
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
