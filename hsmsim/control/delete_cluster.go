package control

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// ClusterRequest names a cluster.
type ClusterRequest struct {
	ClusterId string `json:"ClusterId" required:"true" pattern:"cluster-[0-9a-zA-Z]{11,16}"`
}

// DeleteCluster deletes a cluster that has no HSMs. Its backups stay.
func (s *Service) DeleteCluster(_ context.Context, c *shape.Call, r ClusterRequest) (answer ClusterResponse, err error) {
	s.enter()
	defer s.leave(&err)
	cluster := s.region(c.Region).cluster(r.ClusterId)
	switch {
	case cluster == nil:
		return answer, noCluster(r.ClusterId)
	case len(cluster.HSMs) > 0:
		return answer, invalid(msgClusterHasHSMs, cluster.ID)
	case cluster.State == DeleteInProgress:
		return answer, invalid(msgClusterGoing, cluster.ID, cluster.State)
	}
	cluster.State, cluster.Message = DeleteInProgress, msgDeletingCluster
	cluster.Due = s.lab.Now().Add(s.scaled(clusterDeletion))
	s.dirty = true
	return ClusterResponse{s.describeCluster(cluster)}, nil
}
