package kms

import (
	"maps"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/iam"
)

// withoutKey are the actions that are about no key, so that the caller's own policies alone decide.
var withoutKey = map[string]bool{
	"kms:CreateKey": true, "kms:ListKeys": true, "kms:ListAliases": true, "kms:GenerateRandom": true, "kms:ListRetirableGrants": true,
	"kms:CreateCustomKeyStore": true, "kms:DescribeCustomKeyStores": true, "kms:ConnectCustomKeyStore": true,
	"kms:DisconnectCustomKeyStore": true, "kms:UpdateCustomKeyStore": true, "kms:DeleteCustomKeyStore": true,
}

// Authorize fails unless the caller may do what a request is for, as far as that does not depend on a key. What is
// about a key is decided where the key is found.
func (s *Service) Authorize(c *shape.Call) error {
	if !c.Limited || !withoutKey[c.Action] {
		return nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return c.May(c.Action, "*", s.conditions(c, nil))
}

// authorize fails unless the caller may do something with a key: the key's policy allows it to the caller, or allows
// it to the account and the caller's own policies to the caller, or a grant does; and nothing denies it (KMS
// Developer Guide, determining access to KMS keys). s.mu is held.
func (s *Service) authorize(c *shape.Call, k *key, action string) error {
	if c.Action == "" || k.Policy == "" && !c.Limited {
		return nil
	}
	arn := s.keyARN(k)
	r := &iam.Request{Who: c.Principal(), Action: action, Resource: arn, Context: s.conditions(c, k)}
	policy := iam.AllowedAccount // of a key without a policy of its own
	if k.Policy != "" {
		d, err := iam.Parse(k.Policy, iam.OfResource)
		if err != nil {
			return err // it was checked before it was stored
		}
		policy = d.Effect(r)
	}
	own := c.May(action, arn, r.Context)
	switch {
	case policy == iam.Denied:
		return c.Denied(action, arn, "with an explicit deny in a resource-based policy")
	case own != nil && iam.Of(c.Policies, r) == iam.Denied:
		return own
	case policy == iam.Allowed, policy == iam.AllowedAccount && own == nil:
		return nil
	case s.grants(c, k, action):
		return nil
	case policy == iam.AllowedAccount:
		return own
	}
	return c.Denied(action, arn, "because no resource-based policy allows the "+action+" action")
}

// grants reports whether a grant of the key allows the caller something, for the encryption context of the request.
func (s *Service) grants(c *shape.Call, k *key, action string) bool {
	context := encryptionContext(c.Request)
	for _, g := range k.grants {
		if g.Grantee != c.ARN() || !slices.ContainsFunc(g.Operations, func(o GrantOperation) bool { return "kms:"+string(o) == action }) {
			continue
		}
		if g.ContextEquals != nil && !maps.Equal(g.ContextEquals, context) {
			continue
		}
		within := true
		for name, value := range g.ContextSubset {
			got, ok := context[name]
			within = within && ok && got == value
		}
		if within {
			return true
		}
	}
	return false
}

// encryptionContext is the one that a request has; grants and conditions look at it.
func encryptionContext(request any) map[string]string {
	switch r := request.(type) {
	case EncryptRequest:
		return r.Context
	case DecryptRequest:
		return r.Context
	case GenerateDataKeyRequest:
		return r.Context
	case GenerateDataKeyPairRequest:
		return r.Context
	case ReEncryptRequest:
		return r.SourceContext
	}
	return nil
}

// conditionMembers are the members of requests that condition keys are about (KMS Developer Guide, condition keys).
var conditionMembers = map[string]string{
	"BypassPolicyLockoutSafetyCheck": "kms:BypassPolicyLockoutSafetyCheck",
	"EncryptionAlgorithm":            "kms:EncryptionAlgorithm",
	"ExpirationModel":                "kms:ExpirationModel",
	"GranteePrincipal":               "kms:GranteePrincipal",
	"KeyPairSpec":                    "kms:DataKeyPairSpec",
	"MacAlgorithm":                   "kms:MacAlgorithm",
	"MessageType":                    "kms:MessageType",
	"Operations":                     "kms:GrantOperations",
	"PendingWindowInDays":            "kms:ScheduleKeyDeletionPendingWindowInDays",
	"PrimaryRegion":                  "kms:PrimaryRegion",
	"ReplicaRegion":                  "kms:ReplicaRegion",
	"RetiringPrincipal":              "kms:RetiringPrincipal",
	"RotationPeriodInDays":           "kms:RotationPeriodInDays",
	"SigningAlgorithm":               "kms:SigningAlgorithm",
	"ValidTo":                        "kms:ValidTo",
	"WrappingAlgorithm":              "kms:WrappingAlgorithm",
	"WrappingKeySpec":                "kms:WrappingKeySpec",
}

// conditions are what policies can be told of a request, and of the key that it is about, nil for none.
func (s *Service) conditions(c *shape.Call, k *key) iam.Context {
	context := c.Context(s.Clock.Now())
	context.Set("kms:CallerAccount", c.Account)
	for member, name := range conditionMembers {
		context.Set(name, c.Member(member)...)
	}
	if sent := encryptionContext(c.Request); sent != nil {
		context.Set("kms:EncryptionContextKeys", slices.Sorted(maps.Keys(sent))...)
		for name, value := range sent {
			context.Set("kms:EncryptionContext:"+name, value)
		}
	}
	if r, ok := c.Request.(CreateKeyRequest); ok {
		k = &key{keyRecord: keyRecord{Spec: r.KeySpec, Usage: r.KeyUsage, Origin: r.Origin, MultiRegion: r.MultiRegion}}
		k.complete(r)
		for _, t := range r.Tags {
			context.Set("aws:RequestTag/"+t.Key, t.Value)
		}
	}
	if k == nil {
		return context
	}
	context.Set("kms:KeyOrigin", string(k.Origin))
	context.Set("kms:KeySpec", string(k.Spec))
	context.Set("kms:CustomerMasterKeySpec", string(k.Spec))
	context.Set("kms:KeyUsage", string(k.Usage))
	context.Set("kms:CustomerMasterKeyUsage", string(k.Usage))
	context.Set("kms:MultiRegion", map[bool]string{true: "true", false: "false"}[k.MultiRegion])
	for _, t := range k.Tags {
		context.Set("aws:ResourceTag/"+t.Key, t.Value)
	}
	var aliases []string
	for name, a := range s.see(k.Region).aliases {
		if a.Key == k.ID {
			aliases = append(aliases, name)
		}
	}
	context.Set("kms:ResourceAliases", aliases...)
	return context
}
