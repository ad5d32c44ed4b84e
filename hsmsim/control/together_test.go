package control_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// TestManyAtOnce lets operators, KMS, clients of HSMs and the clock do what they like at the same time. It ends, and
// leaves a world that starts again.
func TestManyAtOnce(t *testing.T) {
	w := run(t, strings.Replace(three, "rate: 0", "rate: 100", 1))
	ctx := t.Context()
	zones := []string{region + "a", region + "b", region + "c"}
	subnets := w.subnets(region)
	acl := w.acl().NetworkAclId
	work := map[string]func(r *rand.Rand){
		"HSMs": func(r *rand.Rand) {
			w.service.CreateHsm(ctx, in(region), control.CreateHsmRequest{ClusterId: mainCluster, AvailabilityZone: zones[r.IntN(3)]})
			for _, h := range w.cluster(mainCluster).Hsms[1:] {
				w.service.DeleteHsm(ctx, in(region), control.DeleteHsmRequest{ClusterId: mainCluster, HsmId: h.HsmId})
			}
		},
		"clusters": func(r *rand.Rand) {
			made, err := w.service.CreateCluster(ctx, in(region), control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: subnets, SourceBackupId: seedBackup})
			if err == nil {
				w.service.DeleteCluster(ctx, in(region), control.ClusterRequest{ClusterId: made.Cluster.ClusterId})
			}
		},
		"KMS": func(r *rand.Rand) {
			store := fmt.Sprint("cks-", r.IntN(3))
			w.service.Attach(region, mainCluster, store)
			w.service.Open(region, mainCluster)
			w.service.Cluster(region, mainCluster)
			w.service.Detach(region, mainCluster, store)
		},
		"a trainer": func(r *rand.Rand) {
			states := []string{scenario.StateDown, scenario.StateUp, scenario.StateRefused, scenario.StateUp}
			w.lab.SetHSMState("10.0.3.11", states[r.IntN(4)])
			w.lab.Status()
		},
		"the network": func(r *rand.Rand) {
			w.lab.Network().CreateNetworkAclEntry(ctx, in(region), control.CreateNetworkAclEntryRequest{NetworkAclId: acl, RuleNumber: new(9), Protocol: "-1", RuleAction: "deny", CidrBlock: "10.0.3.0/24"})
			w.lab.Network().DeleteNetworkAclEntry(ctx, in(region), control.DeleteNetworkAclEntryRequest{NetworkAclId: acl, RuleNumber: new(9)})
		},
		"the clock": func(r *rand.Rand) { w.lab.Clock().Advance(time.Duration(r.IntN(48)) * time.Hour) },
		"readers": func(r *rand.Rand) {
			for _, s := range w.service.Streams(region) {
				s.Records()
			}
			w.backups(region, nil)
		},
		"a client": func(r *rand.Rand) {
			c, err := wire.Dial(ctx, w.home.Socket("10.0.2.9"))
			if err != nil {
				return
			}
			defer c.Close()
			s := &session{w, c}
			if s.tryLogin("CU", "example_user", "password1") == nil {
				wire.GenerateSecret.Call(ctx, c, hsm.GenerateSecretRequest{Type: hsm.AES, Size: 32})
				wire.Members.Call(ctx, c, hsm.Done{})
			}
		},
	}
	var group sync.WaitGroup
	for name, do := range work {
		group.Go(func() {
			r := rand.New(rand.NewPCG(uint64(len(name)), 3))
			for range 30 {
				do(r)
			}
		})
	}
	done := make(chan struct{})
	go func() {
		group.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		panic("they wait for each other") // with the stacks of all
	}
	if err := w.lab.Clock().SetRate(0); err != nil {
		t.Fatal(err)
	}
	w.settle()
	again := w.killed()
	for address, state := range again.states(mainCluster) {
		if state == "ACTIVE" && address != "10.0.3.11" && !again.connects(address) {
			t.Errorf("%s does not answer", address)
		}
	}
}
