package lab

import (
	"fmt"
	"net/netip"

	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/ids"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
	"github.com/hsmlab/hsmlab/hsmsim/store"
)

// founding is a scenario as the CloudHSM service understands it. HSMs without an id get one.
func founding(w *scenario.World) control.World {
	world := control.World{Account: w.Account, Region: w.Region, Speed: w.Speed, Seed: ids.Seed(w.Seed)}
	for i := range w.Clusters {
		c := &w.Clusters[i]
		f := control.Founded{ID: c.ID, ClonedFrom: c.ClonedFrom, Activated: activated(c)}
		for _, s := range c.Subnets {
			f.Subnets = append(f.Subnets, control.FoundedSubnet{ID: s.ID, Zone: s.Zone, CIDR: netip.MustParsePrefix(s.CIDR)})
		}
		for j := range c.HSMs {
			h := &c.HSMs[j]
			f.HSMs = append(f.HSMs, control.FoundedHSM{ID: h.ID, Zone: h.Zone, Address: h.Address, Node: h.Node})
		}
		for _, b := range c.Backups {
			f.Backups = append(f.Backups, control.FoundedBackup{ID: b.ID, Age: b.Age})
		}
		world.Clusters = append(world.Clusters, f)
	}
	return world
}

// activated reports whether a cluster has an officer who is not the PRECO.
func activated(c *scenario.Cluster) bool {
	lists := [][]scenario.User{c.Users}
	for i := range c.HSMs {
		lists = append(lists, c.UsersOn(&c.HSMs[i]))
	}
	for _, users := range lists {
		for _, u := range users {
			if u.Type == scenario.CO || u.Type == scenario.PCO {
				return true
			}
		}
	}
	return false
}

// found makes the service of a new world, and names its HSMs.
func (l *Lab) found(h hardware) (control.World, error) {
	world := founding(l.world)
	var err error
	if l.cloud, err = control.Found(h, l.log, world); err != nil {
		return world, err
	}
	nodes := l.cloud.Nodes()
	for i := range l.world.Clusters {
		for _, sc := range l.world.Clusters[i].HSMs {
			l.manifest.HSMs[nodes[0].ID] = hsmManifest{Name: sc.Name, State: sc.State}
			nodes = nodes[1:]
		}
	}
	return world, nil
}

// absent is what an HSM of a cluster that has none would hold.
func (l *Lab) absent(cluster string, family *control.Family) ([]byte, error) {
	c := *l.scenarioCluster(cluster)
	c.HSMs = []scenario.HSM{{Node: 0}}
	device, err := hsm.Open(hsm.Options{Identity: hsm.Identity{Cluster: cluster}, Family: hsm.Family{MaskingKey: family.MaskingKey, Salt: family.Salt},
		Journal: store.Memory(), Clock: l.clock, MaxKeys: c.MaxKeys})
	if err != nil {
		return nil, fmt.Errorf("cannot make the backup of cluster %s: %w", cluster, err)
	}
	if err := provision(&c, l.world.Generation, []*node{{hsm: device}}, l.secrets[cluster]); err != nil {
		return nil, err
	}
	return device.Backup(), nil
}
