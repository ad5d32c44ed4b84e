package control

import (
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// ClusterInfo is a cluster as clients see it.
type ClusterInfo struct {
	BackupPolicy          string            `json:"BackupPolicy,omitempty"`
	BackupRetentionPolicy *Retention        `json:"BackupRetentionPolicy,omitempty"`
	ClusterId             string            `json:"ClusterId"`
	CreateTimestamp       shape.Time        `json:"CreateTimestamp"`
	Hsms                  []HsmInfo         `json:"Hsms"`
	HsmType               string            `json:"HsmType,omitempty"`
	SecurityGroup         string            `json:"SecurityGroup,omitempty"`
	SourceBackupId        string            `json:"SourceBackupId,omitempty"`
	State                 string            `json:"State"`
	StateMessage          string            `json:"StateMessage,omitempty"`
	SubnetMapping         map[string]string `json:"SubnetMapping"`
	VpcId                 string            `json:"VpcId,omitempty"`
	NetworkType           string            `json:"NetworkType,omitempty"`
	Certificates          Certificates      `json:"Certificates"`
	TagList               []Tag             `json:"TagList,omitempty"`
	Mode                  string            `json:"Mode,omitempty"`
}

// Certificates are those that prove what an HSM is, before initialisation, and that of the cluster afterwards. All
// are PEM.
type Certificates struct {
	ClusterCsr                      string `json:"ClusterCsr,omitempty"`
	HsmCertificate                  string `json:"HsmCertificate,omitempty"`
	AwsHardwareCertificate          string `json:"AwsHardwareCertificate,omitempty"`
	ManufacturerHardwareCertificate string `json:"ManufacturerHardwareCertificate,omitempty"`
	ClusterCertificate              string `json:"ClusterCertificate,omitempty"`
}

// HsmInfo is an HSM as clients see it.
type HsmInfo struct {
	AvailabilityZone string `json:"AvailabilityZone,omitempty"`
	ClusterId        string `json:"ClusterId,omitempty"`
	SubnetId         string `json:"SubnetId,omitempty"`
	EniId            string `json:"EniId,omitempty"`
	EniIp            string `json:"EniIp,omitempty"`
	HsmId            string `json:"HsmId"`
	HsmType          string `json:"HsmType,omitempty"`
	State            string `json:"State,omitempty"`
	StateMessage     string `json:"StateMessage,omitempty"`
}

// BackupInfo is a backup as clients see it.
type BackupInfo struct {
	BackupId        string      `json:"BackupId"`
	BackupArn       string      `json:"BackupArn,omitempty"`
	BackupState     string      `json:"BackupState,omitempty"`
	ClusterId       string      `json:"ClusterId,omitempty"`
	CreateTimestamp *shape.Time `json:"CreateTimestamp,omitempty"`
	CopyTimestamp   *shape.Time `json:"CopyTimestamp,omitempty"`
	NeverExpires    bool        `json:"NeverExpires"`
	SourceRegion    string      `json:"SourceRegion,omitempty"`
	SourceBackup    string      `json:"SourceBackup,omitempty"`
	SourceCluster   string      `json:"SourceCluster,omitempty"`
	DeleteTimestamp *shape.Time `json:"DeleteTimestamp,omitempty"`
	TagList         []Tag       `json:"TagList,omitempty"`
	HsmType         string      `json:"HsmType,omitempty"`
	Mode            string      `json:"Mode,omitempty"`
}

// Retention is how long backups are kept.
type Retention struct {
	Type  RetentionType `json:"Type"`
	Value string        `json:"Value" pattern:"[0-9]+" len:"1:3"` // days
}

// RetentionType is the unit of a retention.
type RetentionType string

// Values are the units that there are.
func (RetentionType) Values() []string { return []string{"DAYS"} }

// Tag is a tag of a cluster or backup.
type Tag struct {
	Key   string `json:"Key" required:"true" len:"1:128"`
	Value string `json:"Value" len:"0:256"`
}

func (s *Service) describeCluster(c *Cluster) ClusterInfo {
	info := ClusterInfo{
		BackupPolicy: "DEFAULT", BackupRetentionPolicy: &Retention{"DAYS", strconv.Itoa(c.Retention)}, ClusterId: c.ID,
		CreateTimestamp: shape.At(c.Created), Hsms: []HsmInfo{}, HsmType: c.Type, SecurityGroup: c.Group, SourceBackupId: c.SourceBackup,
		State: c.State, StateMessage: c.Message, SubnetMapping: maps.Clone(c.Subnets), VpcId: c.VPC, NetworkType: c.NetworkType,
		Certificates: s.certificates(c), TagList: tagList(c.Tags), Mode: c.Mode,
	}
	for _, h := range c.HSMs {
		info.Hsms = append(info.Hsms, describeHSM(c, h))
	}
	return info
}

func describeHSM(c *Cluster, h *HSM) HsmInfo {
	return HsmInfo{AvailabilityZone: h.Zone, ClusterId: c.ID, SubnetId: h.Subnet, EniId: h.Interface, EniIp: h.Address,
		HsmId: h.ID, HsmType: c.Type, State: h.State, StateMessage: h.Message}
}

// certificates depend on how far a cluster is (user guide, initialize cluster).
func (s *Service) certificates(c *Cluster) Certificates {
	if f := s.state.Families[c.Family]; f != nil {
		return Certificates{ClusterCertificate: CertificatePEM(f.Certificate)}
	}
	h := c.active()
	if h == nil || c.Request == nil || c.State != Uninitialized {
		return Certificates{}
	}
	return Certificates{
		ClusterCsr:     string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: c.Request})),
		HsmCertificate: CertificatePEM(h.Certificate), AwsHardwareCertificate: CertificatePEM(h.HardwareByAWS),
		ManufacturerHardwareCertificate: CertificatePEM(h.Hardware.Certificate),
	}
}

