package control_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
)

// killed is the world as it is on disk at this moment, what kill -9 would leave, in a new home.
func (w *world) killed() *world {
	w.Helper()
	h := labtest.Home(w, "")
	for range 100 { // until nothing was written meanwhile: audit records are, some time after everything else
		if err := os.RemoveAll(h.Dir); err != nil {
			w.Fatal(err)
		}
		if out, err := exec.Command("cp", "-r", w.home.Dir, h.Dir).CombinedOutput(); err != nil && len(out) == 0 {
			w.Fatal(err)
		}
		if exec.Command("diff", "-rq", "--no-dereference", w.home.Dir, h.Dir).Run() == nil {
			return start(w, h)
		}
	}
	w.Fatal("the world does not come to rest")
	return nil
}

// transitions begin something that takes its time, on the cluster of "three" and one that they make themselves.
var transitions = []struct {
	name string
	do   func(w *world)
}{
	{"a new cluster", func(w *world) {
		call(w, (*control.Service).CreateCluster, control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: w.subnets(region)})
	}},
	{"a clone", func(w *world) {
		call(w, (*control.Service).CreateCluster, control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: w.subnets(region), SourceBackupId: "backup-9g87f6edcba"})
	}},
	{"a first HSM", func(w *world) { w.createHSM(w.newCluster("UNINITIALIZED"), region+"a") }},
	{"an initialisation", func(w *world) {
		id := w.newCluster("HSM")
		signed, anchor := signRequest(w, w.cluster(id).Certificates.ClusterCsr, customerCA())
		call(w, (*control.Service).InitializeCluster, control.InitializeClusterRequest{ClusterId: id, SignedCert: signed, TrustAnchor: anchor})
	}},
	{"an activation", func(w *world) {
		id := w.newCluster("INITIALIZED")
		w.activate(w.cluster(id).Hsms[0].EniIp)
		w.cluster(id)
	}},
	{"an HSM that joins", func(w *world) { w.createHSM(mainCluster, region+"b") }},
	{"an HSM that leaves", func(w *world) {
		call(w, (*control.Service).DeleteHsm, control.DeleteHsmRequest{ClusterId: mainCluster, HsmId: "hsm-bbbbbbbbbbb"})
	}},
	{"a deletion of a cluster", func(w *world) {
		call(w, (*control.Service).DeleteCluster, control.ClusterRequest{ClusterId: w.newCluster("UNINITIALIZED")})
	}},
	{"a copy of a backup", func(w *world) {
		call(w, (*control.Service).CopyBackupToRegion, control.CopyBackupToRegionRequest{BackupId: "backup-9g87f6edcba", DestinationRegion: "us-east-1"})
	}},
	{"a deletion of a backup", func(w *world) {
		call(w, (*control.Service).DeleteBackup, control.BackupRequest{BackupId: "backup-9g87f6edcba"})
	}},
}

const pendingFor = 7 * 24 * time.Hour

func TestTransitionsGoOnAfterAKill(t *testing.T) {
	for _, tt := range transitions {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := run(t, three)
			tt.do(w)
			during := w.everything()
			again := w.killed()
			if diff := cmp.Diff(during, again.everything()); diff != "" {
				t.Fatalf("what was answered before the kill and what is answered now (-before +now):\n%s", diff)
			}
			for _, x := range []*world{w, again} {
				x.advance(8 * time.Minute)
				if tt.name == "a deletion of a backup" {
					x.advance(pendingFor)
				}
			}
			finished := w.everything()
			if finished == during {
				t.Fatal("the transition did not end")
			}
			if got := again.states(mainCluster); !cmp.Equal(got, w.states(mainCluster)) {
				t.Errorf("HSMs %v, want %v", got, w.states(mainCluster))
			}
			third := again.killed()
			if diff := cmp.Diff(again.everything(), third.everything()); diff != "" {
				t.Errorf("after the end and another kill (-before +now):\n%s", diff)
			}
			for _, h := range third.cluster(mainCluster).Hsms {
				third.session(h.EniIp).login("CU", "example_user", "password1")
			}
		})
	}
}

func TestATransitionEndsAtTheStartWhenItWasDueBefore(t *testing.T) {
	w := run(t, strings.Replace(three, "rate: 0", "rate: 1000000", 1))
	made := call(w, (*control.Service).CreateHsm, control.CreateHsmRequest{ClusterId: mainCluster, AvailabilityZone: region + "a"}).Hsm
	again := w.killed()
	if got := again.states(mainCluster)[made.EniIp]; got != "ACTIVE" {
		t.Errorf("the HSM is %s", got)
	}
	again.session(made.EniIp).login("CU", "example_user", "password1")
}

// TestWhatIsLeftOfAnHSMIsRemoved is about a store that was made for an HSM of which the state does not know yet.
func TestWhatIsLeftOfAnHSMIsRemoved(t *testing.T) {
	w := run(t, three)
	for name, at := range map[string]string{"one that was removed": "hsm-zzzzzzzzzzz.db", "one that is being made": ""} {
		t.Run(name, func(t *testing.T) {
			if at == "" {
				at = w.createHSM(mainCluster, region+"a").HsmId + ".db"
			}
			path := filepath.Join(w.home.Dir, "nodes", at)
			if err := os.WriteFile(path, []byte("half of a store"), 0o600); err != nil {
				t.Fatal(err)
			}
			again := w.killed()
			if _, err := os.Stat(filepath.Join(again.home.Dir, "nodes", at)); err == nil {
				t.Error("it is still there")
			}
			again.settle()
			for address, state := range again.states(mainCluster) {
				if state != "ACTIVE" || !again.connects(address) {
					t.Errorf("HSM %s is %s", address, state)
				}
			}
		})
	}
}

func TestTheLogOfAnHSMThatIsGoneStays(t *testing.T) {
	w := run(t, three)
	w.session("10.0.3.11").login("CU", "example_user", "password1")
	if err := w.session("10.0.3.11").tryLogin("CU", "example_user", "wrong-password"); err != hsm.LoginFailure {
		t.Fatal(err)
	}
	records := func(w *world) []hsm.AuditRecord {
		t.Helper()
		for _, s := range w.service.Streams(region) {
			if s.HSM == "hsm-bbbbbbbbbbb" && s.Cluster == mainCluster {
				list, err := s.Records()
				if err != nil {
					t.Fatal(err)
				}
				return list
			}
		}
		t.Fatal("no stream")
		return nil
	}
	before := records(w)
	listed := w.service.Streams(region)
	if len(before) < 2 || before[1].Response != hsm.LoginFailure || len(listed) != 3 {
		t.Fatalf("%d streams, %+v", len(listed), before)
	}
	call(w, (*control.Service).DeleteHsm, control.DeleteHsmRequest{ClusterId: mainCluster, HsmId: "hsm-bbbbbbbbbbb"})
	w.settle()
	w.createHSM(mainCluster, region+"b")
	w.settle()
	after := records(w)
	if diff := cmp.Diff(before, after[:len(before)], cmp.AllowUnexported(hsm.AuditRecord{})); diff != "" {
		t.Error(diff)
	}
	late, err := listed[1].Records()
	if err != nil || len(late) != len(after) {
		t.Errorf("the stream that was listed before: %d records, %v", len(late), err)
	}
	if diff := cmp.Diff(after, records(w.killed()), cmp.AllowUnexported(hsm.AuditRecord{})); diff != "" {
		t.Errorf("after a kill: %s", diff)
	}
	if n := len(w.service.Streams(region)); n != 4 {
		t.Errorf("%d streams, want 3 of HSMs that run and 1", n)
	}
}
