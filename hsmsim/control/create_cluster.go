package control

import (
	"context"
	"strconv"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// Quotas of an account in a region (user guide, quotas).
const (
	maxClusters      = 4
	maxHSMs          = 6
	maxHSMsOfCluster = 28
	maxTags          = 50
	minRetention     = 7
	maxRetention     = 379
	typeWithMode     = "hsm2m.medium"
	modeFIPS         = "FIPS"
	networkIPv4      = "IPV4"
	networkDual      = "DUALSTACK"
	modeNonFIPS      = "NON_FIPS"
	maxClusterPage   = 25
	maxBackupPage    = 50
	maxTagPage       = 100
)

// CreateClusterRequest describes a new cluster.
type CreateClusterRequest struct {
	HsmType               string      `json:"HsmType" required:"true" pattern:"((p|)hsm[0-9][a-z.]*\\.[a-zA-Z]+)" len:"0:32"`
	SubnetIds             []string    `json:"SubnetIds" required:"true" len:"1:10"`
	SourceBackupId        string      `json:"SourceBackupId" pattern:"(arn:aws(-(us-gov|cn))?:cloudhsm:[a-z0-9-]+:[0-9]{12}:backup/)?backup-[0-9a-zA-Z]{11,16}"`
	BackupRetentionPolicy *Retention  `json:"BackupRetentionPolicy"`
	NetworkType           NetworkType `json:"NetworkType"`
	TagList               []Tag       `json:"TagList" len:"0:50"`
	Mode                  Mode        `json:"Mode"`
}

// NetworkType is the kind of addresses that HSMs have.
type NetworkType string

// Values are the kinds that there are.
func (NetworkType) Values() []string { return []string{networkIPv4, networkDual} }

// Mode is whether HSMs keep to FIPS.
type Mode string

// Values are the modes that there are.
func (Mode) Values() []string { return []string{modeFIPS, modeNonFIPS} }

// ClusterResponse is a cluster.
type ClusterResponse struct {
	Cluster ClusterInfo `json:"Cluster"`
}

// CreateCluster makes a cluster without HSMs: a new one, or one that shares its history with a backup.
func (s *Service) CreateCluster(_ context.Context, c *shape.Call, r CreateClusterRequest) (answer ClusterResponse, err error) {
	s.enter()
	defer s.leave(&err)
	region := s.region(c.Region)
	now := s.lab.Now()
	made := &Cluster{ID: s.newID("cluster-"), State: CreateInProgress, Created: now, Due: now.Add(s.scaled(clusterCreation)), Type: r.HsmType,
		Mode: modeFIPS, NetworkType: networkIPv4, Retention: defaultRetention, Tags: tagMap(r.TagList)}
	if r.Mode != "" {
		made.Mode = string(r.Mode)
	}
	if r.NetworkType != "" {
		made.NetworkType = string(r.NetworkType)
	}
	if err := checkType(r.HsmType, r.Mode); err != nil {
		return answer, err
	}
	if made.Retention, err = retentionOf(r.BackupRetentionPolicy, defaultRetention); err != nil {
		return answer, err
	}
	if made.VPC, made.Subnets, err = region.Network.mapping(r.SubnetIds); err != nil {
		return answer, err
	}
	if err := s.setSource(region, made, r.SourceBackupId); err != nil {
		return answer, err
	}
	count := 0
	for _, other := range region.Clusters {
		if other.State != Deleted {
			count++
		}
	}
	if count >= maxClusters {
		return answer, shape.Errorf(limitExceeded, msgTooManyClusters, maxClusters)
	}
	made.Group = s.addGroup(&region.Network, made.VPC, made.ID).ID
	region.Clusters = append(region.Clusters, made)
	s.dirty = true
	return ClusterResponse{s.describeCluster(made)}, nil
}

func checkType(name string, mode Mode) error {
	switch {
	case name == typeWithMode && mode == "":
		return invalid(msgModeRequired)
	case name != defaultType && name != typeWithMode:
		return invalid(msgUnsupportedType)
	case name == defaultType && mode == modeNonFIPS:
		return invalid(msgModeNotSupported, mode, name)
	}
	return nil
}

// retentionOf is a number of days, the one that is given or that of old.
func retentionOf(r *Retention, old int) (int, error) {
	if r == nil {
		return old, nil
	}
	days, err := strconv.Atoi(r.Value)
	if err != nil || days < minRetention || days > maxRetention {
		return 0, invalid(msgBadRetention, minRetention, maxRetention)
	}
	return days, nil
}

// mapping finds the subnets of a new cluster: of one VPC, at most one in each zone.
func (n *Net) mapping(ids []string) (vpc string, zones map[string]string, err error) {
	zones = map[string]string{}
	for _, id := range ids {
		subnet := n.subnet(id)
		switch {
		case subnet == nil:
			return "", nil, invalid(msgNoSubnet, id)
		case vpc != "" && subnet.VPC != vpc:
			return "", nil, invalid(msgSubnetsOfVPCs)
		case zones[subnet.Zone] != "":
			return "", nil, invalid(msgTwoSubnetsInZone, subnet.Zone)
		}
		vpc, zones[subnet.Zone] = subnet.VPC, id
	}
	return vpc, zones, nil
}

// setSource gives a new cluster the backup that it is made from, if there is one.
func (s *Service) setSource(r *Region, c *Cluster, id string) error {
	if id == "" {
		return nil
	}
	id = id[strings.LastIndex(id, "/")+1:]
	b := r.backup(id)
	if b == nil {
		return noBackup(id)
	}
	if b.State != Ready {
		return invalid(msgBackupNotReady, id, b.State)
	}
	c.SourceBackup, c.Content, c.Family = id, b.Content, b.Family
	return nil
}

func tagMap(list []Tag) map[string]string {
	tags := map[string]string{}
	for _, t := range list {
		tags[t.Key] = t.Value
	}
	return tags
}
