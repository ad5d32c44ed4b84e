package hsm

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// Meta records, by key.
const (
	metaState uint64 = 1
)

// stateRecord is what an HSM keeps beside users and keys.
type stateRecord struct {
	_        struct{} `cbor:",toarray"`
	LastUser UserID   // highest user id ever given
	Quorum   map[Service]uint8
}

// encoding keeps the microseconds that the audit log shows.
var encoding = func() cbor.EncMode {
	m, err := cbor.EncOptions{Time: cbor.TimeRFC3339NanoUTC}.EncMode()
	if err != nil {
		panic(err) // constant options
	}
	return m
}()

// encode never fails: it is only called with the record types of this package.
func encode(record any) []byte {
	b, err := encoding.Marshal(record)
	if err != nil {
		panic(fmt.Sprintf("hsm: record %T has no encoding: %v", record, err))
	}
	return b
}

func userChange(u *user) Change {
	return Change{BucketUsers, uint64(u.record.ID), encode(u.record)}
}

func keyChange(k *key) Change {
	if k.Tombstoned {
		return Change{BucketTombstone, uint64(k.Handle), encode(k.keyRecord)}
	}
	return Change{BucketKeys, uint64(k.Handle), encode(k.keyRecord)}
}

func (h *HSM) stateChange() Change {
	return Change{BucketMeta, metaState, encode(stateRecord{LastUser: h.lastUser, Quorum: h.quorum})}
}

// commit hands changes to the journal; h.mu is held.
func (h *HSM) commit(changes ...Change) { h.ticket = h.journal.Append(changes) }

// load reads the journal into memory.
func (h *HSM) load() error {
	err := h.journal.Load(BucketMeta, func(k uint64, data []byte) error {
		var r stateRecord
		if err := cbor.Unmarshal(data, &r); err != nil {
			return fmt.Errorf("state record %d: %w", k, err)
		}
		h.lastUser = r.LastUser
		for s, m := range r.Quorum {
			h.quorum[s] = m
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("cannot load the state: %w", err)
	}
	err = h.journal.Load(BucketUsers, func(k uint64, data []byte) error {
		var r userRecord
		if err := cbor.Unmarshal(data, &r); err != nil {
			return fmt.Errorf("user %d: %w", k, err)
		}
		if uint64(r.ID) != k {
			return fmt.Errorf("user %d: the record is of user %d", k, r.ID)
		}
		h.addUser(r)
		return nil
	})
	if err != nil {
		return fmt.Errorf("cannot load the users: %w", err)
	}
	for _, b := range []Bucket{BucketKeys, BucketTombstone} {
		if err := h.loadKeys(b); err != nil {
			return fmt.Errorf("cannot load the keys: %w", err)
		}
	}
	return h.audit.load(h.journal)
}

func (h *HSM) loadKeys(b Bucket) error {
	var loaded []*key
	err := h.journal.Load(b, func(n uint64, data []byte) error {
		k := &key{}
		if err := cbor.Unmarshal(data, &k.keyRecord); err != nil {
			return fmt.Errorf("key %d: %w", n, err)
		}
		if uint64(k.Handle) != n {
			return fmt.Errorf("key %d: the record is of key %d", n, k.Handle)
		}
		h.keys[k.Handle] = k
		loaded = append(loaded, k)
		return nil
	})
	if err != nil {
		return err
	}
	h.insertSorted(loaded)
	return nil
}
