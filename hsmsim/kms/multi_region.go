package kms

import (
	"slices"
	"strings"
	"time"
)

// family lists a multi-Region key with its relatives in other regions, in order of the regions; other keys are alone.
// s.mu is held.
func (s *Service) family(k *key) []*key {
	if !k.MultiRegion {
		return []*key{k}
	}
	var all []*key
	for _, r := range s.regions {
		if relative := r.keys[k.ID]; relative != nil && !relative.deleting {
			all = append(all, relative)
		}
	}
	slices.SortFunc(all, func(a, b *key) int { return strings.Compare(a.Region, b.Region) })
	return all
}

// primary is the primary key of a multi-Region key, and any other key itself; s.mu is held.
func (s *Service) primary(k *key) *key {
	if k.MultiRegion {
		if p := s.see(k.Primary).keys[k.ID]; p != nil {
			return p
		}
	}
	return k
}

// loseReplica lets a primary key's waiting period begin when its last replica is deleted (KMS Developer Guide,
// deleting multi-Region keys); s.mu is held.
func (s *Service) loseReplica(k *key) {
	p := s.primary(k)
	if p == k || p.Waiting == 0 || len(s.family(p)) > 1 {
		return
	}
	p.DeleteAt, p.Waiting = s.now().Add(time.Duration(p.Waiting)*day), 0
	s.putKey(p)
	s.arm(p)
}
