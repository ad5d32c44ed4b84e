package runbook

import (
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// HSMs in one zone fail together, and those that do not answer hold nothing up.
func TestClusterZones(t *testing.T) {
	hsms := func(zones ...string) []lab.HSMView {
		list := []lab.HSMView{{Zone: "eu-west-1c", State: "refused"}}
		for _, z := range zones {
			list = append(list, lab.HSMView{Zone: z, State: "up"})
		}
		return list
	}
	two := 2
	for _, test := range []struct {
		name string
		hsms []lab.HSMView
		want string
	}{
		{"one each", hsms("eu-west-1a", "eu-west-1b"), ""},
		{"both in one", hsms("eu-west-1a", "eu-west-1a"), "the HSMs of cluster cluster-x that answer are in 1 zone, not 2"},
		{"none", hsms(), "the HSMs of cluster cluster-x that answer are in 0 zones, not 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := &World{View: &lab.View{Clusters: []lab.ClusterView{{ID: "cluster-x", HSMs: test.hsms}}}}
			if got := (&Cluster{Zones: &two}).wrong(t.Context(), w); got != test.want {
				t.Errorf("wrong is %q, not %q", got, test.want)
			}
		})
	}
}
