package iam

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// operator is a condition operator: how a value of the request is compared with one of the policy, and what holds
// where several of them are compared.
type operator struct {
	compare  func(have, want string) bool
	negated  bool // no value may fit
	ifExists bool // a key that the request has not is fine
	null     bool // it is about whether the request has the key
	all, any bool // ForAllValues and ForAnyValue
}

// comparisons are the operators that there are; those that begin with Not, or have it inside, are their opposites
// (IAM User Guide, condition operators).
var comparisons = map[string]operator{
	"StringEquals":              {compare: equal},
	"StringNotEquals":           {compare: equal, negated: true},
	"StringEqualsIgnoreCase":    {compare: strings.EqualFold},
	"StringNotEqualsIgnoreCase": {compare: strings.EqualFold, negated: true},
	"StringLike":                {compare: like},
	"StringNotLike":             {compare: like, negated: true},
	"ArnEquals":                 {compare: likeARN},
	"ArnLike":                   {compare: likeARN},
	"ArnNotEquals":              {compare: likeARN, negated: true},
	"ArnNotLike":                {compare: likeARN, negated: true},
	"NumericEquals":             {compare: numbers(func(c int) bool { return c == 0 })},
	"NumericNotEquals":          {compare: numbers(func(c int) bool { return c == 0 }), negated: true},
	"NumericLessThan":           {compare: numbers(func(c int) bool { return c < 0 })},
	"NumericLessThanEquals":     {compare: numbers(func(c int) bool { return c <= 0 })},
	"NumericGreaterThan":        {compare: numbers(func(c int) bool { return c > 0 })},
	"NumericGreaterThanEquals":  {compare: numbers(func(c int) bool { return c >= 0 })},
	"DateEquals":                {compare: dates(func(c int) bool { return c == 0 })},
	"DateNotEquals":             {compare: dates(func(c int) bool { return c == 0 }), negated: true},
	"DateLessThan":              {compare: dates(func(c int) bool { return c < 0 })},
	"DateLessThanEquals":        {compare: dates(func(c int) bool { return c <= 0 })},
	"DateGreaterThan":           {compare: dates(func(c int) bool { return c > 0 })},
	"DateGreaterThanEquals":     {compare: dates(func(c int) bool { return c >= 0 })},
	"Bool":                      {compare: strings.EqualFold},
	"IpAddress":                 {compare: within},
	"NotIpAddress":              {compare: within, negated: true},
	"Null":                      {null: true},
}

func operatorNamed(name string) (operator, error) {
	bare, all := strings.CutPrefix(name, "ForAllValues:")
	bare, any := strings.CutPrefix(bare, "ForAnyValue:")
	bare, ifExists := strings.CutSuffix(bare, "IfExists")
	o, ok := comparisons[bare]
	if !ok || o.null && ifExists {
		return o, fmt.Errorf("condition operator %q is not known", name)
	}
	o.all, o.any, o.ifExists = all, any, ifExists
	return o, nil
}

// holds reports whether all conditions of a statement are met.
func (r *Request) holds(conditions map[string]map[string]values) bool {
	for name, keys := range conditions {
		o, err := operatorNamed(name)
		if err != nil {
			return false
		}
		for key, want := range keys {
			if !r.met(o, r.Context[strings.ToLower(key)], want) {
				return false
			}
		}
	}
	return true
}

func (r *Request) met(o operator, have []string, want values) bool {
	if o.null {
		return slices.ContainsFunc(want, func(w string) bool { return strings.EqualFold(w, "true") == (len(have) == 0) })
	}
	if len(have) == 0 {
		return o.ifExists || o.all || o.negated && !o.any
	}
	fits := func(h string) bool {
		return slices.ContainsFunc(want, func(w string) bool { return o.compare(h, r.fill(w)) }) != o.negated
	}
	if o.all || o.negated && !o.any {
		return !slices.ContainsFunc(have, func(h string) bool { return !fits(h) })
	}
	return slices.ContainsFunc(have, fits)
}

func equal(have, want string) bool { return have == want }

func like(have, want string) bool { return match(want, have) }

// likeARN compares the six parts of ARNs one by one, so that a wildcard does not reach over a colon.
func likeARN(have, want string) bool {
	h, w := strings.SplitN(have, ":", 6), strings.SplitN(want, ":", 6)
	if len(h) != len(w) {
		return false
	}
	for i := range h {
		if !match(w[i], h[i]) {
			return false
		}
	}
	return true
}

func numbers(fits func(int) bool) func(have, want string) bool {
	return func(have, want string) bool {
		h, herr := strconv.ParseFloat(have, 64)
		w, werr := strconv.ParseFloat(want, 64)
		return herr == nil && werr == nil && fits(cmp.Compare(h, w))
	}
}

func dates(fits func(int) bool) func(have, want string) bool {
	return func(have, want string) bool {
		h, hok := date(have)
		w, wok := date(want)
		return hok && wok && fits(h.Compare(w))
	}
}

// date reads a date in ISO 8601, or seconds since the epoch.
func date(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02", "2006-01"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return time.UnixMilli(int64(n * 1000)), true
	}
	return time.Time{}, false
}

func within(have, want string) bool {
	a, err := netip.ParseAddr(have)
	if err != nil {
		return false
	}
	if p, err := netip.ParsePrefix(want); err == nil {
		return p.Contains(a.Unmap())
	}
	w, err := netip.ParseAddr(want)
	return err == nil && w == a
}
