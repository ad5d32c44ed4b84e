package kms

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// An Overview is what an overview of the lab shows of a custom key store.
type Overview struct {
	Region, ID, Name, Cluster string
	State                     ConnectionState
	ErrorCode                 ErrorCode
	Keys                      int
}

// Overview lists the custom key stores of all regions.
func (s *Service) Overview() []Overview {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var list []Overview
	for _, name := range slices.Sorted(maps.Keys(s.regions)) {
		of := s.regions[name]
		for _, st := range of.sortedStores() {
			o := Overview{Region: name, ID: st.ID, Name: st.Name, Cluster: st.Cluster, State: st.State, ErrorCode: st.ErrorCode}
			for _, k := range of.keys {
				if k.Store == st.ID {
					o.Keys++
				}
			}
			list = append(list, o)
		}
	}
	return list
}

// A KeyOverview is what an overview of the lab shows of a key.
type KeyOverview struct {
	Region, ID string
	Aliases    []string // by name
	State      KeyState
	Origin     Origin
	Store      string // custom key store id
	Handles    []hsm.Handle
	Expires    time.Time // of imported material; zero if it does not
	Digest     string    // SHA-256 of imported material, in hex; "" while there is none
}

// Keys lists the keys of all regions, by region and id.
func (s *Service) Keys() []KeyOverview {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var list []KeyOverview
	for _, name := range slices.Sorted(maps.Keys(s.regions)) {
		r := s.regions[name]
		aliases := map[string][]string{}
		for _, alias := range slices.Sorted(maps.Keys(r.aliases)) {
			id := r.aliases[alias].Key
			aliases[id] = append(aliases[id], alias)
		}
		for _, id := range r.order {
			k := r.keys[id]
			if k.deleting {
				continue
			}
			o := KeyOverview{Region: name, ID: id, Aliases: aliases[id], State: s.state(k), Origin: k.Origin, Store: k.Store, Expires: k.expires()}
			if k.Backing != nil {
				o.Handles = []hsm.Handle{k.Backing.Handle}
			}
			if m := k.current(); m != nil && k.Origin == OriginExternal {
				digest := sha256.Sum256(m.Bytes)
				o.Digest = hex.EncodeToString(digest[:])
			}
			list = append(list, o)
		}
	}
	return list
}

// Regions lists the regions in which there is anything of KMS, by name.
func (s *Service) Regions() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Sorted(maps.Keys(s.regions))
}
