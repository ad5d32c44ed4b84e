package kms

import (
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// rotatesImported reports whether a key's imported material can be rotated: the service of today does so with symmetric
// keys, on demand.
func (s *Service) rotatesImported(k *key) bool {
	return s.Current && k.Origin == OriginExternal && k.Spec == SymmetricDefault
}

// rotatableOnDemand fails unless a key can be rotated on demand now. Imported material must be there for it, in all
// regions of a multi-Region key.
func (s *Service) rotatableOnDemand(k *key) error {
	if !s.rotatesImported(k) {
		return s.rotatable(k)
	}
	if err := s.rotatableNow(k); err != nil {
		return err
	}
	if k.Pending == nil {
		return shape.Errorf(invalidState, textNoPending, s.keyARN(k))
	}
	if r := s.lacksPending(k); r != nil {
		return shape.Errorf(invalidState, textPendingReplica, k.Pending.id(), s.keyARN(k), r.Region)
	}
	return nil
}

// lacksPending is the first of a key's relatives that the material of the next rotation is not imported into yet.
func (s *Service) lacksPending(k *key) *key {
	for _, relative := range s.family(k) {
		if relative.Pending == nil || len(relative.Pending.Bytes) == 0 {
			return relative
		}
	}
	return nil
}

// rotateImported lets the material that was imported for it be in use, in all regions; s.mu is held.
func (s *Service) rotateImported(k *key) {
	all, now := s.family(k), s.now()
	for _, relative := range all {
		next := *relative.Pending
		next.Made, next.Source = now, rotatedOnDemand
		relative.Pending = nil
		relative.extend([]material{next})
	}
	s.putKeys(all)
	s.recordRotation(k, &k.Materials[len(k.Materials)-1])
}

// pendingState is what ListKeyRotations calls the state of the material that waits for the next rotation.
func (s *Service) pendingState(k *key) string {
	if s.lacksPending(k) != nil {
		return "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"
	}
	return "PENDING_ROTATION"
}

// describe says what ListKeyRotations says of imported material alone.
func (m *material) describe(e *RotationsListEntry) {
	e.ImportState, e.Description = "PENDING_IMPORT", m.Description
	only := key{keyRecord: keyRecord{Origin: OriginExternal, Materials: slices.Clip([]material{*m})}}
	model, at := only.expiration()
	e.ExpirationModel, e.ValidTo = model, shape.Ref(at)
	if len(m.Bytes) > 0 {
		e.ImportState = "IMPORTED"
	}
}
