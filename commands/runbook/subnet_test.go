package runbook

import (
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

func TestSubnet(t *testing.T) {
	view := &lab.View{Clusters: []lab.ClusterView{{ID: "cluster-1", Subnets: []lab.SubnetView{
		{ID: "subnet-a", Zone: "a", Free: 2, Interfaces: []string{"web", "web", "db"}}, {ID: "subnet-b", Zone: "b", Gone: true}}}}}
	for _, test := range []struct {
		name      string
		condition Subnet
		want      string
	}{
		{"enough addresses", Subnet{Zone: "a", Free: 2}, ""},
		{"too few addresses", Subnet{Zone: "a", Free: 3}, "subnet subnet-a has 2 free addresses, not 3"},
		{"a subnet that was deleted", Subnet{Zone: "b"}, "subnet subnet-b is gone"},
		{"no subnet there", Subnet{Zone: "c"}, "cluster cluster-1 has no subnet in c"},
		{"as many interfaces", Subnet{Zone: "a", Interfaces: map[string]int{"web": 2, "db": 1, "other": 0}}, ""},
		{"fewer interfaces", Subnet{Zone: "a", Interfaces: map[string]int{"web": 3}}, "subnet subnet-a has 2 network interfaces web, not 3"},
		{"more interfaces", Subnet{Zone: "a", Interfaces: map[string]int{"db": 0}}, "subnet subnet-a has 1 network interface db, not 0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if is := test.condition.wrong(t.Context(), &World{View: view}); is != test.want {
				t.Errorf("%q, not %q", is, test.want)
			}
		})
	}
}
