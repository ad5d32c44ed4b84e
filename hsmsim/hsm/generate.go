package hsm

import (
	"context"
	"slices"
	"unicode/utf8"
)

// A Template says what a new key is to be, whatever makes it.
type Template struct {
	Label          string
	ID             string // unique among keys; "" for none
	Session        bool   // a session key: here only, until the session ends
	NotExtractable bool   // secret or private half
	Shared         []UserID
	MValue         uint8                // approvals each use needs, at most MaxMValue; 0 and 1 mean none
	Public         map[AttributeID]bool // of the public half: AttrPrivate and usage that differ from the firmware's default
	Masked         bool                 // answer with the masked object too, for the other HSMs
}

// MaxMValue is the largest number of approvals that a key can need (tool reference, -m_value).
const MaxMValue = 8

// maxKeyText bounds labels and ids, bytes.
const maxKeyText = 1024

// validKeyText reports whether a text can be a label or an id.
func validKeyText(s string) bool { return len(s) <= maxKeyText && utf8.ValidString(s) }

// GenerateSecretRequest asks for a symmetric key of a size in bytes.
type GenerateSecretRequest struct {
	Type     KeyType
	Size     int
	Template Template
}

// Generated is a new key. Masked is set where the template asks for it and the key is a token key.
type Generated struct {
	_      struct{} `cbor:",toarray"`
	Handle Handle
	Masked []byte
}

// GenerateSecret makes a symmetric key. CUs only. Errors: NotAllowed, PolicyViolation for RC4, BadKeySize,
// InvalidInput for a bad template, DuplicateKeyID, KeyStoreFull.
func (s *Session) GenerateSecret(_ context.Context, r GenerateSecretRequest) (Generated, error) {
	var g Generated
	return g, s.change(func(h *HSM) error {
		var err error
		g, err = h.generateSecret(s, r)
		h.recordKeys(s, opGenerateKey, codeOf(err), handles{private: g.Handle})
		return err
	})
}

func (h *HSM) generateSecret(s *Session, r GenerateSecretRequest) (Generated, error) {
	if err := h.mayCreate(s, r.Template, 1); err != nil {
		return Generated{}, err
	}
	if r.Type == RC4 {
		return Generated{}, PolicyViolation
	}
	if !secretSizeOK(r.Type, r.Size) {
		return Generated{}, BadKeySize
	}
	k := h.newKey(s, SecretKey, r.Type, r.Template)
	k.fillSecret(newSecret(r.Size))
	return h.admit(s, r.Template, k)[0], nil
}

// GeneratePairRequest asks for a key pair: RSA with Bits and Exponent, DSA with Bits, or EC with Curve.
type GeneratePairRequest struct {
	Type     KeyType
	Bits     int
	Exponent uint64
	Curve    Curve
	Template Template
}

// GeneratedPair is a new key pair.
type GeneratedPair struct {
	_       struct{} `cbor:",toarray"`
	Public  Generated
	Private Generated
}

// GeneratePair makes a key pair. CUs only. Errors: as GenerateSecret, and PolicyViolation for sizes, exponents
// and curves that FIPS mode forbids.
func (s *Session) GeneratePair(_ context.Context, r GeneratePairRequest) (GeneratedPair, error) {
	var g GeneratedPair
	// Making primes takes a while: permission is asked before, again afterwards, and nothing waits meanwhile.
	err := s.read(func(h *HSM) error { return h.mayCreate(s, r.Template, 2) })
	var fill func(pub, priv *keyRecord) error
	if err == nil {
		fill, err = newPair(r)
	}
	return g, s.change(func(h *HSM) error {
		if err == nil {
			g, err = h.generatePair(s, r, fill)
		}
		h.recordKeys(s, opGenerateKeyPair, codeOf(err), handles{g.Private.Handle, g.Public.Handle})
		return err
	})
}

// newPair makes the key material of a pair and gives the function that puts it into both halves.
func newPair(r GeneratePairRequest) (func(pub, priv *keyRecord) error, error) {
	switch {
	case r.Type == RSA && rsaSizeOK(r.Bits) && rsaExponentOK(r.Exponent):
		key, err := newRSA(r.Bits, r.Exponent)
		return func(pub, priv *keyRecord) error { return fillRSA(pub, priv, key) }, err
	case r.Type == DSA && dsaSizeOK(r.Bits):
		key, err := newDSA(r.Bits)
		return func(pub, priv *keyRecord) error { return fillDSA(pub, priv, key) }, err
	case r.Type == EC && curves[r.Curve].fips:
		key, err := newEC(r.Curve)
		return func(pub, priv *keyRecord) error { return fillEC(pub, priv, key) }, err
	}
	return nil, PolicyViolation
}

