package kms

import (
	"fmt"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/iam"
)

const (
	// policyName is that of every key's policy: there is no other.
	policyName = "default"
	// maxPolicy is the size of a key policy, in bytes (KMS Developer Guide, resource quotas).
	maxPolicy = 32768
)

// defaultPolicy is the policy of keys that are made without one, as the original prints it.
const defaultPolicy = `{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::%s:root"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}`

// policy is the text of a key's policy.
func (s *Service) policy(k *key) string {
	if k.Policy == "" {
		return fmt.Sprintf(defaultPolicy, s.Account)
	}
	return k.Policy
}

// newPolicy checks the policy that a key, by its ARN, is to get. Without one it is "", which stands for the default.
// Unless that check is left out, the caller must be able to change the policy later on. Errors:
// MalformedPolicyDocumentException; LimitExceededException.
func (s *Service) newPolicy(c *shape.Call, arn string, text *string, bypass bool) (string, error) {
	if text == nil {
		return "", nil
	}
	if len(*text) > maxPolicy {
		return "", shape.Errorf(limitExceeded, "The key policy must have at most %d bytes.", maxPolicy)
	}
	d, err := iam.Parse(*text, iam.OfResource)
	if err != nil {
		return "", shape.Errorf(malformedPolicy, "%v", err)
	}
	r := &iam.Request{Who: c.Principal(), Action: "kms:PutKeyPolicy", Resource: arn, Context: c.Context(s.Clock.Now())}
	if effect := d.Effect(r); !bypass && effect != iam.Allowed && effect != iam.AllowedAccount {
		return "", shape.Errorf(malformedPolicy, textLockout)
	}
	return *text, nil
}
