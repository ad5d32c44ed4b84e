package kms

import (
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// allows reports whether a policy lets the caller do something with the key of an ARN, either itself or by leaving it
// to the account. What is under a condition does not count.
func (p *policyDocument) allows(c *shape.Call, arn, action string) bool {
	allowed := false
	for i := range p.Statement {
		t := &p.Statement[i]
		if len(t.Condition) > 0 || !t.concerns(c, arn, action) {
			continue
		}
		if t.Effect == "Deny" {
			return false
		}
		allowed = true
	}
	return allowed
}

func (t *statement) concerns(c *shape.Call, arn, action string) bool {
	return named(t.Action, t.NotAction, strings.ToLower(action), strings.ToLower) &&
		named(t.Resource, t.NotResource, arn, strings.Clone) &&
		(t.Principal != nil && t.Principal.has(c, t.Effect) || t.NotPrincipal != nil && !t.NotPrincipal.has(c, t.Effect))
}

// named reports whether one of some patterns fits, or, where there are only those that must not, none of them.
func named(patterns, not []string, name string, fold func(string) string) bool {
	fits := func(p string) bool { return match(fold(p), name) }
	if len(patterns) > 0 {
		return slices.ContainsFunc(patterns, fits)
	}
	return !slices.ContainsFunc(not, fits)
}

// has reports whether the caller is one of the principals. Allowing something to the account lets its users have it
// by policies of their own; denying it hits the account's root alone.
func (p *principals) has(c *shape.Call, effect string) bool {
	if p.all {
		return true
	}
	root := "arn:aws:iam::" + c.Account + ":root"
	for _, name := range p.kinds["AWS"] {
		switch {
		case name == "*", name == c.ARN(), name == c.PrincipalID:
			return true
		case (name == root || name == c.Account) && (effect == "Allow" || c.UserName == ""):
			return true
		}
	}
	return false
}

// match reports whether a name fits a pattern, in which * is any text and ? any character.
func match(pattern, name string) bool {
	star, retry := -1, 0
	p, n := 0, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, retry = p, n
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == name[n]):
			p++
			n++
		case star >= 0:
			retry++
			p, n = star+1, retry
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
