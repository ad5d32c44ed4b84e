package kms

import (
	"regexp"
	"strings"
	"sync"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

var keyIDForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)
})

// find gives the key of a KeyId member: a key id or key ARN. s.mu is held.
func (s *Service) find(c *shape.Call, keyID string) (*key, error) { return s.lookUp(c, keyID, false) }

// findAny is find for operations that take an alias name or alias ARN as well.
func (s *Service) findAny(c *shape.Call, keyID string) (*key, error) { return s.lookUp(c, keyID, true) }

func (s *Service) lookUp(c *shape.Call, keyID string, aliases bool) (*key, error) {
	id := keyID
	if strings.HasPrefix(keyID, "arn:") {
		parts := strings.SplitN(keyID, ":", 6)
		switch {
		case len(parts) < 6 || parts[2] != "kms":
			return nil, shape.Errorf(notFound, "Invalid arn %s", keyID)
		case parts[3] != c.Region:
			return nil, shape.Errorf(notFound, "Invalid arn %s", parts[3])
		}
		kind, name, _ := strings.Cut(parts[5], "/")
		switch {
		case kind == "alias" && !aliases:
			return nil, shape.Errorf(invalidARN, "%s is not a key ARN", keyID)
		case kind == "alias":
			return s.findAlias(c, parts[4], parts[5])
		case kind != "key" || !keyIDForm().MatchString(name):
			return nil, shape.Errorf(notFound, "Invalid arn %s", keyID)
		case parts[4] != s.Account:
			return nil, shape.Errorf(notFound, textNoKey, keyID)
		}
		id = name
	} else if strings.HasPrefix(keyID, "alias/") && aliases {
		return s.findAlias(c, s.Account, keyID)
	}
	if !keyIDForm().MatchString(id) {
		return nil, shape.Errorf(notFound, "Invalid keyId '%s'", id)
	}
	k := s.see(c.Region).keys[id]
	if k == nil || k.deleting {
		return nil, shape.Errorf(notFound, textNoKey, s.arn(c.Region, "key/"+id))
	}
	c.About("AWS::KMS::Key", s.keyARN(k))
	return k, s.authorize(c, k, c.Action)
}

func (s *Service) findAlias(c *shape.Call, account, name string) (*key, error) {
	r := s.see(c.Region)
	if a := r.aliases[name]; a != nil && account == s.Account {
		if k := r.keys[a.Key]; k != nil {
			c.About("AWS::KMS::Key", s.keyARN(k))
			return k, s.authorize(c, k, c.Action)
		}
	}
	return nil, shape.Errorf(notFound, textAliasNotFound, "arn:aws:kms:"+c.Region+":"+account+":"+name)
}
