package kms

import (
	"context"
	"crypto/cipher"
	"encoding/hex"
	"slices"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// maxValidity is how far ahead imported material may expire, in days (KMS API, ImportKeyMaterial).
const maxValidity = 365

// ImportKeyMaterialRequest is encrypted key material with the token of the key that it is encrypted with. Without a
// model it expires.
type ImportKeyMaterialRequest struct {
	KeyID       string          `json:"KeyId" required:"true" len:"1:2048"`
	Token       []byte          `json:"ImportToken" required:"true" len:"1:6144"`
	Material    []byte          `json:"EncryptedKeyMaterial" required:"true" len:"1:6144"`
	ValidTo     *shape.Time     `json:"ValidTo" trailtime:"Jan 2, 2006 3:04:05 PM"`
	Model       ExpirationModel `json:"ExpirationModel"`
	Type        ImportType      `json:"ImportType"`
	Description string          `json:"KeyMaterialDescription" len:"0:256" pattern:"[a-zA-Z0-9:/_\\s.-]*"`
	MaterialID  string          `json:"KeyMaterialId" len:"64:64" pattern:"[a-f0-9]+"`
}

// KeyMaterialResponse names a key, by its ARN, and its material. The service of the guide's older editions says nothing.
type KeyMaterialResponse struct {
	KeyID      string `json:"KeyId,omitempty"`
	MaterialID string `json:"KeyMaterialId,omitempty"`
}

// ImportKeyMaterial gives a key the material that it was made without, or gives it back. A key keeps to the material
// that it had first; the service of today also takes other material for a rotation on demand.
func (s *Service) ImportKeyMaterial(ctx context.Context, c *shape.Call, r ImportKeyMaterialRequest) (KeyMaterialResponse, error) {
	var of key // id, region and spec, which stay as they are
	var sealer cipher.AEAD
	validTo, err := s.checkExpiration(r)
	if err == nil {
		err = s.seeKey(c, r.KeyID, func(k *key) error {
			of.keyRecord, sealer = k.keyRecord, s.tokens
			return s.checkImport(k, r)
		})
	}
	if err != nil {
		return KeyMaterialResponse{}, err
	}
	token, private, err := s.openToken(sealer, r.Token, of.Region, of.ID)
	if err != nil {
		return KeyMaterialResponse{}, err
	}
	plain, err := unwrap(token.Algorithm, private, r.Material)
	if err == nil {
		plain, err = checkMaterial(of.Spec, plain)
	}
	if err != nil {
		return KeyMaterialResponse{}, err
	}
	m := material{ID: materialID(of.ID, plain), Bytes: plain, ValidTo: validTo, Description: r.Description}
	if r.MaterialID != "" && r.MaterialID != m.id() {
		return KeyMaterialResponse{}, shape.Errorf(incorrectMaterial, "")
	}
	var answer KeyMaterialResponse
	err = s.change(ctx, func() error {
		k, err := s.find(c, r.KeyID)
		if err == nil {
			err = s.importable(k)
		}
		if err == nil {
			m.Made = s.now()
			err = s.importMaterial(k, m, r.Type)
		}
		if err == nil {
			answer = s.named(k, &m)
		}
		return err
	})
	return answer, err
}

// checkExpiration is when material is to expire, zero for never.
func (s *Service) checkExpiration(r ImportKeyMaterialRequest) (time.Time, error) {
	switch {
	case r.Model == DoesNotExpire && r.ValidTo != nil:
		return time.Time{}, shape.Invalid(textValidTo)
	case r.Model == DoesNotExpire:
		return time.Time{}, nil
	case r.ValidTo == nil:
		return time.Time{}, shape.Invalid(textNoValidTo)
	case !r.ValidTo.After(s.now()):
		return time.Time{}, shape.Invalid(textValidToPast)
	case r.ValidTo.After(s.now().Add(maxValidity * day)):
		return time.Time{}, shape.Invalid(textValidToFar, maxValidity)
	}
	return r.ValidTo.Time, nil
}

// checkImport checks a request by the key, before its token is looked at.
func (s *Service) checkImport(k *key, r ImportKeyMaterialRequest) error {
	if err := s.importable(k); err != nil {
		return err
	}
	if !s.rotatesImported(k) && (r.Type != "" || r.MaterialID != "" || r.Description != "") {
		return shape.Invalid(textImportType, s.keyARN(k))
	}
	if r.Type == NewMaterial && r.MaterialID != "" {
		return shape.Invalid(textImportNewID)
	}
	return nil
}

// importMaterial puts material where it belongs: in the place that it had, or in a new one. s.mu is held.
func (s *Service) importMaterial(k *key, m material, as ImportType) error {
	waits := s.state(k) == PendingImport
	at := slices.IndexFunc(k.Materials, func(old material) bool { return old.ID == m.ID })
	known := at >= 0 || k.Pending != nil && k.Pending.ID == m.ID
	switch {
	case len(k.Materials) == 0 && as != ExistingMaterial:
		k.Materials = []material{m}
	case known == (as == NewMaterial):
		return shape.Errorf(incorrectMaterial, "")
	case at >= 0:
		old := k.Materials[at]
		if len(old.Bytes) > 0 && !s.Current {
			return shape.Errorf(invalidState, textImported, s.keyARN(k))
		}
		k.Materials = slices.Clone(k.Materials)
		k.Materials[at] = m.inPlaceOf(old)
	case known:
		k.Pending = new(m.inPlaceOf(*k.Pending))
	default:
		if err := s.importPending(k, m); err != nil {
			return err
		}
	}
	if waits && k.current() != nil {
		k.Disabled = false // KMS API, ImportKeyMaterial: the key's state is Enabled then
	}
	k.prepare()
	s.putKey(k)
	s.arm(k)
	return nil
}

// inPlaceOf is material that takes the place of the same one, which keeps its date and what is said of it.
func (m material) inPlaceOf(old material) material {
	m.Made, m.Source = old.Made, old.Source
	if m.Description == "" {
		m.Description = old.Description
	}
	return m
}

// importPending takes new material for the next rotation, which a key's relatives in other regions then wait for;
// s.mu is held.
func (s *Service) importPending(k *key, m material) error {
	if k.Pending != nil {
		return shape.Errorf(invalidState, textOtherPending, hex.EncodeToString(m.ID[:]), k.ID, k.Pending.id())
	}
	if k.MultiRegion && k.Region != k.Primary {
		return shape.Errorf(unsupported, textNotPrimary, s.keyARN(k))
	}
	all := s.family(k)
	for _, relative := range all {
		relative.Pending = m.awaited()
	}
	k.Pending = &m
	s.putKeys(all)
	return nil
}

// named is the answer about a key's material.
func (s *Service) named(k *key, m *material) KeyMaterialResponse {
	if !s.Current {
		return KeyMaterialResponse{}
	}
	r := KeyMaterialResponse{KeyID: s.keyARN(k)}
	if m != nil && k.Spec == SymmetricDefault {
		r.MaterialID = m.id()
	}
	return r
}
