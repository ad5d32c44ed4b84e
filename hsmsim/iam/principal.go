package iam

import (
	"encoding/json"
	"regexp"
	"strings"
	"sync"
)

// A Principal is who asks for something.
type Principal struct {
	Account  string // 12 digits
	ARN      string
	ID       string // unique id, such as AIDA…
	UserName string // "" for the account's root
}

// Principals are those that a statement names: all of "*", or those of each kind.
type Principals struct {
	all   bool
	kinds map[string]list[string]
}

// UnmarshalJSON reads "*" or an object of kinds.
func (p *Principals) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		p.all = true
		if text != "*" {
			return ErrPrincipals
		}
		return nil
	}
	return strictly(b, &p.kinds)
}

var awsForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(\*|[0-9]{12}|A[A-Z]{2}A[A-Z0-9]{12,}|arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:(root|(user|role|assumed-role|federated-user)/.+))$`)
})

// valid reports whether principals have the forms that they can have. That they exist is not looked at.
func (p *Principals) valid() bool {
	if p.all {
		return true
	}
	for kind, names := range p.kinds {
		if len(names) == 0 {
			return false
		}
		switch kind {
		case "AWS":
			for _, n := range names {
				if !awsForm().MatchString(n) {
					return false
				}
			}
		case "Service":
			for _, n := range names {
				if !strings.HasSuffix(n, ".amazonaws.com") {
					return false
				}
			}
		case "Federated", "CanonicalUser":
		default:
			return false
		}
	}
	return len(p.kinds) > 0
}

// reach is how a statement's principals take in who asks.
type reach uint8

const (
	notAtAll reach = iota
	byAccount
	byName
)

// of tells how the principals take in a principal: by name, or through its account. What an account is allowed, its
// users have by policies of their own; what it is denied hits the account's root alone.
func (p *Principals) of(who Principal) reach {
	if p.all {
		return byName
	}
	found := notAtAll
	for _, name := range p.kinds["AWS"] {
		switch name {
		case "*", who.ARN, who.ID:
			return byName
		case "arn:aws:iam::" + who.Account + ":root", who.Account:
			if who.UserName == "" {
				return byName
			}
			found = byAccount
		}
	}
	return found
}
