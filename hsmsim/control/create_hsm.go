package control

import (
	"context"
	"errors"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// CreateHsmRequest says where an HSM is to be.
type CreateHsmRequest struct {
	ClusterId        string `json:"ClusterId" required:"true" pattern:"cluster-[0-9a-zA-Z]{11,16}"`
	AvailabilityZone string `json:"AvailabilityZone" required:"true" pattern:"[a-z]{2}(-(gov))?-(east|west|north|south|central){1,2}-\\d[a-z]"`
	IpAddress        string `json:"IpAddress" pattern:"\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}"`
}

// CreateHsmResponse is the new HSM.
type CreateHsmResponse struct {
	Hsm HsmInfo `json:"Hsm"`
}

// CreateHsm adds an HSM to a cluster. That of a cluster with others gets what a backup holds that is made of them now;
// what changes on them until the HSM has joined is missing on it, but for token keys, which are synchronised later.
func (s *Service) CreateHsm(_ context.Context, c *shape.Call, r CreateHsmRequest) (answer CreateHsmResponse, err error) {
	s.enter()
	defer s.leave(&err)
	region := s.region(c.Region)
	cluster := region.cluster(r.ClusterId)
	if cluster == nil {
		return answer, noCluster(r.ClusterId)
	}
	if err := s.mayCreateHSM(region, cluster, r); err != nil {
		return answer, err
	}
	wanted, ok := address(r.IpAddress)
	if !ok {
		return answer, invalid(msgBadAddress, r.IpAddress)
	}
	now := s.lab.Now()
	h := &HSM{ID: s.newID("hsm-"), State: CreateInProgress, Zone: r.AvailabilityZone, Subnet: cluster.Subnets[r.AvailabilityZone],
		Node: cluster.freeNode(), Due: now.Add(s.scaled(hsmCreation))}
	before := len(region.Network.Interfaces)
	placed, err := s.place(region, Interface{Subnet: h.Subnet, Address: wanted, Description: interfaceDescription(h.ID),
		Groups: []string{cluster.Group}, Requester: requesterHSM})
	if err != nil {
		return answer, notPlaced(err, h.Subnet, r.IpAddress)
	}
	h.Interface, h.Address = placed.ID, placed.Address.String()
	if cluster.State == Active {
		if h.Content, err = s.contentFor(region, cluster); err != nil {
			region.Network.Interfaces = region.Network.Interfaces[:before]
			return answer, internal(err)
		}
	}
	cluster.HSMs = append(cluster.HSMs, h)
	s.dirty = true
	return CreateHsmResponse{describeHSM(cluster, h)}, nil
}

func (s *Service) mayCreateHSM(r *Region, c *Cluster, asked CreateHsmRequest) error {
	subnet, mapped := c.Subnets[asked.AvailabilityZone]
	switch {
	case (c.State == Uninitialized || c.State == Initialized || c.State == InitializeInProgress) && len(c.HSMs) > 0:
		return invalid(msgNotActivated, c.ID)
	case c.State != Active && c.State != Uninitialized:
		return invalid(msgNotReadyForHSMs, c.ID, c.State)
	case !mapped:
		return invalid(msgZoneNotMapped, asked.AvailabilityZone, c.ID)
	case r.Network.subnet(subnet) == nil:
		return invalid(msgNoSubnet, subnet)
	case len(c.HSMs) >= maxHSMsOfCluster:
		return shape.Errorf(limitExceeded, msgTooManyHSMsOfCluster, c.ID, maxHSMsOfCluster)
	}
	count := 0
	for _, other := range r.Clusters {
		count += len(other.HSMs)
	}
	if count >= maxHSMs {
		return shape.Errorf(limitExceeded, msgTooManyHSMs, maxHSMs)
	}
	return nil
}

func notPlaced(err error, subnet, asked string) error {
	switch {
	case errors.Is(err, errAddressTaken):
		return invalid(msgAddressTaken, asked)
	case errors.Is(err, errAddressOutside):
		return invalid(msgAddressOutside, asked, subnet)
	}
	return invalid(msgSubnetFull, subnet)
}

// freeNode is the lowest node id that no HSM of the cluster has.
func (c *Cluster) freeNode() int {
	taken := map[int]bool{}
	for _, h := range c.HSMs {
		taken[h.Node] = true
	}
	node := 0
	for taken[node] {
		node++
	}
	return node
}

// contentFor is what a new HSM of an active cluster is to hold: a fresh backup of the others; without others, or while
// none of them answers, the last backup.
func (s *Service) contentFor(r *Region, c *Cluster) (string, error) {
	if len(c.HSMs) > 0 {
		if b := s.backUp(r, c, nil, s.lab.Now()); b != nil {
			return b.Content, nil
		}
	}
	var last *Backup
	for _, b := range r.Backups {
		if b.Cluster == c.ID && b.Copied.IsZero() && (b.State == Ready || b.State == CreateInProgress) &&
			(last == nil || !b.Created.Before(last.Created)) {
			last = b
		}
	}
	switch {
	case last != nil:
		return last.Content, nil
	case c.Content != "":
		return c.Content, nil
	}
	return "", errors.New(msgNoBackupLeft)
}
