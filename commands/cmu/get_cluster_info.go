package cmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

const (
	clusterInfoHeading = "Cluster info from server %d(%s):\n"
	clusterInfoHeader  = "Node Id \tHostname\t\tPort\n"
	clusterInfoRow     = "%d\t\t%s\t\t%d\n"
)

// getClusterInfo shows what each HSM knows of its cluster, so that HSMs come to light that are missing in the
// configuration file. Node ids begin at 1 here.
func getClusterInfo(ctx context.Context, c *console, _ []string) error {
	for a := range everywhere(ctx, c, wire.Members, hsm.Done{}) {
		if !succeeded(c, "getClusterInfo", a) {
			continue
		}
		c.printf(clusterInfoHeading, a.Server.Number, a.Server.Name)
		c.print(clusterInfoHeader)
		for _, m := range a.Value {
			c.printf(clusterInfoRow, m.Node+1, m.Address, a.Server.Port)
		}
	}
	return nil
}
