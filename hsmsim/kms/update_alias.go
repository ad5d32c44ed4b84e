package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// UpdateAlias makes an alias the name of another key of the same kind: keys for which the same operations work.
func (s *Service) UpdateAlias(ctx context.Context, c *shape.Call, r AliasRequest) (shape.Empty, error) {
	if err := checkAliasName(r.Name); err != nil {
		return shape.Empty{}, err
	}
	return shape.Empty{}, s.change(ctx, func() error {
		of := s.region(c.Region)
		a := of.aliases[r.Name]
		if a == nil {
			return s.aliasNotFound(c.Region, r.Name)
		}
		k, err := s.findTarget(c, r.Target)
		if err != nil {
			return err
		}
		if old := of.keys[a.Key]; old.Usage != k.Usage || kindOf(old.Spec) != kindOf(k.Spec) {
			return shape.Invalid("Alias %s cannot be associated with KMS key %s: the current and the new KMS key must be of the same type and have the same key usage.",
				s.arn(c.Region, a.Name), s.keyARN(k))
		}
		if a.Key != k.ID {
			if err := s.checkAliases(k); err != nil {
				return err
			}
		}
		a.Key, a.Updated = k.ID, s.now()
		s.putAlias(a)
		c.About("AWS::KMS::Alias", s.arn(c.Region, a.Name))
		return nil
	})
}

// kindOf tells symmetric, HMAC and asymmetric specs apart.
func kindOf(spec KeySpec) string {
	switch {
	case spec == SymmetricDefault:
		return "symmetric"
	case specifications[spec].secret > 0:
		return "HMAC"
	}
	return "asymmetric"
}
