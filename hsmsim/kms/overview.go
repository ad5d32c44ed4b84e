package kms

import (
	"maps"
	"slices"
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
