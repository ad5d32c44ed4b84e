package kms

import "time"

// grant lets a principal use a key.
type grant struct {
	grantRecord
	serial uint64
}

type grantRecord struct {
	Region, ID, Token, Key, Name string
	Grantee, Retiring, Issuer    string
	Operations                   []string
	ContextSubset, ContextEquals map[string]string
	Created                      time.Time
}
