package runbook

import (
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// A person may have made more than one cluster on the way. What counts is the one that the key store has.
func TestNewCluster(t *testing.T) {
	clusters := []lab.ClusterView{{ID: "cluster-old"}, {ID: "cluster-attempt"}, {ID: "cluster-right"}}
	for _, test := range []struct {
		name, id  string
		clusters  []lab.ClusterView
		ofStore   string
		want, why string
	}{
		{"none was made", newCluster, clusters[:1], "cluster-old", "", "there is no new cluster"},
		{"the only one", newCluster, clusters[:2], "cluster-old", "cluster-attempt", ""},
		{"the first of those without a key store", newCluster, clusters, "cluster-old", "cluster-attempt", ""},
		{"the one with the key store", newCluster, clusters, "cluster-right", "cluster-right", ""},
		{"by id", "cluster-attempt", clusters, "cluster-right", "cluster-attempt", ""},
		{"by an id that there is not", "cluster-gone", clusters, "cluster-right", "", "there is no cluster cluster-gone"},
		{"the first", "", clusters, "cluster-right", "cluster-old", ""},
		{"no cluster at all", "", nil, "cluster-old", "", "there is no cluster"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := &World{View: &lab.View{Clusters: test.clusters, Stores: []lab.StoreView{{Cluster: test.ofStore}}}, Founded: []string{"cluster-old"}}
			c, why := w.cluster(test.id)
			is := ""
			if c != nil {
				is = c.ID
			}
			if is != test.want || why != test.why {
				t.Errorf("cluster %q is %q (%s), not %q (%s)", test.id, is, why, test.want, test.why)
			}
		})
	}
}
