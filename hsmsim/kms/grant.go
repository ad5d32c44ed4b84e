package kms

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// maxGrants is the quota of grants of a key.
const maxGrants = 50_000

// grant lets a principal use a key.
type grant struct {
	grantRecord
	serial uint64
}

type grantRecord struct {
	Region, ID, Key, Name        string
	Token                        string // secret that its grant tokens are made with
	Grantee, Retiring, Issuer    string
	Operations                   []GrantOperation
	ContextSubset, ContextEquals map[string]string
	Created                      time.Time
}

// addGrant puts a grant where it is found by its id, and by its key where that is there.
func (r *region) addGrant(g *grant) {
	r.grants[g.ID] = g
	if k := r.keys[g.Key]; k != nil {
		if k.grants == nil {
			k.grants = map[string]*grant{}
		}
		k.grants[g.ID] = g
	}
}

// dropGrant removes a grant for good; s.mu is held.
func (s *Service) dropGrant(g *grant) {
	r := s.region(g.Region)
	s.drop(bucketGrants, g.serial)
	delete(r.grants, g.ID)
	if k := r.keys[g.Key]; k != nil {
		delete(k.grants, g.ID)
	}
}

// same reports whether two grants of the same name allow the same.
func (g *grantRecord) same(o *grantRecord) bool {
	return g.Key == o.Key && g.Name == o.Name && g.Grantee == o.Grantee && g.Retiring == o.Retiring &&
		slices.Equal(g.Operations, o.Operations) && maps.Equal(g.ContextSubset, o.ContextSubset) && maps.Equal(g.ContextEquals, o.ContextEquals)
}

// A grant token is the grant's id, random bytes, and a code over both that only the service can make, so that each
// is another one and all are good as long as the grant is there.
const (
	grantIDSize    = 32
	tokenNonceSize = 16
	tokenSize      = grantIDSize + tokenNonceSize + sha256.Size
)

func (g *grantRecord) tokenCode(b []byte) []byte {
	h := hmac.New(sha256.New, []byte(g.Token))
	h.Write(b)
	return h.Sum(nil)
}

// newToken makes a grant token.
func (g *grantRecord) newToken() string {
	b, _ := hex.AppendDecode(make([]byte, 0, tokenSize), []byte(g.ID)) // ids are hex digits
	b = b[:grantIDSize+tokenNonceSize]
	rand.Read(b[grantIDSize:])
	return base64.RawURLEncoding.EncodeToString(append(b, g.tokenCode(b)...))
}

// granted finds the grant of a grant token; s.mu is held. Error: InvalidGrantTokenException.
func (s *Service) granted(c *shape.Call, token string) (*grant, error) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil && len(b) == tokenSize {
		signed := b[:grantIDSize+tokenNonceSize]
		g := s.see(c.Region).grants[hex.EncodeToString(b[:grantIDSize])]
		if g != nil && hmac.Equal(g.tokenCode(signed), b[len(signed):]) {
			return g, nil
		}
	}
	return nil, shape.Errorf(invalidGrantToken, textGrantToken)
}

// checkTokens checks the grant tokens of a request that uses a key: the last check before the work. A dry run ends here.
func (s *Service) checkTokens(c *shape.Call, tokens []string, dry bool) error {
	if len(tokens) > 0 {
		s.mu.RLock()
		defer s.mu.RUnlock()
		if err := s.checkTokensLocked(c, tokens); err != nil {
			return err
		}
	}
	if dry {
		return errDryRun()
	}
	return nil
}

// checkTokensLocked checks grant tokens; s.mu is held.
func (s *Service) checkTokensLocked(c *shape.Call, tokens []string) error {
	for _, t := range tokens {
		if _, err := s.granted(c, t); err != nil {
			return err
		}
	}
	return nil
}

var (
	grantIDForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9a-f]{64}$`) })

	principalForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^arn:aws[a-z-]*:(iam::[0-9]{12}:(root|user/.+|role/.+)|sts::[0-9]{12}:(assumed-role/.+/.+|federated-user/.+))$|^[a-z0-9.-]+\.amazonaws\.com$`)
	})
)

// checkPrincipal checks who a grant can be for. Error: InvalidArnException.
func checkPrincipal(arn string) error {
	if !principalForm().MatchString(arn) {
		return shape.Errorf(invalidARN, textGrantPrincipal, arn)
	}
	return nil
}

// findGrant finds a grant of a key by its id; s.mu is held.
func (s *Service) findGrant(k *key, id string) (*grant, error) {
	if !grantIDForm().MatchString(id) {
		return nil, shape.Errorf(invalidGrantID, textGrantID, id)
	}
	g := k.grants[id]
	if g == nil {
		return nil, shape.Errorf(notFound, textNoGrant, id)
	}
	return g, nil
}

// GrantListEntry describes a grant.
type GrantListEntry struct {
	KeyID       string            `json:"KeyId"` // ARN
	GrantID     string            `json:"GrantId"`
	Name        string            `json:"Name,omitempty"`
	Created     shape.Time        `json:"CreationDate"`
	Grantee     string            `json:"GranteePrincipal"`
	Retiring    string            `json:"RetiringPrincipal,omitempty"`
	Issuer      string            `json:"IssuingAccount"`
	Operations  []GrantOperation  `json:"Operations"`
	Constraints *GrantConstraints `json:"Constraints,omitempty"`
}

// GrantConstraints are encryption contexts that a grant is limited to.
type GrantConstraints struct {
	Subset map[string]string `json:"EncryptionContextSubset,omitempty"`
	Equals map[string]string `json:"EncryptionContextEquals,omitempty"`
}

// ListGrantsResponse is a page of grants.
type ListGrantsResponse struct {
	Grants     []GrantListEntry `json:"Grants"`
	NextMarker string           `json:"NextMarker,omitempty"`
	Truncated  bool             `json:"Truncated"`
}

// listGrants gives a page of grants, in order of their ids; s.mu is held.
func (s *Service) listGrants(all map[string]*grant, want func(*grant) bool, limit *int, mark, operation string) (ListGrantsResponse, error) {
	ids := make([]string, 0, len(all))
	for id, g := range all {
		if want(g) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	ids, next, err := page(ids, limit, 50, mark, operation)
	answer := ListGrantsResponse{Grants: make([]GrantListEntry, len(ids)), NextMarker: next, Truncated: next != ""}
	for i, id := range ids {
		g := all[id]
		answer.Grants[i] = GrantListEntry{KeyID: s.arn(g.Region, "key/"+g.Key), GrantID: id, Name: g.Name, Created: shape.At(g.Created),
			Grantee: g.Grantee, Retiring: g.Retiring, Issuer: g.Issuer, Operations: g.Operations}
		if len(g.ContextSubset)+len(g.ContextEquals) > 0 {
			answer.Grants[i].Constraints = &GrantConstraints{g.ContextSubset, g.ContextEquals}
		}
	}
	return answer, err
}
