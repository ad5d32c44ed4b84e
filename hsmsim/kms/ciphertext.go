package kms

import (
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// A ciphertext of a symmetric key is
//
//	version (1)  kind of the key id (1)  key id (16)  material or backing key id (32)  nonce (12)  ciphertext  tag (16)
//
// What stands before the nonce is authenticated together with the encryption context, so that a ciphertext belongs
// to its key even where another one has the same material. The original's layout is not public.
const (
	ciphertextVersion = 1
	headSize          = 2 + 16 + materialIDSize
	maxContextSize    = 8192 // bytes of an encryption context
)

// The kinds of key ids in a ciphertext.
const (
	idUUID byte = iota
	idMultiRegion
)

// head is what stands before the nonce.
func head(keyID string, materialID [materialIDSize]byte) []byte {
	b := make([]byte, 2, headSize+64)
	b[0] = ciphertextVersion
	digits := strings.ReplaceAll(keyID, "-", "")
	if rest, ok := strings.CutPrefix(digits, "mrk"); ok {
		b[1], digits = idMultiRegion, rest
	}
	b, _ = hex.AppendDecode(b, []byte(digits)) // ids are made of hex digits
	return append(b, materialID[:]...)
}

// readHead tells the key id and the material id of a ciphertext. Error: InvalidCiphertextException.
func readHead(blob []byte) (keyID string, materialID [materialIDSize]byte, err error) {
	if len(blob) < headSize || blob[0] != ciphertextVersion || blob[1] > idMultiRegion {
		return "", materialID, shape.Errorf(invalidCiphertext, "")
	}
	digits := hex.EncodeToString(blob[2:18])
	if blob[1] == idMultiRegion {
		keyID = "mrk-" + digits
	} else {
		keyID = strings.Join([]string{digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]}, "-")
	}
	return keyID, [materialIDSize]byte(blob[18:headSize]), nil
}

// authenticated is what a ciphertext is bound to: its head and the encryption context in one order for all.
func authenticated(head []byte, context map[string]string) ([]byte, error) {
	if len(context) == 0 {
		return head, nil
	}
	b := slices.Clone(head)
	size := 0
	for _, name := range slices.Sorted(maps.Keys(context)) {
		for _, text := range []string{name, context[name]} {
			size += len(text)
			b = binary.BigEndian.AppendUint32(b, uint32(len(text)))
			b = append(b, text...)
		}
	}
	if size > maxContextSize {
		return nil, shape.Invalid("The encryption context must have at most %d bytes.", maxContextSize)
	}
	return b, nil
}
