package hsm

import "context"

// A Bucket is one kind of durable record of an HSM.
type Bucket uint8

// The buckets of an HSM. Records of one bucket are told apart by a 64-bit key.
const (
	BucketMeta      Bucket = iota + 1 // identity, counters and policies; keyed by meaning
	BucketUsers                       // one record a user, keyed by user id
	BucketKeys                        // one record a token key, keyed by handle
	BucketTombstone                   // one record a tombstone, keyed by handle
	BucketAudit                       // one record an audit entry, keyed by sequence number
)

// A Change writes one record, or removes it where Data is nil.
type Change struct {
	Bucket Bucket
	Key    uint64
	Data   []byte
}

// A Ticket names a point in the order of a journal's changes: a later set of changes has a larger one.
type Ticket uint64

// A Journal keeps what an HSM must not forget. An HSM hands over its changes in order and goes on;
// whoever wants to answer for them waits for their ticket first.
type Journal interface {
	// Load calls f for every record of a bucket in ascending order of the key. data is only valid
	// during the call.
	Load(bucket Bucket, f func(key uint64, data []byte) error) error

	// Append takes over one set of changes, which becomes durable as a whole or not at all and never
	// before an earlier set. It does not wait for the disk and owns the changes and their data from now on.
	Append(changes []Change) Ticket

	// AppendLazily is Append for changes that nobody answers for (audit records): they may become
	// durable some time later, with the next set or on their own. It returns no ticket.
	AppendLazily(changes []Change)

	// Wait returns when everything up to the ticket is durable, with ctx's error when that comes first,
	// or with the error that keeps the journal from storing anything any more.
	Wait(ctx context.Context, t Ticket) error
}
