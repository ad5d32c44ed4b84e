package control

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// ModifyClusterRequest changes how long backups are kept, or the type of the HSMs.
type ModifyClusterRequest struct {
	ClusterId             string     `json:"ClusterId" required:"true" pattern:"cluster-[0-9a-zA-Z]{11,16}"`
	BackupRetentionPolicy *Retention `json:"BackupRetentionPolicy"`
	HsmType               string     `json:"HsmType" pattern:"((p|)hsm[0-9][a-z.]*\\.[a-zA-Z]+)" len:"0:32"`
}

// ModifyCluster changes a cluster. The type of its HSMs cannot be changed in the lab.
func (s *Service) ModifyCluster(_ context.Context, c *shape.Call, r ModifyClusterRequest) (answer ClusterResponse, err error) {
	s.enter()
	defer s.leave(&err)
	cluster := s.region(c.Region).cluster(r.ClusterId)
	switch {
	case cluster == nil:
		return answer, noCluster(r.ClusterId)
	case r.BackupRetentionPolicy == nil && r.HsmType == "":
		return answer, invalid(msgNothingToModify)
	case r.HsmType != "" && r.HsmType != cluster.Type:
		return answer, invalid(msgUnsupportedType)
	case cluster.State == DeleteInProgress:
		return answer, invalid(msgClusterGoing, cluster.ID, cluster.State)
	}
	days, err := retentionOf(r.BackupRetentionPolicy, cluster.Retention)
	if err != nil {
		return answer, err
	}
	cluster.Retention, s.dirty = days, true
	s.run() // a backup may be too old now
	return ClusterResponse{s.describeCluster(cluster)}, nil
}
