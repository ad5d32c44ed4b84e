package control

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// DeleteHsmRequest names an HSM by one of its id, its interface and its address.
type DeleteHsmRequest struct {
	ClusterId string `json:"ClusterId" required:"true" pattern:"cluster-[0-9a-zA-Z]{11,16}"`
	HsmId     string `json:"HsmId" pattern:"hsm-[0-9a-zA-Z]{11,16}"`
	EniId     string `json:"EniId" pattern:"eni-[0-9a-fA-F]{8,17}"`
	EniIp     string `json:"EniIp" pattern:"\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}"`
}

// DeleteHsmResponse is the HSM that is being deleted.
type DeleteHsmResponse struct {
	HsmId string `json:"HsmId"`
}

// DeleteHsm makes a backup of an active cluster and deletes one of its HSMs.
func (s *Service) DeleteHsm(_ context.Context, c *shape.Call, r DeleteHsmRequest) (answer DeleteHsmResponse, err error) {
	s.enter()
	defer s.leave(&err)
	given := 0
	for _, name := range []string{r.HsmId, r.EniId, r.EniIp} {
		if name != "" {
			given++
		}
	}
	if given != 1 {
		return answer, invalid(msgOneHSMName)
	}
	region := s.region(c.Region)
	cluster := region.cluster(r.ClusterId)
	if cluster == nil {
		return answer, noCluster(r.ClusterId)
	}
	var h *HSM
	for _, x := range cluster.HSMs {
		if x.ID == r.HsmId || x.Interface == r.EniId || x.Address == r.EniIp {
			h = x
		}
	}
	switch {
	case h == nil:
		return answer, shape.Errorf(notFound, msgNoHSM, r.HsmId+r.EniId+r.EniIp, cluster.ID)
	case h.State != Active && h.State != Degraded:
		return answer, invalid(msgHSMBusy, h.ID, h.State)
	case cluster.State == InitializeInProgress:
		return answer, invalid(msgClusterGoing, cluster.ID, cluster.State)
	}
	now := s.lab.Now()
	if cluster.State == Active {
		s.backUp(region, cluster, h, now)
	}
	h.State, h.Message = DeleteInProgress, ""
	h.Due = now.Add(s.scaled(hsmDeletion))
	s.dirty = true
	return DeleteHsmResponse{h.ID}, nil
}
