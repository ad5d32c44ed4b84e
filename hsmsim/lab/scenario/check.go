package scenario

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/ids"
)

var (
	regionName  = pattern(`^[a-z]{2}(-[a-z]{1,12}){1,3}-\d$`)
	accountID   = pattern(`^\d{12}$`)
	clusterID   = pattern(`^cluster-[0-9a-z]{11}$`)
	hsmID       = pattern(`^hsm-[0-9a-z]{11}$`)
	backupID    = pattern(`^backup-[0-9a-z]{11}$`)
	subnetID    = pattern(`^subnet-([0-9a-f]{8}|[0-9a-f]{17})$`)
	serverName  = pattern(`^[!-~]{1,63}$`)
	zoneLetter  = pattern(`^[a-z]$`)
	earliest    = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	afterLatest = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

const (
	maxClusters = 16
	maxHSMs     = 28 // user guide, quotas
)

// taken has for a value that may stand only once the path of the field that has it.
type taken map[string]string

// unique is what may stand only once in all of a world.
type unique struct {
	clusters, addresses, names, hsms, backups taken

	subnets map[string]Subnet // by the path of the field
}

func (f *file) checkWorld(w *World) {
	if !regionName().MatchString(w.Region) {
		f.fail("region", "must look like eu-west-1")
	}
	if !accountID().MatchString(w.Account) {
		f.fail("account", "must be 12 digits")
	}
	f.oneOf("generation", w.Generation, Classic, Late)
	within(f, "seed", w.Seed, 0, ids.MaxSeed)
	if t := w.Clock.Start; f.has("clock.start") && (t.Before(earliest) || !t.Before(afterLatest)) {
		f.fail("clock.start", "must be in the years 2000 to 2199")
	}
	if r := w.Clock.Rate; r < 0 || r > 1e6 {
		f.fail("clock.rate", "must be 0 to 1000000")
	}
	if s := w.Speed; !(s >= 1 && s <= 100_000) {
		f.fail("speed", "must be 1 to 100000")
	}
	within(f, "sync_interval", w.SyncInterval, 0, 24*time.Hour)
	u := unique{taken{}, taken{}, taken{}, taken{}, taken{}, map[string]Subnet{}}
	for i := range w.Clusters {
		f.checkCluster(fmt.Sprintf("clusters[%d]", i), w.Region, &w.Clusters[i], u)
	}
	f.checkClient(w, u.addresses)
	f.checkAccount(w)
	f.checkKMS(w)
	f.checkFaults(w)
}

func (f *file) checkClient(w *World, addresses taken) {
	c := &w.Client
	within(f, "client.connect_timeout", c.ConnectTimeout, time.Millisecond, 10*time.Minute)
	within(f, "client.request_timeout", c.RequestTimeout, time.Millisecond, 10*time.Minute)
	within(f, "client.create_object_minimum_nodes", c.MinimumNodes, 1, maxHSMs)
	f.oneOf("client.daemon", c.Daemon, DaemonRunning, DaemonAbsent, DaemonLost)
	f.oneOf("client.customer_ca", c.CustomerCA, CAPresent, CAAbsent)
	if f.has("client.servers") {
		f.checkServers(c.Servers, addresses)
	}
	if c.Home == nil {
		return
	}
	cluster, _ := w.firstServer()
	if cluster == nil || !slices.ContainsFunc(cluster.HSMs, func(h HSM) bool { return h.Node == *c.Home }) {
		f.fail("client.home", "the cluster of the first server has no node %d", *c.Home)
	}
}

func (f *file) checkServers(servers []string, addresses taken) {
	f.notEmpty("client.servers", len(servers), "name a server")
	seen := taken{}
	for i, s := range servers {
		path := fmt.Sprintf("client.servers[%d]", i)
		if addresses[s] == "" {
			f.fail(path, "no HSM has the address %s", quote(s))
		}
		f.take(seen, path, s)
	}
}

func (f *file) checkCluster(path, region string, c *Cluster, u unique) {
	switch {
	case !f.has(path+".id") && c.ID == "":
		f.fail(path+".id", "is missing: only the first cluster has a default")
	case !clusterID().MatchString(c.ID):
		f.fail(path+".id", "must be cluster- and 11 of 0-9 and a-z")
	}
	if c.ClonedFrom != "" && u.clusters[c.ClonedFrom] == "" {
		f.fail(path+".cloned_from", "no cluster with the id %s stands earlier in the file", quote(c.ClonedFrom))
	}
	if c.ID != "" {
		f.take(u.clusters, path+".id", c.ID)
	}
	within(f, path+".max_keys", c.MaxKeys, 1, 1_000_000)
	if !f.count(path+".hsms", len(c.HSMs), 0, maxHSMs) {
		return // the rest is work for every HSM
	}
	nodes := taken{}
	for i := range c.HSMs {
		f.checkHSM(fmt.Sprintf("%s.hsms[%d]", path, i), region, &c.HSMs[i], nodes, u)
	}
	f.checkSubnets(path, region, c, u)
	f.checkBackups(path, c, u)
	f.checkUsers(path+".users", c.Users)
	f.checkQuorum(path+".quorum", c)
	f.checkKeys(path, c)
}

func (f *file) checkHSM(path, region string, h *HSM, nodes taken, u unique) {
	within(f, path+".node", h.Node, 0, 63)
	f.take(nodes, path+".node", fmt.Sprint(h.Node))
	if a, err := netip.ParseAddr(h.Address); err != nil || !a.Is4() || a.IsUnspecified() {
		f.fail(path+".address", "must be an IPv4 address such as 10.0.2.9")
	} else if f.take(u.addresses, path+".address", h.Address) && !f.has(path+".name") {
		f.take(u.names, path+".address", h.Address)
	}
	if f.has(path + ".name") {
		if !serverName().MatchString(h.Name) {
			f.fail(path+".name", "must be 1 to 63 visible ASCII characters without blanks")
		}
		f.take(u.names, path+".name", h.Name)
	}
	if f.has(path + ".id") {
		if !hsmID().MatchString(h.ID) {
			f.fail(path+".id", "must be hsm- and 11 of 0-9 and a-z")
		}
		f.take(u.hsms, path+".id", h.ID)
	}
	f.checkZone(path+".zone", region, h.Zone)
	f.oneOf(path+".state", h.State, StateUp, StateDown, StateRefused, StateSlow)
	if f.has(path + ".users") {
		f.checkUsers(path+".users", h.Users)
	}
}

func (f *file) checkZone(path, region, zone string) {
	if letter, ok := strings.CutPrefix(zone, region); !ok || !zoneLetter().MatchString(letter) {
		f.fail(path, "must be the region and a letter, such as %sa", region)
	}
}

// oneOf complains about a value that is not one of the words.
func (f *file) oneOf(path, value string, words ...string) {
	if !slices.Contains(words, value) {
		f.fail(path, "must be one of %s, not %s", strings.Join(words, ", "), quote(value))
	}
}

// within complains about a value outside of low and high.
func within[T cmp.Ordered](f *file, path string, value, low, high T) {
	if value < low || value > high {
		f.fail(path, "must be %v to %v, not %v", low, high, value)
	}
}

// count complains about a list with too few or too many entries.
func (f *file) count(path string, n, low, high int) bool {
	if n >= low && n <= high {
		return true
	}
	f.fail(path, "must have %d to %d entries, not %d", low, high, n)
	return false
}

// take notes a value as the field's, or complains that another field already has it.
func (f *file) take(seen taken, path, value string) bool {
	if first := seen[value]; first != "" {
		f.fail(path, "%s is already taken by %s", quote(value), first)
		return false
	}
	seen[value] = path
	return true
}

// notEmpty complains about a list that the file gives, but without content, where that could only be a mistake.
func (f *file) notEmpty(path string, n int, remedy string) {
	if n == 0 && f.has(path) {
		f.fail(path, "is empty: %s, or leave the field out", remedy)
	}
}