func (h *HSM) generatePair(s *Session, r GeneratePairRequest, fill func(pub, priv *keyRecord) error) (GeneratedPair, error) {
	if err := h.mayCreate(s, r.Template, 2); err != nil {
		return GeneratedPair{}, err
	}
	pub := h.newKey(s, PublicKey, r.Type, r.Template)
	priv := h.newKey(s, PrivateKey, r.Type, r.Template)
	if err := fill(&pub.keyRecord, &priv.keyRecord); err != nil {
		return GeneratedPair{}, err
	}
	g := h.admit(s, r.Template, pub, priv)
	return GeneratedPair{Public: g[0], Private: g[1]}, nil
}

// mayCreate checks who makes n keys from a template and whether there is room.
func (h *HSM) mayCreate(s *Session, t Template, n int) error {
	if err := s.require(CU); err != nil {
		return err
	}
	if !validKeyText(t.Label) || !validKeyText(t.ID) || t.MValue > MaxMValue || int(t.MValue) > len(t.Shared)+1 {
		return InvalidInput
	}
	for id := range t.Public {
		if !settable[id] && id != AttrPrivate {
			return InvalidInput
		}
	}
	for i, id := range t.Shared {
		u := h.users[id]
		if t.Session || u == nil || u.record.Type != CU || u == s.user || slices.Contains(t.Shared[:i], id) {
			return InvalidInput
		}
	}
	if t.ID != "" && slices.ContainsFunc(h.order, func(k *key) bool { return k.ID == t.ID && !k.Tombstoned }) {
		return DuplicateKeyID
	}
	if len(h.keys)+n > h.options.MaxKeys {
		return KeyStoreFull
	}
	return nil
}

// newKey is a key of the session's user with the firmware's default attributes; it has no handle yet.
func (h *HSM) newKey(s *Session, c Class, t KeyType, tpl Template) *key {
	k := &key{keyRecord: keyRecord{Class: c, Type: t, Label: tpl.Label, ID: tpl.ID, Owner: s.user.record.ID}}
	k.Flags = defaultFlags(c, t) | flagLocal
	if c == PublicKey {
		for id, on := range tpl.Public {
			r, _ := id.row()
			k.Flags = k.Flags.with(r.flag, on)
		}
	} else {
		k.Shared, k.MValue = slices.Sorted(slices.Values(tpl.Shared)), tpl.MValue
		k.Flags = k.Flags.with(flagExtractable, !tpl.NotExtractable).with(flagNeverExtractable, tpl.NotExtractable)
	}
	if tpl.Session {
		k.session = s
	}
	return k
}

// admit gives new keys their handles and stores them together.
func (h *HSM) admit(s *Session, t Template, keys ...*key) []Generated {
	var changes []Change
	made := make([]Generated, len(keys))
	for i, k := range keys {
		k.Handle = h.newHandle()
		h.addKey(k)
		made[i].Handle = k.Handle
		if k.session != nil {
			s.keys[k.Handle] = k
			continue
		}
		changes = append(changes, keyChange(k))
		if t.Masked {
			made[i].Masked = h.masker.sealKey(k)
		}
	}
	if len(changes) > 0 {
		h.commit(changes...)
	}
	return made
}

func (f flags) with(bit flags, on bool) flags {
	if on {
		return f | bit
	}
	return f &^ bit
}

// defaultFlags are the boolean attributes of a new key (tool reference, attributes of new keys).
func defaultFlags(c Class, t KeyType) flags {
	const secret = flagPrivate | flagSensitive | flagExtractable | flagDestroyable | flagAlwaysSensitive
	switch {
	case c == SecretKey && t == AES:
		return secret | flagEncrypt | flagDecrypt | flagWrap | flagUnwrap
	case c == SecretKey && t == DES3:
		return secret | flagEncrypt | flagDecrypt
	case c == SecretKey:
		return secret
	case c == PrivateKey && t == RSA:
		return secret | flagDecrypt | flagUnwrap | flagSign
	case c == PrivateKey:
		return secret | flagSign
	case t == RSA:
		return flagPrivate | flagExtractable | flagDestroyable | flagEncrypt | flagWrap | flagVerify
	}
	return flagPrivate | flagExtractable | flagDestroyable | flagVerify
}
