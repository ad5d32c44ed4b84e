package hsm

import (
	"fmt"
	"slices"
)

// UserSpec is a user to provision. A nil Proof makes a user who cannot log in.
type UserSpec struct {
	ID        UserID
	Type      UserType
	Name      string
	Proof     *Proof
	Failures  uint32
	QuorumKey []byte // SubjectPublicKeyInfo, DER
	TwoFactor bool
}

// ProvisionUsers gives the HSM users without anybody's permission, as a scenario describes them: all of them
// or, with an error, none.
func (h *HSM) ProvisionUsers(specs ...UserSpec) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.users)+len(specs) > MaxUsers {
		return fmt.Errorf("cannot provision %d users beside %d: %w", len(specs), len(h.users), TooManyUsers)
	}
	ids, names := map[UserID]bool{}, map[string]bool{}
	for _, s := range specs {
		switch {
		case h.users[s.ID] != nil || h.userByName(s.Name) != nil || ids[s.ID] || names[nameKey(s.Name)]:
			return fmt.Errorf("cannot provision user %s with id %d: %w", s.Name, s.ID, UserExists)
		case !validName(s.Name) || s.ID == 0 || s.Type.String() == "":
			return fmt.Errorf("cannot provision user %q with id %d: %w", s.Name, s.ID, InvalidInput)
		}
		ids[s.ID], names[nameKey(s.Name)] = true, true
	}
	var changes []Change
	for _, s := range specs {
		r := userRecord{ID: s.ID, Type: s.Type, Name: s.Name, Failures: s.Failures, QuorumKey: s.QuorumKey, TwoFactor: s.TwoFactor}
		if s.Proof != nil {
			r.Verifier = newVerifier(*s.Proof)
		}
		changes = append(changes, userChange(h.addUser(r)))
	}
	h.commit(append(changes, h.stateChange())...)
	return nil
}

// ProvisionQuorum sets how many approvals a service needs.
func (h *HSM) ProvisionQuorum(s Service, m uint8) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.quorum[s] = m
	h.commit(h.stateChange())
}

// KeySpec is a token key to provision. Size is in bytes for secret keys and in bits for RSA and DSA.
type KeySpec struct {
	Handle      Handle
	Class       Class
	Type        KeyType
	Size        int
	Curve       Curve
	Exponent    int
	Owner       UserID
	Label, ID   string
	Shared      []UserID
	MValue      uint8
	Extractable bool
	Local       bool
	Material    []byte // of a secret key; nil for a random one
	Attributes  map[AttributeID]bool
}

// ProvisionKeys gives the HSM new keys without anybody's permission: all of them or, with an error, none. The
// public and the private half of a pair are provisioned in one call, so that they belong together; a call takes
// one pair.
func (h *HSM) ProvisionKeys(specs ...KeySpec) error {
	keys := make([]*key, len(specs))
	halves := map[Class]*keyRecord{}
	for i, s := range specs {
		keys[i] = s.key()
		if s.Class != SecretKey {
			if halves[s.Class] != nil {
				return fmt.Errorf("cannot provision key %d: a second half of class %d", s.Handle, s.Class)
			}
			halves[s.Class] = &keys[i].keyRecord
		}
	}
	pub, priv := halves[PublicKey], halves[PrivateKey]
	for i, s := range specs {
		if err := s.fill(&keys[i].keyRecord, pub, priv); err != nil {
			return fmt.Errorf("cannot provision key %d: %w", s.Handle, err)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	handles := map[Handle]bool{}
	for _, k := range keys {
		if h.keys[k.Handle] != nil || handles[k.Handle] {
			return fmt.Errorf("cannot provision key %d: %w", k.Handle, HandleInUse)
		}
		handles[k.Handle] = true
	}
	var changes []Change
	for _, k := range keys {
		h.addKey(k)
		changes = append(changes, keyChange(k))
	}
	h.commit(changes...)
	return nil
}

func (s KeySpec) key() *key {
	k := &key{keyRecord: keyRecord{Handle: s.Handle, Class: s.Class, Type: s.Type, Label: s.Label, ID: s.ID,
		Owner: s.Owner, Shared: slices.Sorted(slices.Values(s.Shared)), MValue: s.MValue}}
	k.Flags = defaultFlags(s.Class, s.Type).with(flagLocal, s.Local)
	if s.Class != PublicKey {
		k.Flags = k.Flags.with(flagExtractable, s.Extractable).with(flagNeverExtractable, s.Local && !s.Extractable).with(flagAlwaysSensitive, s.Local)
	}
	for id, on := range s.Attributes {
		if r, ok := id.row(); ok {
			k.Flags = k.Flags.with(r.flag, on)
		}
	}
	return k
}

// fill makes the material of a secret key, or that of both halves when it comes to the first of them.
func (s KeySpec) fill(k, pub, priv *keyRecord) error {
	if s.Class == SecretKey {
		material, size := s.Material, s.Size
		if material != nil {
			size = len(material)
		}
		if !secretSizeOK(s.Type, size) {
			return BadKeySize
		}
		if material == nil {
			material = newSecret(size)
		}
		k.fillSecret(material)
		return nil
	}
	if k.ValueLen > 0 {
		return nil
	}
	switch s.Type {
	case RSA:
		key, err := newRSA(s.Size, uint64(s.Exponent))
		if err != nil {
			return err
		}
		return fillRSA(pub, priv, key)
	case DSA:
		key, err := newDSA(s.Size)
		if err != nil {
			return err
		}
		return fillDSA(pub, priv, key)
	case EC:
		key, err := newEC(s.Curve)
		if err != nil {
			return err
		}
		return fillEC(pub, priv, key)
	}
	return fmt.Errorf("no key pairs of type %d", s.Type)
}
