package control

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// made makes up bytes for the next thing of a kind. Kinds that come at the same time as others are counted apart, so that
// it does not matter which is first. s.mu is held.
func (s *Service) made(n int, kind string) []byte {
	if s.state.Seed == 0 {
		return s.state.Seed.Bytes(n, kind, "")
	}
	if s.state.Made == nil {
		s.state.Made = map[string]uint64{}
	}
	s.state.Made[kind]++
	s.dirty = true
	return s.state.Seed.Bytes(n, kind, strconv.FormatUint(s.state.Made[kind], 10))
}

// newID makes up an id of CloudHSM: a prefix and 11 of a-z and 2-7.
func (s *Service) newID(prefix string) string {
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	id := s.made(11, prefix)
	for i, b := range id {
		id[i] = letters[b%32]
	}
	return prefix + string(id)
}

// newHexID makes up an id of EC2: a prefix and 17 hexadecimal digits. The service that it is for, if any, counts by itself.
func (s *Service) newHexID(prefix, service string) string {
	return prefix + hex.EncodeToString(s.made(9, prefix+service))[:17]
}

// stableID is the id of something of EC2 that is the same in all labs of a scenario and seed: it follows from what names
// it.
func (s *Service) stableID(prefix string, names ...string) string {
	if s.state.Seed != 0 {
		names = append(names, strconv.FormatUint(uint64(s.state.Seed), 10))
	}
	return stableID(prefix, names...)
}

func stableID(prefix string, names ...string) string {
	sum := sha256.Sum256([]byte(prefix + strings.Join(names, "\x00")))
	return prefix + hex.EncodeToString(sum[:])[:17]
}
