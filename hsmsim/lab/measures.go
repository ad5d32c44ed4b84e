package lab

import (
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/trail"
)

// measures is the lab as CloudWatch and CloudWatch Logs see it.
type measures struct{ l *Lab }

var (
	_ trail.MetricSource = measures{}
	_ trail.AuditSource  = measures{}
)

// HSMs measures every HSM.
func (m measures) HSMs() []trail.Sample {
	regions := map[string]string{}
	for _, c := range m.l.cloud.Overview() {
		regions[c.ID] = c.Region
	}
	m.l.mu.Lock()
	defer m.l.mu.Unlock()
	var list []trail.Sample
	for _, n := range m.l.nodes {
		p := n.hsm.Status().Partition
		in, out := n.octets()
		list = append(list, trail.Sample{
			Region: regions[n.spec.Cluster], Cluster: n.spec.Cluster, HSM: n.spec.ID, Unhealthy: !n.reachable(), Temperature: hsm.Temperature,
			SessionKeys: p.SessionKeys, TokenKeys: p.TokenKeys, Channels: p.Sessions, Sessions: p.Sessions,
			UsersAvailable: p.MaxUsers - p.Users, UsersMax: p.MaxUsers, OctetsIn: in, OctetsOut: out,
		})
	}
	return list
}

// AuditLogs are the audit logs of a region's HSMs.
func (m measures) AuditLogs(region string) []trail.AuditLog {
	var list []trail.AuditLog
	for _, s := range m.l.cloud.Streams(region) {
		list = append(list, trail.AuditLog{Cluster: s.Cluster, HSM: s.HSM, ClusterCreated: s.Founded, Reboots: rebootCounter, Records: func() []hsm.AuditRecord {
			records, err := s.Records()
			if err != nil {
				m.l.log.Error("an audit log cannot be read", "hsm", s.HSM, "error", err)
			}
			return records
		}})
	}
	return list
}

// rebootCounter is what every record shows: the HSMs of a lab have never been rebooted more often.
const rebootCounter = 0xe8

// Expirations lists imported key material that expires.
func (m measures) Expirations() []trail.Expiration { return m.l.services.kms.Expirations() }
