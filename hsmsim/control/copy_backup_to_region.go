package control

import (
	"context"
	"maps"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// CopyBackupToRegionRequest says which backup is to be copied where.
type CopyBackupToRegionRequest struct {
	DestinationRegion string `json:"DestinationRegion" required:"true" pattern:"[a-z]{2}(-(gov))?-(east|west|north|south|central){1,2}-\\d"`
	BackupId          string `json:"BackupId" required:"true" pattern:"backup-[0-9a-zA-Z]{11,16}"`
	TagList           []Tag  `json:"TagList" len:"0:50"`
}

// CopyBackupToRegionResponse says what the copy is of.
type CopyBackupToRegionResponse struct {
	DestinationBackup DestinationBackup `json:"DestinationBackup"`
}

// DestinationBackup is where a copy comes from.
type DestinationBackup struct {
	CreateTimestamp *shape.Time `json:"CreateTimestamp,omitempty"`
	SourceRegion    string      `json:"SourceRegion,omitempty"`
	SourceBackup    string      `json:"SourceBackup,omitempty"`
	SourceCluster   string      `json:"SourceCluster,omitempty"`
}

// CopyBackupToRegion copies a backup. No retention policy applies to the copy.
func (s *Service) CopyBackupToRegion(_ context.Context, c *shape.Call, r CopyBackupToRegionRequest) (answer CopyBackupToRegionResponse, err error) {
	s.enter()
	defer s.leave(&err)
	b := s.region(c.Region).backup(r.BackupId)
	switch {
	case b == nil:
		return answer, noBackup(r.BackupId)
	case b.State == CreateInProgress:
		return answer, invalid(msgBackupNotReady, b.ID, b.State)
	case r.DestinationRegion == c.Region:
		return answer, invalid(msgSameRegion, c.Region)
	case partitionOf(r.DestinationRegion) != partitionOf(c.Region):
		return answer, invalid(msgOtherPartition, r.DestinationRegion)
	}
	tags := maps.Clone(b.Tags)
	if len(r.TagList) > 0 {
		tags = tagMap(r.TagList)
	}
	now := s.lab.Now()
	to := s.region(r.DestinationRegion)
	to.Backups = append(to.Backups, &Backup{ID: s.newID("backup-"), State: CreateInProgress, Cluster: b.Cluster, Family: b.Family,
		Content: b.Content, Created: b.Created, Copied: now, Due: now.Add(s.scaled(copyToRegion)), SourceRegion: c.Region, SourceBackup: b.ID,
		Type: b.Type, Mode: b.Mode, Tags: tags})
	s.dirty = true
	return CopyBackupToRegionResponse{DestinationBackup{shape.Ref(b.Created), c.Region, b.ID, b.Cluster}}, nil
}
