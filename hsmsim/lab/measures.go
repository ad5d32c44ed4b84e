package lab

import (
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/trail"
)

// measures is the lab as CloudWatch sees it.
type measures struct{ l *Lab }

var _ trail.MetricSource = measures{}

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

// Expirations lists imported key material that expires.
func (m measures) Expirations() []trail.Expiration { return m.l.services.kms.Expirations() }
