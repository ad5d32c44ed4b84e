package kms

import (
	"crypto/rand"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/trail"
)

// rotation is what a key has of automatic and on-demand rotation. Of a multi-Region key the primary has it.
type rotation struct {
	Days     int       // 0 while automatic rotation is off
	Next     time.Time // when the next one is due; zero while it is off
	OnDemand int       // rotations on demand so far
}

// How material came: what ListKeyRotations calls RotationType.
const (
	rotatedAutomatically = "AUTOMATIC"
	rotatedOnDemand      = "ON_DEMAND"
)

// day is what rotation periods and waiting periods are counted in.
const day = 24 * time.Hour

// rotates reports whether a key's automatic rotation goes on: while a key is disabled or its deletion is scheduled
// it stands still (KMS Developer Guide, rotating keys).
func (k *key) rotates() bool {
	return k.Rotation.Days > 0 && !k.Disabled && k.DeleteAt.IsZero() && k.Waiting == 0
}

// rotateOnSchedule gives a key the new material that lab time has brought it, each with its own time where time has
// jumped; s.mu is held.
func (s *Service) rotateOnSchedule(k *key) {
	if !k.rotates() {
		return
	}
	var made []material
	now := s.now()
	for !now.Before(k.Rotation.Next) {
		made = append(made, s.newRotation(k, len(made), k.Rotation.Next, rotatedAutomatically))
		k.Rotation.Next = k.Rotation.Next.Add(time.Duration(k.Rotation.Days) * day)
	}
	if made != nil {
		s.rotate(k, made)
	}
}

// catchUp rotates a key once that is overdue because it stood still; s.mu is held.
func (s *Service) catchUp(k *key) {
	if now := s.now(); k.rotates() && k.Rotation.Next.Before(now) {
		k.Rotation.Next = now
		s.rotateOnSchedule(k)
	}
}

// newRotation makes new material for a key, to stand behind so much that is new as well.
func (s *Service) newRotation(k *key, behind int, at time.Time, source string) material {
	bytes := make([]byte, specifications[k.Spec].secret)
	rand.Read(bytes)
	return material{ID: s.newMaterialID(k.ID, len(k.Materials)+behind, bytes), Made: at, Bytes: bytes, Source: source}
}

// rotate appends material to a key and its relatives in other regions, all or none; s.mu is held.
func (s *Service) rotate(k *key, made []material) {
	all := s.family(k)
	for _, relative := range all {
		relative.extend(made)
	}
	s.putKeys(all)
	for i := range made {
		s.recordRotation(k, &made[i])
	}
}

func (s *Service) recordRotation(k *key, m *material) {
	s.Trail.Record(trail.Event{Time: m.Made, Source: "kms.amazonaws.com", Name: "RotateKey", Region: k.Region, Account: s.Account,
		Resources: []shape.Resource{{Type: "AWS::KMS::Key", ARN: s.keyARN(k)}},
		Details:   map[string]any{"keyId": k.ID, "rotationType": m.Source}})
}

// rotating fails unless a key is of a kind that KMS rotates: symmetric with material of KMS.
func (s *Service) rotating(k *key) error {
	if err := s.wantOrigin(k, OriginKMS); err != nil {
		return err
	}
	if k.Spec != SymmetricDefault {
		return shape.Errorf(unsupported, textKeySpec, s.keyARN(k), k.Spec)
	}
	return nil
}

// rotatable is rotating and that the key's rotation can be changed now, which of a multi-Region key the primary's can.
func (s *Service) rotatable(k *key) error {
	if err := s.rotating(k); err != nil {
		return err
	}
	return s.rotatableNow(k)
}

func (s *Service) rotatableNow(k *key) error {
	if k.MultiRegion && k.Region != k.Primary {
		return shape.Errorf(unsupported, "%s is a multi-Region replica key. Its key material is rotated with that of its primary key.", s.keyARN(k))
	}
	return s.usable(k)
}
