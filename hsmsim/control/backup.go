package control

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// backUp makes a backup of a cluster as it is now: of the HSM that is given, else of the first that answers. nil
// where there is none to ask.
func (s *Service) backUp(r *Region, c *Cluster, of *HSM, at time.Time) *Backup {
	content, err := s.capture(c, of)
	if err != nil {
		s.report(fmt.Errorf("no backup of cluster %s: %w", c.ID, err))
		return nil
	}
	b := &Backup{ID: s.newID("backup-"), State: CreateInProgress, Cluster: c.ID, Family: c.Family, Content: content, Created: at,
		Due: at.Add(s.scaled(backupCreation)), Type: c.Type, Mode: c.Mode}
	r.Backups = append(r.Backups, b)
	s.dirty = true
	return b
}

// capture stores what an HSM holds and names it. HSMs of the same state share a file.
func (s *Service) capture(c *Cluster, of *HSM) (string, error) {
	candidates := c.HSMs
	if of != nil {
		candidates = append([]*HSM{of}, c.HSMs...)
	}
	failed := errors.New("none of its HSMs answers")
	for _, h := range candidates {
		if !h.Running || h.State == CreateInProgress {
			continue
		}
		content, err := s.captureHSM(h)
		if err == nil {
			return content, nil
		}
		failed = err
	}
	return "", failed
}

func (s *Service) captureHSM(h *HSM) (string, error) {
	condition, err := s.lab.Look(h.ID)
	if err != nil {
		return "", err
	}
	if !condition.Reachable {
		return "", fmt.Errorf("HSM %s does not answer", h.ID)
	}
	if last, ok := s.backups[h.ID]; ok && last.change == condition.Change {
		return last.content, nil
	}
	data, err := s.lab.Backup(h.ID)
	if err != nil {
		return "", err
	}
	name, err := s.keep(data)
	if err == nil {
		s.backups[h.ID] = lastBackup{condition.Change, name}
	}
	return name, err
}

// keep stores the content of a backup and names it.
func (s *Service) keep(data []byte) (string, error) {
	sum := sha256.Sum256(data)
	name := "backup-" + hex.EncodeToString(sum[:16])
	if s.contents()[name] {
		return name, nil
	}
	return name, s.lab.Store(name, data)
}

// captureAny is capture of HSMs that need not answer anybody, since the world is just being made.
func (s *Service) captureAny(c *Cluster) (string, error) {
	data, err := s.lab.Backup(c.HSMs[0].ID)
	if err != nil {
		return "", err
	}
	return s.keep(data)
}

// daily makes the backup that each active cluster with HSMs gets every 24 hours.
func (s *Service) daily(r *Region, c *Cluster, at time.Time) {
	s.dirty = true
	c.Daily = at.Add(backupEvery)
	s.backUp(r, c, nil, at)
}

func (s *Service) advanceBackup(r *Region, b *Backup, at time.Time) {
	s.dirty = true
	b.Due = time.Time{}
	switch b.State {
	case CreateInProgress:
		b.State = Ready
		if from := s.state.Regions[b.SourceRegion]; from != nil && !b.Copied.IsZero() && from.backup(b.SourceBackup) == nil {
			s.forget(b, at) // it was deleted while it was copied
		}
	case PendingDeletion:
		s.forget(b, at)
	case Deleted:
		for i := range r.Backups {
			if r.Backups[i] == b {
				r.Backups = append(r.Backups[:i:i], r.Backups[i+1:]...)
				break
			}
		}
	}
}

// forget makes a backup deleted. It is shown for a while.
func (s *Service) forget(b *Backup, at time.Time) {
	s.garbage = append(s.garbage, b.Content)
	b.State, b.Content, b.Due, b.Deleted = Deleted, "", at.Add(listedFor), time.Time{}
}

// purge begins the deletion of a backup.
func (s *Service) purge(b *Backup, at time.Time) {
	s.dirty = true
	b.State, b.Deleted, b.Due = PendingDeletion, at.Add(pendingFor), at.Add(pendingFor)
}

// expiry is when the retention policy purges a backup, the zero time for never: copies and backups that never expire
// stay (user guide, backup retention).
func (r *Region) expiry(b *Backup) time.Time {
	if b.NeverExpires || !b.Copied.IsZero() {
		return time.Time{}
	}
	for _, c := range r.Clusters {
		if c.ID == b.Cluster {
			return later(b.Created.AddDate(0, 0, c.Retention), b.Kept)
		}
	}
	return time.Time{}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// newestBackups is the last backup of each cluster that is ready, which is never purged.
func (r *Region) newestBackups() map[string]*Backup {
	newest := map[string]*Backup{}
	for _, b := range r.Backups {
		if b.State == Ready && b.Copied.IsZero() && (newest[b.Cluster] == nil || !b.Created.Before(newest[b.Cluster].Created)) {
			newest[b.Cluster] = b
		}
	}
	return newest
}
