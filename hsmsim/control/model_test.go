package control_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// model is what a world must be after random steps.
type model struct {
	*world
	random *rand.Rand
	users  map[string][]string // names on the HSMs of each cluster, sorted
	held   map[string][]string // by a backup that is ready or being made
}

// TestRandomStepsKeepTheWorldInOrder creates, deletes, backs up and restores at random, kills the lab now and then, and
// compares with a model.
func TestRandomStepsKeepTheWorldInOrder(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			m := &model{world: run(t, three), random: rand.New(rand.NewPCG(seed, 7)), users: map[string][]string{}, held: map[string][]string{}}
			m.users[mainCluster] = []string{"admin", "app_user", "example_user"}
			m.held[seedBackup] = m.users[mainCluster]
			for step := range 25 {
				m.step(step)
				m.settle()
				if m.random.IntN(6) == 0 {
					m.world = m.killed()
				}
				m.check(step)
				if t.Failed() {
					return
				}
			}
		})
	}
}

func (m *model) clusters() []control.ClusterInfo {
	list := call(m.world, (*control.Service).DescribeClusters, control.DescribeClustersRequest{}).Clusters
	return slices.DeleteFunc(list, func(c control.ClusterInfo) bool { return c.State != "ACTIVE" })
}

// try does an operation that a quota or the state of the world may refuse.
func try[Req, Resp any](m *model, op func(*control.Service, *shape.Call, Req) (Resp, error), r Req) (Resp, bool) {
	answer, err := op(m.service, in(region), r)
	if e, ok := err.(*shape.Exception); err != nil && (!ok || e.Code == "CloudHsmInternalFailureException") {
		m.Errorf("%+v: %v", r, err)
	}
	return answer, err == nil
}

func (m *model) step(step int) {
	clusters := m.clusters()
	if len(clusters) == 0 {
		m.restore()
		return
	}
	c := clusters[m.random.IntN(len(clusters))]
	switch m.random.IntN(8) {
	case 0, 1:
		zones := []string{"a", "b", "c"}
		try(m, func(s *control.Service, call *shape.Call, r control.CreateHsmRequest) (control.CreateHsmResponse, error) {
			return s.CreateHsm(m.Context(), call, r)
		}, control.CreateHsmRequest{ClusterId: c.ClusterId, AvailabilityZone: region + zones[m.random.IntN(3)]})
	case 2:
		if len(c.Hsms) > 0 {
			h := c.Hsms[m.random.IntN(len(c.Hsms))]
			try(m, func(s *control.Service, call *shape.Call, r control.DeleteHsmRequest) (control.DeleteHsmResponse, error) {
				return s.DeleteHsm(m.Context(), call, r)
			}, control.DeleteHsmRequest{ClusterId: c.ClusterId, HsmId: h.HsmId})
		}
	case 3:
		_, ok := try(m, func(s *control.Service, call *shape.Call, r control.ClusterRequest) (control.ClusterResponse, error) {
			return s.DeleteCluster(m.Context(), call, r)
		}, control.ClusterRequest{ClusterId: c.ClusterId})
		if ok != (len(c.Hsms) == 0) {
			m.Errorf("step %d: a cluster with %d HSMs was deleted: %v", step, len(c.Hsms), ok)
		}
	case 4:
		m.restore()
	default:
		m.addUser(c, fmt.Sprint("user", step))
	}
}

// restore makes a cluster of any backup.
func (m *model) restore() {
	list := m.backups(region, control.Filters{"states": {"READY"}})
	b := list[m.random.IntN(len(list))]
	made, ok := try(m, func(s *control.Service, call *shape.Call, r control.CreateClusterRequest) (control.ClusterResponse, error) {
		return s.CreateCluster(m.Context(), call, r)
	}, control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: m.subnets(region), SourceBackupId: b.BackupId})
	if ok {
		m.users[made.Cluster.ClusterId] = m.held[b.BackupId]
	}
}

// addUser creates a user on all HSMs of a cluster.
func (m *model) addUser(c control.ClusterInfo, name string) {
	if len(c.Hsms) == 0 {
		return
	}
	for _, h := range c.Hsms {
		s := m.session(h.EniIp)
		s.login("CO", "admin", "adminpw1")
		if _, err := wire.CreateUser.Call(m.Context(), s.conn, hsm.CreateUserRequest{Type: "CU", Name: name, Password: "password1"}); err != nil {
			m.Errorf("%s on %s: %v", name, h.EniIp, err)
		}
		s.conn.Close()
	}
	m.users[c.ClusterId] = append(slices.Clone(m.users[c.ClusterId]), name)
}

func (m *model) check(step int) {
	m.Helper()
	addresses := map[string]bool{}
	for _, b := range m.backups(region, nil) { // what is new holds what its cluster holds now
		if m.held[b.BackupId] == nil {
			m.held[b.BackupId] = m.users[b.ClusterId]
		}
	}
	var running []string
	for _, c := range m.clusters() {
		var want []hsm.Member
		nodes := map[int]bool{}
		for _, h := range c.Hsms {
			if h.State != "ACTIVE" || addresses[h.EniIp] {
				m.Errorf("step %d: HSM %+v", step, h)
			}
			addresses[h.EniIp] = true
		}
		seen, _ := m.service.Cluster(region, c.ClusterId)
		for _, member := range seen.HSMs {
			if nodes[member.Node] {
				m.Errorf("step %d: node %d twice in %s", step, member.Node, c.ClusterId)
			}
			nodes[member.Node] = true
			want = append(want, member.Member)
		}
		for _, h := range c.Hsms {
			running = append(running, h.HsmId)
			s := m.session(h.EniIp)
			members, err := wire.Members.Call(m.Context(), s.conn, hsm.Done{})
			if diff := cmp.Diff(want, members); err != nil || diff != "" {
				m.Errorf("step %d: members on %s: %v\n%s", step, h.EniIp, err, diff)
			}
			s.conn.Close()
		}
	}
	var ran []string
	for _, c := range m.lab.Status().Clusters {
		for _, h := range c.HSMs {
			ran = append(ran, h.ID)
			var names []string
			for _, u := range h.Users {
				names = append(names, u.Name)
			}
			if diff := cmp.Diff(m.users[c.ID], names); diff != "" {
				m.Errorf("step %d: users of HSM %s of %s (-want +got)\n%s", step, h.ID, c.ID, diff)
			}
		}
	}
	slices.Sort(running)
	slices.Sort(ran)
	if diff := cmp.Diff(running, ran); diff != "" {
		m.Errorf("step %d: HSMs of the service and of the lab\n%s", step, diff)
	}
	answer, err := m.lab.Network().DescribeNetworkInterfaces(m.Context(), in(region), control.DescribeNetworkInterfacesRequest{})
	if err != nil || len(answer.NetworkInterfaces) != len(running) {
		m.Errorf("step %d: %d interfaces of %d HSMs, %v", step, len(answer.NetworkInterfaces), len(running), err)
	}
}
