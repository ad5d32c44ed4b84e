package kms

import (
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// maxAliases is the quota of aliases of a key.
const maxAliases = 50

const (
	aliasPrefix    = "alias/"
	reservedPrefix = "alias/aws/"
)

// alias is another name of a key.
type alias struct {
	aliasRecord
	serial uint64
}

type aliasRecord struct {
	Region  string
	Name    string // alias/…
	Key     string // id
	Created time.Time
	Updated time.Time
}

// checkAliasName checks what operations that change an alias take as its name. Errors: ValidationException;
// NotAuthorizedException for those of AWS.
func checkAliasName(name string) error {
	switch {
	case !strings.HasPrefix(name, aliasPrefix):
		return shape.Invalid(textAliasPrefix)
	case strings.HasPrefix(name, reservedPrefix):
		return shape.Errorf(notAuthorized, "")
	case strings.Contains(name, ":"):
		return shape.Invalid("%s contains invalid characters for an alias", name)
	}
	return nil
}

// findTarget finds the key that an alias is to belong to. The operations have no InvalidArnException. s.mu is held.
func (s *Service) findTarget(c *shape.Call, keyID string) (*key, error) {
	if isAlias(keyID) {
		return nil, shape.Invalid(textAliasTarget)
	}
	k, err := s.find(c, keyID)
	if err == nil {
		err = s.notPending(k)
	}
	return k, err
}

// isAlias reports whether a KeyId is an alias name or ARN.
func isAlias(keyID string) bool {
	return strings.HasPrefix(keyID, aliasPrefix) || strings.HasPrefix(keyID, "arn:") && strings.Contains(keyID, ":"+aliasPrefix)
}

// checkAliases fails where a key has as many aliases as it can have; s.mu is held.
func (s *Service) checkAliases(k *key) error {
	n := 0
	for _, a := range s.see(k.Region).aliases {
		if a.Key == k.ID {
			n++
		}
	}
	if n >= maxAliases {
		return shape.Errorf(limitExceeded, "You have reached the limit of %d aliases for KMS key %s.", maxAliases, s.keyARN(k))
	}
	return nil
}

func (s *Service) aliasNotFound(region, name string) error {
	return shape.Errorf(notFound, textAliasNotFound, s.arn(region, name))
}