func (s *Service) describeBackup(r *Region, b *Backup) BackupInfo {
	info := BackupInfo{
		BackupId: b.ID, BackupArn: s.backupARN(r, b.ID), BackupState: b.State, ClusterId: b.Cluster, CreateTimestamp: shape.Ref(b.Created),
		CopyTimestamp: shape.Ref(b.Copied), NeverExpires: b.NeverExpires, SourceRegion: b.SourceRegion, SourceBackup: b.SourceBackup,
		DeleteTimestamp: shape.Ref(b.Deleted), TagList: tagList(b.Tags), HsmType: b.Type, Mode: b.Mode,
	}
	if !b.Copied.IsZero() {
		info.SourceCluster = b.Cluster
	}
	return info
}

func (s *Service) backupARN(r *Region, id string) string {
	return fmt.Sprintf("arn:%s:cloudhsm:%s:%s:backup/%s", partitionOf(r.Name), r.Name, s.state.Account, id)
}

// partitionOf is the part of AWS that a region is in.
func partitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	}
	return "aws"
}

// tagList are tags in the order of their keys.
func tagList(tags map[string]string) []Tag {
	var list []Tag
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, Tag{key, tags[key]})
	}
	return list
}

// Filters choose by the values of members: each filter must fit, by any of its values.
type Filters map[string][]string

// fit reports whether something with these values is chosen. All values of a filter that is not among them are wrong.
func (f Filters) fit(values map[string]string) bool {
	for name, wanted := range f {
		if !slices.Contains(wanted, values[name]) {
			return false
		}
	}
	return true
}

func (f Filters) check(names ...string) error {
	if len(f) > 30 {
		return invalid(msgTooManyFilters, len(f))
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if !slices.Contains(names, name) {
			return invalid(msgUnknownFilter, name, strings.Join(names, ", "))
		}
	}
	return nil
}

// page cuts a list for an answer. The token names the last entry of the page before.
func page[T any](list []T, id func(T) string, token string, limit int) ([]T, string, error) {
	if token != "" {
		last, err := base64.RawURLEncoding.DecodeString(token)
		i := slices.IndexFunc(list, func(x T) bool { return id(x) == string(last) })
		if err != nil || i < 0 {
			return nil, "", invalid(msgBadToken)
		}
		list = list[i+1:]
	}
	if len(list) <= limit {
		return list, "", nil
	}
	list = list[:limit]
	return list, base64.RawURLEncoding.EncodeToString([]byte(id(list[limit-1]))), nil
}

// limitOf is how many entries a page has at most.
func limitOf(asked *int, most int) int {
	if asked == nil {
		return most
	}
	return *asked
}
