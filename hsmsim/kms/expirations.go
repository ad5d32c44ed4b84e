package kms

import "github.com/hsmlab/hsmlab/hsmsim/trail"

// Expirations lists the keys of all regions whose imported key material expires, for CloudWatch's metric.
func (s *Service) Expirations() []trail.Expiration {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var list []trail.Expiration
	for _, r := range s.regions {
		for _, k := range r.keys {
			if at := k.expires(); !at.IsZero() {
				list = append(list, trail.Expiration{Region: r.name, KeyID: k.ID, At: at})
			}
		}
	}
	return list
}
