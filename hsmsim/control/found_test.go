package control_test

import (
	"encoding/json"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
)

func TestEveryClusterOfAScenarioHasSubnetsInThreeZones(t *testing.T) {
	w := run(t, still+`clusters:
  - hsms: [{node: 0, address: 10.0.1.1}]
  - {id: cluster-bbbbbbbbbbb, hsms: [{node: 0, address: 10.0.1.9, zone: eu-west-1b}, {node: 1, address: 10.0.9.9, zone: eu-west-1b}]}
  - {id: cluster-ccccccccccc}
  - {id: cluster-ddddddddddd, cloned_from: cluster-1a23b4cdefg, users: [{id: 1, type: CO, name: admin, password: adminpw1}]}
`)
	cidr := map[string]netip.Prefix{}
	for _, s := range ec2(w, (*control.Network).DescribeSubnets, control.DescribeSubnetsRequest{}).Subnets {
		cidr[s.SubnetId] = netip.MustParsePrefix(s.CidrBlock)
	}
	for id, state := range map[string]string{mainCluster: "INITIALIZED", "cluster-bbbbbbbbbbb": "INITIALIZED", "cluster-ccccccccccc": "UNINITIALIZED", "cluster-ddddddddddd": "ACTIVE"} {
		c := w.cluster(id)
		if c.State != state || len(c.SubnetMapping) != 3 {
			t.Errorf("%s is %s with the subnets %v", id, c.State, c.SubnetMapping)
		}
		for _, h := range c.Hsms {
			if !cidr[h.SubnetId].Contains(netip.MustParseAddr(h.EniIp)) || c.SubnetMapping[h.AvailabilityZone] != h.SubnetId {
				t.Errorf("%+v is not in %v", h, cidr[h.SubnetId])
			}
		}
	}
	a, b := w.cluster(mainCluster), w.cluster("cluster-ddddddddddd")
	if a.Certificates != b.Certificates || a.Certificates == w.cluster("cluster-bbbbbbbbbbb").Certificates {
		t.Error("a clone has another certificate than its source, or a stranger the same")
	}
	w.createHSM("cluster-ddddddddddd", region+"c")
	w.createHSM("cluster-ccccccccccc", region+"a")
	w.settle()
	for _, id := range []string{"cluster-ddddddddddd", "cluster-ccccccccccc"} {
		for address, state := range w.states(id) {
			if state != "ACTIVE" {
				t.Errorf("%s of %s is %s", address, id, state)
			}
		}
	}
}

func TestWorldsOfAllSizesStart(t *testing.T) {
	for _, hsms := range []int{1, 2, 28} {
		l := labtest.Run(t, labtest.Cluster(hsms, 100))
		c, ok := l.Control().Cluster(region, mainCluster)
		if !ok || len(c.HSMs) != hsms || c.Zones != 3 || !l.Control().Open(region, mainCluster) {
			t.Errorf("%d HSMs: %+v", hsms, c)
		}
	}
}

func TestTwoLabsOfAScenarioHaveTheSameIDs(t *testing.T) {
	show := func() string {
		w := run(t, three)
		answer := ec2(w, (*control.Network).DescribeNetworkInterfaces, control.DescribeNetworkInterfacesRequest{})
		c := w.cluster(mainCluster)
		c.Certificates = control.Certificates{}
		b, err := json.MarshalIndent([]any{c, answer, w.acl(), w.subnets("us-east-1")}, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if diff := cmp.Diff(show(), show()); diff != "" {
		t.Error(diff)
	}
}
