package kms

import (
	"context"
	"slices"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/trail"
)

// arm sets a key's timer for the next thing that lab time brings it; s.mu is held.
func (s *Service) arm(k *key) {
	if k.timer != nil {
		k.timer.Stop()
		k.timer = nil
	}
	next := k.DeleteAt
	if t := k.Rotation.Next; k.rotates() && (next.IsZero() || t.Before(next)) {
		next = t
	}
	if t := k.expires(); !t.IsZero() && (next.IsZero() || t.Before(next)) {
		next = t
	}
	if next.IsZero() || s.closed {
		return
	}
	region, id := k.Region, k.ID
	k.timer = s.Clock.AfterFunc(next.Sub(s.Clock.Now()), func() { s.due(region, id) })
}

// due does what lab time has brought a key.
func (s *Service) due(region, id string) {
	s.mu.Lock()
	k := s.see(region).keys[id]
	if k == nil || k.deleting || s.closed {
		s.mu.Unlock()
		return
	}
	s.running.Add(1)
	defer s.running.Done()
	s.expire(k)
	now := s.Clock.Now()
	passed := func(t time.Time) bool { return !t.IsZero() && !now.Before(t) }
	if passed(k.DeleteAt) {
		k.deleting = true
		s.mu.Unlock()
		s.destroy(k)
		return
	}
	s.rotateOnSchedule(k)
	s.arm(k)
	s.mu.Unlock()
}

// deletedMaterial is what the event of a key's deletion tells of its material in a cluster; lists are JSON in a text.
type deletedMaterial struct {
	Store   string `json:"customKeyStoreId"`
	Cluster string `json:"clusterId"`
	Keys    string `json:"backingKeys"`
	Status  string `json:"backingKeysDeletionStatus"`
}

// destroy ends a key whose waiting period is over. Its backing key is removed from the cluster where KMS gets in;
// backups keep it. The event in CloudTrail tells what became of it (KMS Developer Guide, deleting orphaned key
// material). The event comes before the metadata goes: after a crash in between there are rather two than none.
func (s *Service) destroy(k *key) {
	ctx := context.Background()
	e := trail.Event{Source: "kms.amazonaws.com", Name: "DeleteKey", Region: k.Region, Account: s.Account,
		Resources: []shape.Resource{{Type: "AWS::KMS::Key", ARN: s.keyARN(k)}}}
	if k.Store != "" {
		s.mu.RLock()
		st := s.see(k.Region).stores[k.Store]
		conn, cluster := st.conn, st.Cluster
		s.mu.RUnlock()
		status := "FAILURE"
		if conn != nil && s.CloudHSM.Open(k.Region, cluster) && conn.remove(ctx, k.Backing.Handle) == nil {
			status = "SUCCESS"
		}
		e.Additional = deletedMaterial{k.Store, cluster, k.Backing.list(), k.Backing.deletionStatus(status)}
	}
	e.Time = s.Clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return // it is deleted when the service is opened again
	}
	s.Trail.Record(e)
	s.forget(k)
}

// forget removes a key with its aliases and grants; s.mu is held.
func (s *Service) forget(k *key) {
	r := s.region(k.Region)
	for name, a := range r.aliases {
		if a.Key == k.ID {
			s.drop(bucketAliases, a.serial)
			delete(r.aliases, name)
		}
	}
	for _, g := range k.grants {
		s.dropGrant(g)
	}
	s.drop(bucketKeys, k.serial)
	delete(r.keys, k.ID)
	if i, found := slices.BinarySearch(r.order, k.ID); found {
		r.order = slices.Delete(r.order, i, i+1)
	}
	s.loseReplica(k)
}
