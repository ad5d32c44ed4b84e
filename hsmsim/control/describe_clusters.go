package control

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// DescribeClustersRequest chooses clusters.
type DescribeClustersRequest struct {
	Filters    Filters `json:"Filters"`
	NextToken  string  `json:"NextToken" len:"0:256"`
	MaxResults *int    `json:"MaxResults" range:"1:25"`
}

// DescribeClustersResponse are the clusters that were chosen.
type DescribeClustersResponse struct {
	Clusters  []ClusterInfo `json:"Clusters"`
	NextToken string        `json:"NextToken,omitempty"`
}

// DescribeClusters lists clusters in order of creation; deleted ones are among them for a while.
func (s *Service) DescribeClusters(_ context.Context, c *shape.Call, r DescribeClustersRequest) (answer DescribeClustersResponse, err error) {
	s.enter()
	defer s.leave(&err)
	if err := r.Filters.check("clusterIds", "vpcIds", "states"); err != nil {
		return answer, err
	}
	var list []*Cluster
	for _, x := range s.region(c.Region).Clusters {
		if !x.Unlisted && r.Filters.fit(map[string]string{"clusterIds": x.ID, "vpcIds": x.VPC, "states": x.State}) {
			list = append(list, x)
		}
	}
	list, answer.NextToken, err = page(list, func(x *Cluster) string { return x.ID }, r.NextToken, limitOf(r.MaxResults, maxClusterPage))
	answer.Clusters = []ClusterInfo{}
	for _, x := range list {
		answer.Clusters = append(answer.Clusters, s.describeCluster(x))
	}
	return answer, err
}
