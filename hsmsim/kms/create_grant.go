package kms

import (
	"context"
	"slices"
	"unicode/utf8"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// CreateGrantRequest says who may do what with a key.
type CreateGrantRequest struct {
	KeyID       string            `json:"KeyId" required:"true" len:"1:2048"`
	Grantee     string            `json:"GranteePrincipal" required:"true" len:"1:256"`
	Retiring    string            `json:"RetiringPrincipal" len:"1:256"`
	Operations  []GrantOperation  `json:"Operations" required:"true"`
	Constraints *GrantConstraints `json:"Constraints"`
	GrantTokens []string          `json:"GrantTokens" len:"0:10" trail:"-"`
	Name        string            `json:"Name" len:"1:256" pattern:"^[a-zA-Z0-9:/_-]+$"`
	DryRun      bool              `json:"DryRun,omitempty"`
}

// CreateGrantResponse names the grant, and has a token for those who cannot wait until it is known everywhere.
type CreateGrantResponse struct {
	Token string `json:"GrantToken" trail:"-"`
	ID    string `json:"GrantId"`
}

// CreateGrant lets a principal use a key. A grant with a name that is there already, just the same, is not made a
// second time.
func (s *Service) CreateGrant(ctx context.Context, c *shape.Call, r CreateGrantRequest) (CreateGrantResponse, error) {
	var answer CreateGrantResponse
	err := s.change(ctx, func() error {
		k, err := s.find(c, r.KeyID)
		if err == nil {
			err = s.grantable(k)
		}
		if err == nil {
			err = s.checkGrant(c, k, r)
		}
		if err == nil && r.DryRun {
			err = errDryRun()
		}
		if err != nil {
			return err
		}
		g := &grant{grantRecord: grantRecord{Region: k.Region, ID: s.newHexID("grant", 2*grantIDSize), Token: newHex(64), Key: k.ID, Name: r.Name,
			Grantee: r.Grantee, Retiring: r.Retiring, Issuer: "arn:aws:iam::" + s.Account + ":root", Operations: r.Operations, Created: s.now()}}
		if r.Constraints != nil {
			g.ContextSubset, g.ContextEquals = r.Constraints.Subset, r.Constraints.Equals
		}
		if old := k.grantLike(g); old != nil {
			answer = CreateGrantResponse{old.newToken(), old.ID}
			return nil
		}
		if len(k.grants) >= maxGrants {
			return shape.Errorf(limitExceeded, "You have reached the limit of %d grants for KMS key %s.", maxGrants, s.keyARN(k))
		}
		s.region(k.Region).addGrant(g)
		s.putGrant(g)
		answer = CreateGrantResponse{g.newToken(), g.ID}
		return nil
	})
	return answer, err
}

// grantLike finds the grant that another one would be the double of.
func (k *key) grantLike(g *grant) *grant {
	if g.Name == "" {
		return nil
	}
	for _, old := range k.grants {
		if old.same(&g.grantRecord) {
			return old
		}
	}
	return nil
}

// grantable fails unless the key's state allows new grants, which it does while the key is unavailable.
func (s *Service) grantable(k *key) error {
	if s.state(k) == Unavailable {
		return nil
	}
	return s.usable(k)
}

func (s *Service) checkGrant(c *shape.Call, k *key, r CreateGrantRequest) error {
	if err := checkPrincipal(r.Grantee); err != nil {
		return err
	}
	if r.Retiring != "" {
		if err := checkPrincipal(r.Retiring); err != nil {
			return err
		}
	}
	if len(r.Operations) == 0 {
		return shape.Invalid("Operations must have at least one operation.")
	}
	for _, o := range r.Operations {
		if !grantFits(o, k) {
			return shape.Invalid("Grant operation %s is not valid for a KMS key with key spec %s and key usage %s.", o, k.Spec, k.Usage)
		}
	}
	if t := r.Constraints; t != nil {
		if err := checkConstraint("EncryptionContextSubset", t.Subset); err != nil {
			return err
		}
		if err := checkConstraint("EncryptionContextEquals", t.Equals); err != nil {
			return err
		}
		switch {
		case len(t.Subset) > 0 && len(t.Equals) > 0:
			return shape.Invalid("A grant cannot have both EncryptionContextSubset and EncryptionContextEquals.")
		case len(t.Subset)+len(t.Equals) > 0 && k.Spec != SymmetricDefault:
			return shape.Invalid("A grant for a KMS key with key spec %s cannot have encryption context constraints.", k.Spec)
		}
	}
	return s.checkTokensLocked(c, r.GrantTokens)
}

// The limits of an encryption context in a grant (KMS API, GrantConstraints): pairs, and characters of them all.
const (
	maxConstraintPairs = 8
	maxConstraintSize  = 384
)

func checkConstraint(name string, context map[string]string) error {
	size := 0
	for k, v := range context {
		size += utf8.RuneCountInString(k) + utf8.RuneCountInString(v)
	}
	if len(context) > maxConstraintPairs || size > maxConstraintSize {
		return shape.Invalid("%s must have at most %d pairs of at most %d characters in all.", name, maxConstraintPairs, maxConstraintSize)
	}
	return nil
}

// grantFits reports whether a key can do what a grant is to allow (KMS Developer Guide, grants: grant operations).
func grantFits(o GrantOperation, k *key) bool {
	symmetric, secret := k.Spec == SymmetricDefault, specifications[k.Spec].secret > 0
	var usage KeyUsage
	switch o {
	case "CreateGrant", "RetireGrant", "DescribeKey":
		return true
	case "GetPublicKey":
		return !symmetric && !secret
	case "Sign", "Verify":
		usage = SignVerify
	case "GenerateMac", "VerifyMac":
		usage = GenerateVerifyMac
	case "DeriveSharedSecret":
		usage = KeyAgreement
	case "Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo":
		usage = EncryptDecrypt
	default: // data keys
		return symmetric
	}
	return k.Usage == usage && slices.Contains(usagesOf(k.Spec), usage)
}
