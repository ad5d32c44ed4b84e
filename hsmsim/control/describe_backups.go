package control

import (
	"context"
	"slices"
	"strconv"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// DescribeBackupsRequest chooses backups.
type DescribeBackupsRequest struct {
	Filters       Filters `json:"Filters"`
	NextToken     string  `json:"NextToken" len:"0:256"`
	MaxResults    *int    `json:"MaxResults" range:"1:50"`
	SortAscending *bool   `json:"SortAscending"`
	Shared        *bool   `json:"Shared"`
}

// DescribeBackupsResponse are the backups that were chosen.
type DescribeBackupsResponse struct {
	Backups   []BackupInfo `json:"Backups"`
	NextToken string       `json:"NextToken,omitempty"`
}

// DescribeBackups lists backups by the time of their creation, the newest first. Nobody shares backups with the
// account.
func (s *Service) DescribeBackups(_ context.Context, c *shape.Call, r DescribeBackupsRequest) (answer DescribeBackupsResponse, err error) {
	s.enter()
	defer s.leave(&err)
	if err := r.Filters.check("backupIds", "sourceBackupIds", "clusterIds", "states", "neverExpires"); err != nil {
		return answer, err
	}
	region := s.region(c.Region)
	var list []*Backup
	for _, b := range region.Backups {
		shared := r.Shared != nil && *r.Shared
		if !shared && r.Filters.fit(map[string]string{"backupIds": b.ID, "sourceBackupIds": b.SourceBackup, "clusterIds": b.Cluster,
			"states": b.State, "neverExpires": strconv.FormatBool(b.NeverExpires)}) {
			list = append(list, b)
		}
	}
	slices.SortStableFunc(list, func(a, b *Backup) int { return a.Created.Compare(b.Created) })
	if r.SortAscending == nil || !*r.SortAscending {
		slices.Reverse(list)
	}
	list, answer.NextToken, err = page(list, func(b *Backup) string { return b.ID }, r.NextToken, limitOf(r.MaxResults, maxBackupPage))
	answer.Backups = []BackupInfo{}
	for _, b := range list {
		answer.Backups = append(answer.Backups, s.describeBackup(region, b))
	}
	return answer, err
}
