package iam

import (
	"slices"
	"strings"
)

// A Request is what somebody wants to do.
type Request struct {
	Who      Principal
	Action   string // such as kms:Encrypt
	Resource string // ARN, or * for actions that are about none
	Context  Context
}

// Context has the values of condition keys by their names in lower case.
type Context map[string][]string

// Set gives a key its values. Keys without values are not there.
func (c Context) Set(name string, v ...string) {
	if len(v) > 0 {
		c[strings.ToLower(name)] = v
	}
}

// An Effect is what a policy says of a request.
type Effect uint8

// The effects: a Deny outweighs everything.
const (
	Silent         Effect = iota // nothing
	AllowedAccount               // the principal's account may, so that its own policies decide
	Allowed
	Denied
)

// Effect tells what the document says of a request.
func (d *Document) Effect(r *Request) Effect {
	if d == nil {
		return Silent
	}
	effect := Silent
	for i := range d.Statements {
		switch t := &d.Statements[i]; t.applies(r) {
		case notAtAll:
		case byAccount:
			if t.Effect == "Allow" {
				effect = max(effect, AllowedAccount)
			}
		case byName:
			if t.Effect == "Deny" {
				return Denied
			}
			effect = Allowed
		}
	}
	return effect
}

// Of tells what several documents together say of a request.
func Of(documents []*Document, r *Request) Effect {
	effect := Silent
	for _, d := range documents {
		effect = max(effect, d.Effect(r))
	}
	return effect
}

// applies tells whether a statement is about a request, and by what its principals take in who asks.
func (t *Statement) applies(r *Request) reach {
	if !named(t.Action, t.NotAction, func(p string) bool { return match(strings.ToLower(p), strings.ToLower(r.Action)) }) ||
		!named(t.Resource, t.NotResource, func(p string) bool { return match(r.fill(p), r.Resource) }) ||
		!r.holds(t.Condition) {
		return notAtAll
	}
	switch {
	case t.Principal != nil:
		return t.Principal.of(r.Who)
	case t.NotPrincipal != nil && t.NotPrincipal.of(r.Who) != notAtAll:
		return notAtAll
	}
	return byName // also policies of users, which name nobody
}

// named reports whether one of some patterns fits, or, where there are only those that must not, none of them.
func named(patterns, not []string, fits func(string) bool) bool {
	if len(patterns) > 0 {
		return slices.ContainsFunc(patterns, fits)
	}
	return !slices.ContainsFunc(not, fits)
}

// fill puts the values of policy variables, such as ${aws:username}, into a text. One without a value fits nothing.
func (r *Request) fill(text string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		v := r.Context[strings.ToLower(name)]
		switch {
		case !closed:
			b.WriteString("${" + rest)
			return b.String()
		case name == "*" || name == "?" || name == "$":
			b.WriteString(name)
		case len(v) == 1:
			b.WriteString(v[0])
		default:
			b.WriteString("\x00")
		}
		text = after
	}
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
