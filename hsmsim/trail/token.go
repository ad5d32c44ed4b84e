package trail

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
)

// A token tells the next request of a query where to go on. Whoever changes it, or the query, is found out, since it
// ends with a sum of both.
type token struct {
	query any // what must be the same in the next request, as JSON has it
}

const sumBytes = 12

// seal makes the text of a token for a place.
func (t token) seal(place any) string {
	data := marshal(place)
	return base64.RawURLEncoding.EncodeToString(append(data, t.sum(data)...))
}

// open reads a place back from its text; false for any other text.
func (t token) open(text string, place any) bool {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < sumBytes || base64.RawURLEncoding.EncodeToString(b) != text {
		return false
	}
	data, sum := b[:len(b)-sumBytes], b[len(b)-sumBytes:]
	return bytes.Equal(sum, t.sum(data)) && json.Unmarshal(data, place) == nil
}

func (t token) sum(data []byte) []byte {
	sum := sha256.Sum256(append(append(marshal(t.query), 0), data...))
	return sum[:sumBytes]
}

// marshal is for queries and places, which JSON can always hold.
func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("trail: a token of " + err.Error())
	}
	return b
}
