package kms

import (
	"encoding/hex"
	"fmt"
	"strconv"
)

// counter is how many things of a kind the service has made up an id for, where there is a seed.
type counter struct {
	counterRecord
	serial uint64
}

type counterRecord struct {
	Kind  string
	Count uint64
}

// makeUp makes up bytes for the next thing of a kind; s.mu is held.
func (s *Service) makeUp(n int, kind string) []byte {
	if s.Seed == 0 {
		return s.Seed.Bytes(n, kind, "")
	}
	c := s.made[kind]
	if c == nil {
		c = &counter{counterRecord: counterRecord{Kind: kind}}
		s.made[kind] = c
	}
	c.Count++
	s.put(bucketCounters, &c.serial, c.counterRecord)
	return s.Seed.Bytes(n, kind, strconv.FormatUint(c.Count, 10))
}

// newHexID makes up the id of something of a kind, of so many hex digits, at most 64; s.mu is held.
func (s *Service) newHexID(kind string, digits int) string {
	return hex.EncodeToString(s.makeUp((digits+1)/2, kind))[:digits]
}

// newKeyID makes up a key's id.
func (s *Service) newKeyID(multiRegion bool) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if multiRegion {
		return "mrk-" + s.newHexID("mrk", 32)
	}
	b := s.makeUp(16, "key")
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// newBackingID makes up the backing key id of a key.
func (s *Service) newBackingID(keyID string) string {
	return hex.EncodeToString(s.Seed.Bytes(materialIDSize, "backing", keyID))
}

// newMaterialID names material that KMS has made for a key, which has had so much before. Without a seed it follows from
// the material, as that of imported material always does.
func (s *Service) newMaterialID(keyID string, before int, bytes []byte) [materialIDSize]byte {
	if s.Seed == 0 {
		return materialID(keyID, bytes)
	}
	return [materialIDSize]byte(s.Seed.Bytes(materialIDSize, "material", keyID+" "+strconv.Itoa(before)))
}
