package ids

import (
	"bytes"
	"testing"
)

func TestASeedDecidesAndNothingElse(t *testing.T) {
	first := Seed(1).Bytes(32, "key", "1")
	if !bytes.Equal(first, Seed(1).Bytes(32, "key", "1")) || !bytes.Equal(first[:11], Seed(1).Bytes(11, "key", "1")) {
		t.Error("the same is made up differently")
	}
	seen := map[string]bool{string(first): true}
	for _, other := range [][]byte{Seed(2).Bytes(32, "key", "1"), Seed(1).Bytes(32, "key", "2"), Seed(1).Bytes(32, "key1", ""),
		Seed(1).Bytes(32, "", "key1"), Seed(MaxSeed).Bytes(32, "key", "1"), Seed(0).Bytes(32, "key", "1"), Seed(0).Bytes(32, "key", "1")} {
		if seen[string(other)] {
			t.Errorf("%x is made up twice", other)
		}
		seen[string(other)] = true
	}
}
