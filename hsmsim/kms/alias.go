package kms

import "time"

// alias is another name of a key.
type alias struct {
	aliasRecord
	serial uint64
}

type aliasRecord struct {
	Region  string
	Name    string // alias/…
	Key     string // id
	Created time.Time
	Updated time.Time
}
