package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// ReplicateKeyRequest says where a multi-Region key is to be as well. Policy, description and tags are the replica's
// own.
type ReplicateKeyRequest struct {
	KeyID             string  `json:"KeyId" required:"true" len:"1:2048"`
	Region            string  `json:"ReplicaRegion" required:"true" len:"1:32" pattern:"^([a-z]+-){2,3}\\d+$"`
	Policy            *string `json:"Policy" len:"1:131072" trail:"-"`
	BypassSafetyCheck bool    `json:"BypassPolicyLockoutSafetyCheck"`
	Description       string  `json:"Description" len:"0:8192"`
	Tags              []Tag   `json:"Tags"`
}

// ReplicateKeyResponse describes the replica.
type ReplicateKeyResponse struct {
	Metadata KeyMetadata `json:"ReplicaKeyMetadata"`
	Policy   string      `json:"ReplicaPolicy"`
	Tags     []Tag       `json:"ReplicaTags"`
}

// ReplicateKey makes a key in another region with the id and the material of a multi-Region primary key. It is ready
// at once, but that imported material must be imported there as well.
func (s *Service) ReplicateKey(ctx context.Context, c *shape.Call, r ReplicateKeyRequest) (ReplicateKeyResponse, error) {
	var answer ReplicateKeyResponse
	err := s.change(ctx, func() error {
		k, err := s.find(c, r.KeyID)
		if err != nil {
			return err
		}
		if err := s.replicable(k); err != nil {
			return err
		}
		if s.see(r.Region).keys[k.ID] != nil {
			return shape.Errorf(alreadyExists, textReplicaExists, k.ID, r.Region)
		}
		if err := checkTags(nil, r.Tags); err != nil {
			return err
		}
		replica := &key{keyRecord: keyRecord{Region: r.Region, ID: k.ID, Created: s.now(), Description: r.Description, Usage: k.Usage, Spec: k.Spec,
			Origin: k.Origin, Tags: r.Tags, Materials: k.Materials, MultiRegion: true, Primary: k.Primary}}
		if k.Origin == OriginExternal {
			replica.Materials, replica.Pending = k.awaited()
		}
		if replica.Policy, err = s.newPolicy(c, s.keyARN(replica), r.Policy, r.BypassSafetyCheck); err != nil {
			return err
		}
		if err := s.insert(replica); err != nil {
			return err
		}
		c.About("AWS::KMS::Key", s.keyARN(replica))
		answer = ReplicateKeyResponse{s.describe(replica), s.policy(replica), r.Tags}
		if answer.Tags == nil {
			answer.Tags = []Tag{}
		}
		return nil
	})
	return answer, err
}

// replicable fails unless a key can get replicas; s.mu is held.
func (s *Service) replicable(k *key) error {
	switch {
	case !k.MultiRegion:
		return shape.Errorf(unsupported, textNotMulti, k.ID)
	case k.Region != k.Primary:
		return shape.Errorf(unsupported, textNotPrimary, s.keyARN(k))
	}
	if err := s.usable(k); err != nil {
		return err
	}
	return s.wantOrigin(k, OriginKMS, OriginExternal)
}
