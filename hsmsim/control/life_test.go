package control_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// TestTheLifeOfACluster follows the guide from an empty cluster to its end.
func TestTheLifeOfACluster(t *testing.T) {
	w := run(t, still+"clusters: [{}]\n")
	subnets := w.subnets(region)
	made := call(w, (*control.Service).CreateCluster, control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: subnets,
		TagList: []control.Tag{{Key: "Name", Value: "lesson"}}}).Cluster
	id := made.ClusterId
	if made.State != "CREATE_IN_PROGRESS" || len(made.SubnetMapping) != 3 || made.Hsms == nil || made.BackupRetentionPolicy.Value != "90" ||
		made.Certificates != (control.Certificates{}) || made.SecurityGroup == "" || made.VpcId == "" || len(made.TagList) != 1 {
		t.Fatalf("%+v", made)
	}
	if got := w.cluster(id).State; got != "CREATE_IN_PROGRESS" {
		t.Errorf("at once: %s", got)
	}
	refused(w, (*control.Service).CreateHsm, control.CreateHsmRequest{ClusterId: id, AvailabilityZone: region + "a"}, invalidRequest, "CREATE_IN_PROGRESS")
	w.settle()
	if got := w.cluster(id); got.State != "UNINITIALIZED" || got.Certificates != (control.Certificates{}) {
		t.Errorf("without HSMs: %+v", got)
	}
	refused(w, (*control.Service).InitializeCluster, control.InitializeClusterRequest{ClusterId: id, SignedCert: "x", TrustAnchor: "y"}, invalidRequest, "does not contain an active HSM")

	first := w.createHSM(id, region+"b")
	if first.State != "CREATE_IN_PROGRESS" || first.EniIp == "" || first.EniId == "" || first.SubnetId != made.SubnetMapping[region+"b"] {
		t.Errorf("%+v", first)
	}
	refused(w, (*control.Service).CreateHsm, control.CreateHsmRequest{ClusterId: id, AvailabilityZone: region + "a"}, invalidRequest, "already contains an HSM but has not yet been fully activated")
	if got := w.cluster(id); got.Hsms[0].State != "CREATE_IN_PROGRESS" || got.Certificates != (control.Certificates{}) {
		t.Errorf("while the HSM is made: %+v", got)
	}
	w.settle()
	got := w.cluster(id)
	if got.State != "UNINITIALIZED" || got.Hsms[0].State != "ACTIVE" || got.Hsms[0].StateMessage != "HSM created." {
		t.Errorf("with an HSM: %+v", got)
	}
	if w.connects(first.EniIp) {
		t.Error("an HSM answers before it is initialised")
	}

	signed, anchor := signRequest(t, got.Certificates.ClusterCsr, customerCA())
	state := call(w, (*control.Service).InitializeCluster, control.InitializeClusterRequest{ClusterId: id, SignedCert: signed, TrustAnchor: anchor})
	if want := (control.InitializeClusterResponse{State: "INITIALIZE_IN_PROGRESS", StateMessage: "Cluster is initializing. State will change to INITIALIZED upon completion."}); state != want {
		t.Errorf("%+v", state)
	}
	refused(w, (*control.Service).InitializeCluster, control.InitializeClusterRequest{ClusterId: id, SignedCert: signed, TrustAnchor: anchor}, invalidRequest, "INITIALIZE_IN_PROGRESS")
	w.settle()
	got = w.cluster(id)
	if want := (control.Certificates{ClusterCertificate: signed}); got.State != "INITIALIZED" || got.Certificates != want {
		t.Errorf("%+v", got)
	}
	if seen, _ := w.service.Cluster(region, id); seen.State != "INITIALIZED" || len(seen.HSMs) != 1 {
		t.Errorf("KMS sees %+v", seen)
	}
	refused(w, (*control.Service).CreateHsm, control.CreateHsmRequest{ClusterId: id, AvailabilityZone: region + "a"}, invalidRequest, "fully activated")

	w.activate(first.EniIp)
	if got := w.cluster(id).State; got != "INITIALIZED" {
		t.Errorf("as soon as it is activated: %s", got)
	}
	w.settle()
	if got := w.cluster(id).State; got != "ACTIVE" {
		t.Errorf("a while later: %s", got)
	}
	if b := w.backups(region, control.Filters{"clusterIds": {id}}); len(b) != 1 || b[0].BackupState != "READY" {
		t.Errorf("backups %+v", b)
	}

	second := w.createHSM(id, region+"a")
	w.settle()
	if diff := cmp.Diff(map[string]string{first.EniIp: "ACTIVE", second.EniIp: "ACTIVE"}, w.states(id)); diff != "" {
		t.Error(diff)
	}
	for _, address := range []string{first.EniIp, second.EniIp} {
		s := w.session(address)
		s.login("CO", "admin", "adminpw1")
		members, err := wire.Members.Call(t.Context(), s.conn, hsm.Done{})
		if diff := cmp.Diff([]hsm.Member{{Node: 0, Address: first.EniIp}, {Node: 1, Address: second.EniIp}}, members); err != nil || diff != "" {
			t.Errorf("members on %s: %v\n%s", address, err, diff)
		}
	}

	refused(w, (*control.Service).DeleteCluster, control.ClusterRequest{ClusterId: id}, invalidRequest, "has HSMs")
	for i, r := range []control.DeleteHsmRequest{{EniIp: first.EniIp}, {HsmId: second.HsmId}} {
		r.ClusterId = id
		if got := call(w, (*control.Service).DeleteHsm, r); got.HsmId != []string{first.HsmId, second.HsmId}[i] {
			t.Errorf("deleted %v", got)
		}
		refused(w, (*control.Service).DeleteHsm, r, invalidRequest, "DELETE_IN_PROGRESS")
	}
	if got := w.states(id); got[first.EniIp] != "DELETE_IN_PROGRESS" || len(got) != 2 {
		t.Errorf("%v", got)
	}
	w.settle()
	if got := w.cluster(id); len(got.Hsms) != 0 || got.State != "ACTIVE" {
		t.Errorf("without HSMs: %+v", got)
	}
	if w.connects(first.EniIp) {
		t.Error("a deleted HSM answers")
	}

	third := w.createHSM(id, region+"c") // of the last backup
	w.settle()
	w.session(third.EniIp).login("CO", "admin", "adminpw1")
	call(w, (*control.Service).DeleteHsm, control.DeleteHsmRequest{ClusterId: id, EniId: third.EniId})
	w.settle()

	gone := call(w, (*control.Service).DeleteCluster, control.ClusterRequest{ClusterId: id}).Cluster
	if gone.State != "DELETE_IN_PROGRESS" || gone.StateMessage != "The cluster is being deleted." {
		t.Errorf("%+v", gone)
	}
	w.settle()
	if got := w.cluster(id).State; got != "DELETED" {
		t.Errorf("%s", got)
	}
	if _, ok := w.service.Cluster(region, id); ok {
		t.Error("KMS finds a deleted cluster")
	}
	refused(w, (*control.Service).DeleteCluster, control.ClusterRequest{ClusterId: id}, resourceAbsent, "does not exist")
	w.advance(25 * time.Hour)
	if list := call(w, (*control.Service).DescribeClusters, control.DescribeClustersRequest{Filters: control.Filters{"clusterIds": {id}}}).Clusters; len(list) != 0 {
		t.Errorf("a day later it is listed: %+v", list)
	}
	if b := w.backups(region, control.Filters{"clusterIds": {id}}); len(b) != 5 {
		t.Errorf("%d backups are left, want those of the activation, of one that joined and of three that left", len(b))
	}
}

// TestTheServiceNoticesAnActivationByItself looks with the eyes of KMS, which make the service look at nothing.
func TestTheServiceNoticesAnActivationByItself(t *testing.T) {
	w := run(t, still+"clusters:\n  - hsms: [{node: 0, address: 10.0.0.1}, {node: 1, address: 10.0.0.2, zone: eu-west-1a}]\n")
	if got := w.cluster(mainCluster); got.State != "INITIALIZED" || got.Certificates.ClusterCertificate == "" {
		t.Fatalf("%+v", got)
	}
	w.advance(time.Hour)
	if c, _ := w.service.Cluster(region, mainCluster); c.State != "INITIALIZED" {
		t.Fatalf("%s before anybody has changed a password", c.State)
	}
	w.activate("10.0.0.1")
	for deadline := time.Now().Add(10 * time.Second); ; {
		w.advance(time.Second)
		if c, _ := w.service.Cluster(region, mainCluster); c.State == "ACTIVE" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("it does not notice")
		}
	}
	if list := w.backups(region, nil); len(list) != 1 {
		t.Errorf("backups %+v", list)
	}
}
