package kms

import (
	"encoding/base64"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// A marker is the name of the last entry of a page, behind that of the operation, so that no marker is taken for
// that of another list. Clients must not look into it.
func marker(last, operation string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(operation + "\x00" + last))
}

func unmark(mark, operation string) (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(mark)
	last, ok := strings.CutPrefix(string(b), operation+"\x00")
	if err != nil || !ok {
		return "", shape.Errorf(invalidMarker, "Could not deserialize the marker.")
	}
	return last, nil
}
