package kms

import (
	"fmt"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// The buckets of the journal. Records are numbered as they are made.
const (
	bucketKeys hsm.Bucket = iota + 1
	bucketAliases
	bucketGrants
	bucketStores
	bucketSecrets
	bucketCounters
)

var encoding = func() cbor.EncMode {
	m, err := cbor.EncOptions{Time: cbor.TimeRFC3339NanoUTC}.EncMode()
	if err != nil {
		panic(err) // constant options
	}
	return m
}()

// written is the change that stores a record under its number, which it gets with the first time; s.mu is held.
func (s *Service) written(b hsm.Bucket, serial *uint64, record any) hsm.Change {
	if *serial == 0 {
		s.serial++
		*serial = s.serial
	}
	data, err := encoding.Marshal(record)
	if err != nil {
		panic(fmt.Sprintf("kms: record %T has no encoding: %v", record, err)) // only records of this package come here
	}
	return hsm.Change{Bucket: b, Key: *serial, Data: data}
}

// put stores a record; s.mu is held.
func (s *Service) put(b hsm.Bucket, serial *uint64, record any) {
	s.ticket = s.Journal.Append([]hsm.Change{s.written(b, serial, record)})
}

// putKeys stores keys all together or not at all; s.mu is held.
func (s *Service) putKeys(keys []*key) {
	set := make([]hsm.Change, len(keys))
	for i, k := range keys {
		set[i] = s.written(bucketKeys, &k.serial, k.keyRecord)
	}
	s.ticket = s.Journal.Append(set)
}

// drop removes a record; s.mu is held.
func (s *Service) drop(b hsm.Bucket, serial uint64) {
	s.ticket = s.Journal.Append([]hsm.Change{{Bucket: b, Key: serial}})
}

func (s *Service) putKey(k *key)         { s.put(bucketKeys, &k.serial, k.keyRecord) }
func (s *Service) putAlias(a *alias)     { s.put(bucketAliases, &a.serial, a.aliasRecord) }
func (s *Service) putGrant(g *grant)     { s.put(bucketGrants, &g.serial, g.grantRecord) }
func (s *Service) putStore(st *keyStore) { s.put(bucketStores, &st.serial, st.storeRecord) }

// load reads the journal.
func (s *Service) load() error {
	err := load(s, bucketKeys, func(serial uint64, r keyRecord) {
		k := &key{keyRecord: r, serial: serial}
		k.prepare()
		of := s.region(r.Region)
		of.keys[r.ID] = k
		of.order = append(of.order, r.ID)
	})
	for _, r := range s.regions {
		slices.Sort(r.order)
	}
	if err == nil {
		err = load(s, bucketAliases, func(serial uint64, r aliasRecord) { s.region(r.Region).aliases[r.Name] = &alias{r, serial} })
	}
	if err == nil {
		err = load(s, bucketGrants, func(serial uint64, r grantRecord) { s.region(r.Region).addGrant(&grant{r, serial}) })
	}
	if err == nil {
		err = load(s, bucketStores, func(serial uint64, r storeRecord) {
			s.region(r.Region).stores[r.ID] = &keyStore{storeRecord: r, serial: serial}
		})
	}
	if err == nil {
		err = load(s, bucketSecrets, func(_ uint64, r secretRecord) { s.tokens = r.aead() })
	}
	if err == nil {
		err = load(s, bucketCounters, func(serial uint64, r counterRecord) { s.made[r.Kind] = &counter{r, serial} })
	}
	return err
}

func load[Record any](s *Service, b hsm.Bucket, add func(serial uint64, r Record)) error {
	return s.Journal.Load(b, func(serial uint64, data []byte) error {
		var r Record
		if err := cbor.Unmarshal(data, &r); err != nil {
			return fmt.Errorf("record %d is damaged: %w", serial, err)
		}
		s.serial = max(s.serial, serial)
		add(serial, r)
		return nil
	})
}
