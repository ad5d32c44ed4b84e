package cmu

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Limits of an authentication data file: one entry for each HSM of the largest cluster and its clone.
const (
	maxAuthFile    = 256 << 10 // bytes
	maxAuthEntries = 64
	authVersion    = "1.0"
)

// authData is the file with which the operator signs the challenges of the HSMs (user guide, two-factor
// authentication).
type authData struct {
	Version   string
	PublicKey string // PEM, filled in by the operator where a key is to be set
	Data      []authEntry
}

// authEntry is the challenge of one HSM. All but its id is base64.
type authEntry struct {
	HsmID     string `json:"HsmId"`
	Digest    string
	Signature string // filled in by the operator
}

// encode is the file's content.
func (a authData) encode() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "    ")
	e.Encode(a) // strings only
	return b.Bytes()
}

// answers are what the operator has filled in.
type answers struct {
	publicKey  []byte            // SubjectPublicKeyInfo, nil for none
	signatures map[string][]byte // by challenge
}

// parseAuthData reads a file that the operator has filled in. Errors name the field.
func parseAuthData(file []byte) (*answers, error) {
	d := json.NewDecoder(bytes.NewReader(file))
	d.DisallowUnknownFields()
	var a authData
	if err := d.Decode(&a); err != nil {
		return nil, fmt.Errorf("not in the form that it was written in: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows its end")
	}
	got := &answers{signatures: map[string][]byte{}}
	switch {
	case a.Version != authVersion:
		return nil, fmt.Errorf("field Version is %q, not %s", a.Version, authVersion)
	case len(a.Data) > maxAuthEntries:
		return nil, fmt.Errorf("field Data has %d entries, at most %d are allowed", len(a.Data), maxAuthEntries)
	case a.PublicKey != "":
		if got.publicKey = publicKey([]byte(a.PublicKey)); got.publicKey == nil {
			return nil, errors.New("field PublicKey is not a public key in PEM form")
		}
	}
	for i, e := range a.Data {
		digest, err := base64.StdEncoding.DecodeString(e.Digest)
		if err != nil {
			return nil, fmt.Errorf("field Data[%d].Digest is not base64: %w", i, err)
		}
		if got.signatures[string(digest)], err = base64.StdEncoding.DecodeString(e.Signature); err != nil {
			return nil, fmt.Errorf("field Data[%d].Signature is not base64: %w", i, err)
		}
	}
	return got, nil
}
