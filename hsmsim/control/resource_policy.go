package control

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// PutResourcePolicyRequest says with whom a backup is shared. The lab has one account, so a policy is kept and has no
// effect.
type PutResourcePolicyRequest struct {
	ResourceArn string `json:"ResourceArn" len:"20:2048"`
	Policy      string `json:"Policy" len:"1:20000"`
}

// ResourcePolicyRequest names a backup.
type ResourcePolicyRequest struct {
	ResourceArn string `json:"ResourceArn" len:"20:2048"`
}

// ResourcePolicyResponse is the policy of a backup.
type ResourcePolicyResponse struct {
	ResourceArn string `json:"ResourceArn,omitempty"`
	Policy      string `json:"Policy,omitempty"`
}

// PutResourcePolicy sets the policy of a backup.
func (s *Service) PutResourcePolicy(_ context.Context, c *shape.Call, r PutResourcePolicyRequest) (ResourcePolicyResponse, error) {
	return s.policy(c, r.ResourceArn, func(b *Backup) (string, error) {
		switch {
		case !json.Valid([]byte(r.Policy)):
			return "", invalid(msgBadPolicy)
		case b.State != Ready:
			return "", invalid(msgBackupNotReady, b.ID, b.State)
		}
		b.Policy, s.dirty = r.Policy, true
		return b.Policy, nil
	})
}

// GetResourcePolicy gives the policy of a backup.
func (s *Service) GetResourcePolicy(_ context.Context, c *shape.Call, r ResourcePolicyRequest) (ResourcePolicyResponse, error) {
	answer, err := s.policy(c, r.ResourceArn, func(b *Backup) (string, error) { return b.Policy, nil })
	answer.ResourceArn = ""
	return answer, err
}

// DeleteResourcePolicy removes the policy of a backup and gives it.
func (s *Service) DeleteResourcePolicy(_ context.Context, c *shape.Call, r ResourcePolicyRequest) (ResourcePolicyResponse, error) {
	return s.policy(c, r.ResourceArn, func(b *Backup) (string, error) {
		old := b.Policy
		b.Policy, s.dirty = "", true
		return old, nil
	})
}

func (s *Service) policy(c *shape.Call, arn string, f func(*Backup) (string, error)) (answer ResourcePolicyResponse, err error) {
	s.enter()
	defer s.leave(&err)
	region := s.region(c.Region)
	b := region.backup(arn[strings.LastIndex(arn, "/")+1:])
	if b == nil || s.backupARN(region, b.ID) != arn {
		return answer, shape.Errorf(notFound, msgNoResource, arn)
	}
	answer.ResourceArn = arn
	answer.Policy, err = f(b)
	return answer, err
}
