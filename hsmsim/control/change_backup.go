package control

import (
	"context"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// BackupRequest names a backup.
type BackupRequest struct {
	BackupId string `json:"BackupId" required:"true" pattern:"backup-[0-9a-zA-Z]{11,16}"`
}

// BackupResponse is a backup.
type BackupResponse struct {
	Backup BackupInfo `json:"Backup"`
}

// ModifyBackupAttributesRequest says whether the retention policy leaves a backup alone.
type ModifyBackupAttributesRequest struct {
	BackupId     string `json:"BackupId" required:"true" pattern:"backup-[0-9a-zA-Z]{11,16}"`
	NeverExpires *bool  `json:"NeverExpires" required:"true"`
}

// DeleteBackup lets a backup be gone in seven days.
func (s *Service) DeleteBackup(_ context.Context, c *shape.Call, r BackupRequest) (BackupResponse, error) {
	return s.changeBackup(c, r.BackupId, func(b *Backup) error {
		if b.State != Ready {
			return invalid(msgBackupNotReady, b.ID, b.State)
		}
		s.purge(b, s.lab.Now())
		return nil
	})
}

// RestoreBackup takes the deletion of a backup back. One that its cluster's retention policy has deleted goes again a
// day later unless the policy is changed.
func (s *Service) RestoreBackup(_ context.Context, c *shape.Call, r BackupRequest) (BackupResponse, error) {
	return s.changeBackup(c, r.BackupId, func(b *Backup) error {
		if b.State != PendingDeletion {
			return invalid(msgBackupNotPending, b.ID, b.State)
		}
		b.State, b.Deleted, b.Due = Ready, time.Time{}, time.Time{}
		b.Kept = s.lab.Now().Add(backupEvery)
		return nil
	})
}

// ModifyBackupAttributes makes the retention policy leave a backup alone, or not any more.
func (s *Service) ModifyBackupAttributes(_ context.Context, c *shape.Call, r ModifyBackupAttributesRequest) (BackupResponse, error) {
	return s.changeBackup(c, r.BackupId, func(b *Backup) error {
		b.NeverExpires = *r.NeverExpires
		return nil
	})
}

// changeBackup does something with a backup and describes it.
func (s *Service) changeBackup(c *shape.Call, id string, change func(*Backup) error) (answer BackupResponse, err error) {
	s.enter()
	defer s.leave(&err)
	region := s.region(c.Region)
	b := region.backup(id)
	if b == nil {
		return answer, noBackup(id)
	}
	if err := change(b); err != nil {
		return answer, err
	}
	s.dirty = true
	return BackupResponse{s.describeBackup(region, b)}, nil
}
