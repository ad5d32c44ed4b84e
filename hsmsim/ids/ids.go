// Package ids makes up what a world calls its things. A world with a seed calls them the same each time; of whatever is
// secret it must not be asked.
package ids

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
)

// MaxSeed is the largest seed: up to there numbers are the same in all languages that read them.
const MaxSeed = 1 << 53

// A Seed decides what is made up, 1 to MaxSeed. At 0 it is random.
type Seed uint64

// Bytes makes up n bytes, at most 32, for what has a kind and a name, which tells it from all others of the kind.
func (s Seed) Bytes(n int, kind, name string) []byte {
	b := make([]byte, sha256.Size)
	if s == 0 {
		rand.Read(b)
		return b[:n]
	}
	data := binary.BigEndian.AppendUint64(nil, uint64(s))
	sum := sha256.Sum256(append(data, kind+"\x00"+name...))
	return sum[:n]
}
