package control

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// An AuditStream is the audit log of one HSM, also of one that is gone.
type AuditStream struct {
	Cluster string
	HSM     string
	Founded time.Time                         // when the cluster was made; zero where that is forgotten
	Records func() ([]hsm.AuditRecord, error) // oldest first
}

// Streams lists the audit logs of a region: those of HSMs that are gone before those that run, each in the order in
// which they ended or began. Records may be asked for at any time.
func (s *Service) Streams(region string) []AuditStream {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.state.Regions[region]
	if r == nil {
		return nil
	}
	founded := map[string]time.Time{}
	for _, c := range r.Clusters {
		founded[c.ID] = c.Created
	}
	var list []AuditStream
	for _, gone := range r.Streams {
		list = append(list, AuditStream{gone.Cluster, gone.HSM, founded[gone.Cluster], func() ([]hsm.AuditRecord, error) { return s.kept(gone) }})
	}
	for _, c := range r.Clusters {
		for _, h := range c.HSMs {
			if h.Running {
				list = append(list, AuditStream{c.ID, h.ID, c.Created, func() ([]hsm.AuditRecord, error) { return s.logOf(region, h.ID) }})
			}
		}
	}
	return list
}

// logOf is the log of an HSM that ran when it was listed.
func (s *Service) logOf(region, id string) ([]hsm.AuditRecord, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, gone := range s.state.Regions[region].Streams {
		if gone.HSM == id {
			return s.kept(gone)
		}
	}
	return s.lab.Audit(id)
}

// kept is the log of an HSM that is gone.
func (s *Service) kept(gone *Stream) ([]hsm.AuditRecord, error) {
	data, err := s.lab.Fetch(gone.File)
	if err != nil {
		return nil, err
	}
	var records []hsm.AuditRecord
	if err := json.Unmarshal(data, &records); err != nil {
		return nil, fmt.Errorf("cannot read the audit log of HSM %s: %w", gone.HSM, err)
	}
	return records, nil
}
