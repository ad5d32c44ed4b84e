package kms

import (
	"context"
	"slices"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// DeleteImportedKeyMaterialRequest names a key and, where it has more than one, its material: that in use where the
// request does not say.
type DeleteImportedKeyMaterialRequest struct {
	KeyID      string `json:"KeyId" required:"true" len:"1:2048"`
	MaterialID string `json:"KeyMaterialId" len:"64:64" pattern:"[a-f0-9]+"`
}

// DeleteImportedKeyMaterial removes imported material at once. The key stays, and works again when the same material is
// imported. Where there is no material nothing happens.
func (s *Service) DeleteImportedKeyMaterial(ctx context.Context, c *shape.Call, r DeleteImportedKeyMaterialRequest) (KeyMaterialResponse, error) {
	var answer KeyMaterialResponse
	err := s.change(ctx, func() error {
		k, err := s.find(c, r.KeyID)
		if err == nil {
			err = s.wantOrigin(k, OriginExternal)
		}
		if err != nil {
			return err
		}
		m, err := s.materialOf(k, r.MaterialID)
		if err != nil || m == nil {
			answer = s.named(k, nil)
			return err
		}
		answer = s.named(k, m)
		if len(m.Bytes) == 0 && m != k.Pending {
			return nil // it has gone already: what its expiry left to be seen stays
		}
		s.removeMaterial(k, m.ID, func(m *material) { m.ValidTo = time.Time{} })
		s.arm(k)
		return nil
	})
	return answer, err
}

// materialOf finds material of a key by its id; without one that in use, nil where there never was any.
func (s *Service) materialOf(k *key, id string) (*material, error) {
	if id == "" {
		if n := len(k.Materials); n > 0 {
			return &k.Materials[n-1], nil
		}
		return nil, nil
	}
	for i := range k.Materials {
		if k.Materials[i].id() == id {
			return &k.Materials[i], nil
		}
	}
	if k.Pending != nil && k.Pending.id() == id {
		return k.Pending, nil
	}
	return nil, shape.Errorf(notFound, textNoMaterial, id, s.keyARN(k))
}

// removeMaterial takes material from a key and notes in its place why. What was to come with the next rotation is given
// up altogether, unless the primary key in another region has it still. s.mu is held.
func (s *Service) removeMaterial(k *key, id [materialIDSize]byte, note func(m *material)) {
	changed := []*key{k}
	if k.Pending != nil && k.Pending.ID == id {
		if p := s.primary(k); p != k && p.Pending != nil {
			k.Pending = k.Pending.awaited()
		} else {
			changed = s.family(k)
			for _, relative := range changed {
				relative.Pending = nil
			}
		}
	} else {
		k.Materials = slices.Clone(k.Materials)
		for i := range k.Materials {
			if m := &k.Materials[i]; m.ID == id {
				m.Bytes = nil
				note(m)
			}
		}
		k.prepare()
	}
	s.putKeys(changed)
	for _, relative := range changed {
		s.arm(relative)
	}
}
