// Package store keeps the durable records of one simulated HSM: it implements hsm.Journal in memory and
// in a file. It knows transactions, sealing and what a damaged file looks like. It must not know what a
// record means, which buckets there are or where a lab keeps its files.
package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// memory is a journal whose records are gone with the process.
type memory struct {
	mu      sync.Mutex
	records map[hsm.Bucket]map[uint64][]byte
	last    hsm.Ticket
}

// Memory returns an empty journal that keeps its records in memory, for tests and labs that leave
// nothing behind. Its sets count as durable at once. It is safe for concurrent use.
func Memory() hsm.Journal {
	return &memory{records: make(map[hsm.Bucket]map[uint64][]byte)}
}

// Load calls f with the records as they are at the time of the call. f may use the journal.
func (m *memory) Load(bucket hsm.Bucket, f func(key uint64, data []byte) error) error {
	m.mu.Lock()
	records := maps.Clone(m.records[bucket])
	m.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(records)) {
		if err := f(key, records[key]); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) Append(changes []hsm.Change) hsm.Ticket {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(changes) == 0 {
		return m.last
	}
	for _, c := range changes {
		if m.records[c.Bucket] == nil {
			m.records[c.Bucket] = make(map[uint64][]byte)
		}
		if c.Data == nil {
			delete(m.records[c.Bucket], c.Key)
		} else {
			m.records[c.Bucket][c.Key] = c.Data
		}
	}
	m.last++
	return m.last
}

func (m *memory) AppendLazily(changes []hsm.Change) { m.Append(changes) }

func (m *memory) Wait(_ context.Context, t hsm.Ticket) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return checkIssued(t, m.last)
}

// checkIssued refuses a ticket that would never become durable.
func checkIssued(t, last hsm.Ticket) error {
	if t > last {
		return fmt.Errorf("cannot wait for ticket %d: the last ticket of this journal is %d", t, last)
	}
	return nil
}
