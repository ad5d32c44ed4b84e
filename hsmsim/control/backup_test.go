package control_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

const seedBackup = "backup-9g87f6edcba"

func (w *world) backup(id string) control.BackupInfo {
	w.Helper()
	list := w.backups(region, control.Filters{"backupIds": {id}})
	if len(list) != 1 {
		w.Fatalf("backup %s: %d found", id, len(list))
	}
	return list[0]
}

func TestTheDefaultWorldHasABackup(t *testing.T) {
	w := run(t, "")
	b := w.backup(seedBackup)
	if b.BackupState != "READY" || b.ClusterId != mainCluster || b.BackupArn != "arn:aws:cloudhsm:eu-west-1:111122223333:backup/"+seedBackup {
		t.Errorf("%+v", b)
	}
	if age := w.lab.Clock().Now().Sub(b.CreateTimestamp.Time); age < 24*time.Hour || age > 25*time.Hour {
		t.Errorf("it is %v old", age)
	}
}

func TestABackupIsEncryptedAtRest(t *testing.T) {
	w := run(t, still+`clusters:
  - hsms: [{node: 0, address: 10.0.0.1}]
    backups: [{age: 1h}]
    users:
      - {id: 1, type: CO, name: very_special_admin, password: adminpw1}
      - {id: 3, type: CU, name: alice, password: password1}
    keys: [{handle: 6, class: secret, owner: 3, material: "00112233445566778899aabbccddeeff"}]
`)
	files, err := filepath.Glob(filepath.Join(w.home.Dir, "backups", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	material, _ := hex.DecodeString("00112233445566778899aabbccddeeff")
	if bytes.Contains(data, []byte("very_special_admin")) || bytes.Contains(data, material) {
		t.Error("it can be read")
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// TestACloneHoldsWhatTheBackupHeld changes a cluster after a backup and restores that.
func TestACloneHoldsWhatTheBackupHeld(t *testing.T) {
	w := run(t, three)
	for _, address := range []string{"10.0.2.9", "10.0.3.11", "10.0.1.12"} {
		s := w.session(address)
		s.login("CO", "admin", "adminpw1")
		for _, r := range []hsm.CreateUserRequest{{Type: "CU", Name: "late", Password: "password1"}} {
			if _, err := wire.CreateUser.Call(t.Context(), s.conn, r); err != nil {
				t.Fatal(err)
			}
		}
		s.login("CU", "example_user", "password1")
		if _, err := wire.DeleteKey.Call(t.Context(), s.conn, hsm.HandleRequest{Handle: 6}); err != nil {
			t.Fatal(err)
		}
		s.conn.Close()
	}
	for _, source := range []string{seedBackup, "arn:aws:cloudhsm:eu-west-1:111122223333:backup/" + seedBackup} {
		made := call(w, (*control.Service).CreateCluster, control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: w.subnets(region), SourceBackupId: source}).Cluster
		if made.State != "CREATE_IN_PROGRESS" || made.SourceBackupId != seedBackup ||
			made.Certificates.ClusterCertificate != w.cluster(mainCluster).Certificates.ClusterCertificate {
			t.Errorf("%+v", made)
		}
		w.settle()
		if got := w.cluster(made.ClusterId); got.State != "ACTIVE" || len(got.Hsms) != 0 {
			t.Errorf("%+v", got)
		}
		first := w.createHSM(made.ClusterId, region+"c")
		w.settle()
		s := w.session(first.EniIp)
		s.login("CU", "example_user", "password1")
		if keys, err := wire.FindKeys.Call(t.Context(), s.conn, hsm.FindRequest{}); err != nil || !cmp.Equal(keys, []hsm.Handle{6}) {
			t.Errorf("keys %v, %v", keys, err)
		}
		if err := s.tryLogin("CU", "late", "password1"); err == nil {
			t.Error("a user of later is there")
		}
		a, _ := w.service.Cluster(region, mainCluster)
		b, _ := w.service.Cluster(region, made.ClusterId)
		if !bytes.Equal(a.Certificate, b.Certificate) || !bytes.Equal(a.TrustAnchor, b.TrustAnchor) || !bytes.Equal(s.conn.Welcome().Certificate, a.Certificate) {
			t.Error("the certificates differ")
		}
		s.conn.Close()
		call(w, (*control.Service).DeleteHsm, control.DeleteHsmRequest{ClusterId: made.ClusterId, HsmId: first.HsmId})
		w.settle()
	}
}

// TestWhatChangesWhileAnHSMJoinsIsMissingOnIt is one of the ways in which users get out of step.
func TestWhatChangesWhileAnHSMJoinsIsMissingOnIt(t *testing.T) {
	w := run(t, three)
	made := w.createHSM(mainCluster, region+"a")
	s := w.session("10.0.2.9")
	s.login("CO", "admin", "adminpw1")
	if _, err := wire.CreateUser.Call(t.Context(), s.conn, hsm.CreateUserRequest{Type: "CU", Name: "late", Password: "password1"}); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if err := w.session(made.EniIp).tryLogin("CU", "late", "password1"); !errors.Is(err, hsm.UnknownUser) {
		t.Errorf("a user who was created meanwhile logs in: %v", err)
	}
	s.login("CU", "late", "password1")
}

func TestTheFirstHSMOfAnEmptyClusterHasWhatTheScenarioSays(t *testing.T) {
	w := run(t, empty)
	if got := w.cluster(mainCluster).State; got != "ACTIVE" {
		t.Fatalf("%s", got)
	}
	made := w.createHSM(mainCluster, region+"a")
	w.settle()
	w.session(made.EniIp).login("CU", "example_user", "password1")
}

// ids are those of backups, and their states.
func ids(list []control.BackupInfo) (ids, states []string) {
	for _, b := range list {
		ids, states = append(ids, b.BackupId), append(states, b.BackupState)
	}
	return ids, states
}

func TestBackupsAreMadeEachDayAndPurged(t *testing.T) {
	w := run(t, three)
	begin := time.Now()
	w.advance(365 * 24 * time.Hour)
	list := w.backups(region, nil)
	if taken := time.Since(begin); taken > 5*time.Second {
		t.Errorf("a year takes %v", taken)
	}
	now, ready := w.lab.Clock().Now(), 0
	for i, b := range list {
		age := now.Sub(b.CreateTimestamp.Time).Round(time.Hour)
		if want := time.Duration(i) * 24 * time.Hour; age != want {
			t.Fatalf("backup %d is %v old, want %v", i, age, want)
		}
		want := "READY"
		switch days := int(age / (24 * time.Hour)); {
		case days == 0:
			want = "CREATE_IN_PROGRESS"
		case days >= 98:
			want = "DELETED"
		case days >= 90:
			want = "PENDING_DELETION"
		}
		if b.BackupState != want && i != 97 {
			t.Errorf("a backup %v old is %s, want %s", age, b.BackupState, want)
		}
		if b.BackupState == "READY" {
			ready++
		}
	}
	if ready != 89 {
		t.Errorf("%d backups are ready", ready)
	}
	files, err := filepath.Glob(filepath.Join(w.home.Dir, "backups", "*"))
	if err != nil || len(files) != 1 {
		t.Errorf("%d files for one state of the cluster, %v", len(files), err)
	}
}

func TestRetention(t *testing.T) {
	keep := func(w *world, days string) {
		w.Helper()
		got := call(w, (*control.Service).ModifyCluster, control.ModifyClusterRequest{ClusterId: mainCluster, BackupRetentionPolicy: &control.Retention{Type: "DAYS", Value: days}})
		if got.Cluster.BackupRetentionPolicy.Value != days {
			w.Errorf("%+v", got.Cluster.BackupRetentionPolicy)
		}
	}
	t.Run("a shorter one purges what is too old, with seven days to go", func(t *testing.T) {
		w := run(t, three)
		w.advance(30 * 24 * time.Hour)
		keep(w, "7")
		b := w.backup(seedBackup)
		if b.BackupState != "PENDING_DELETION" || b.DeleteTimestamp.Sub(w.lab.Clock().Now()) != pendingFor {
			t.Errorf("%+v at %v", b, w.lab.Clock().Now())
		}
		call(w, (*control.Service).RestoreBackup, control.BackupRequest{BackupId: seedBackup})
		if b := w.backup(seedBackup); b.BackupState != "READY" || b.DeleteTimestamp != nil {
			t.Errorf("restored: %+v", b)
		}
		w.advance(25 * time.Hour)
		if b := w.backup(seedBackup); b.BackupState != "PENDING_DELETION" {
			t.Errorf("a day later: %+v", b)
		}
		keep(w, "100")
		call(w, (*control.Service).RestoreBackup, control.BackupRequest{BackupId: seedBackup})
		w.advance(25 * time.Hour)
		if b := w.backup(seedBackup); b.BackupState != "READY" {
			t.Errorf("with another policy: %+v", b)
		}
	})
	t.Run("leaves those alone that never expire", func(t *testing.T) {
		w := run(t, three)
		never := true
		if b := call(w, (*control.Service).ModifyBackupAttributes, control.ModifyBackupAttributesRequest{BackupId: seedBackup, NeverExpires: &never}).Backup; !b.NeverExpires {
			t.Errorf("%+v", b)
		}
		w.advance(400 * 24 * time.Hour)
		if b := w.backup(seedBackup); b.BackupState != "READY" {
			t.Errorf("%+v", b)
		}
		if got, _ := ids(w.backups(region, control.Filters{"neverExpires": {"true"}})); !cmp.Equal(got, []string{seedBackup}) {
			t.Errorf("%v", got)
		}
	})
	t.Run("leaves the last one", func(t *testing.T) {
		w := run(t, three)
		for _, h := range w.cluster(mainCluster).Hsms {
			call(w, (*control.Service).DeleteHsm, control.DeleteHsmRequest{ClusterId: mainCluster, HsmId: h.HsmId})
		}
		w.settle()
		call(w, (*control.Service).DeleteCluster, control.ClusterRequest{ClusterId: mainCluster})
		w.advance(1000 * 24 * time.Hour)
		list := w.backups(region, nil)
		if len(list) != 1 || list[0].BackupState != "READY" {
			t.Fatalf("%+v", list)
		}
		again := w.killed()
		made := call(again, (*control.Service).CreateCluster, control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: again.subnets(region), SourceBackupId: list[0].BackupId}).Cluster
		again.settle()
		h := again.createHSM(made.ClusterId, region+"a")
		again.settle()
		again.session(h.EniIp).login("CU", "example_user", "password1")
	})
}

func TestADeletedBackupCanBeRestoredForSevenDays(t *testing.T) {
	w := run(t, three)
	w.advance(48 * time.Hour)
	b := call(w, (*control.Service).DeleteBackup, control.BackupRequest{BackupId: seedBackup}).Backup
	if b.BackupState != "PENDING_DELETION" || b.DeleteTimestamp == nil {
		t.Errorf("%+v", b)
	}
	refused(w, (*control.Service).DeleteBackup, control.BackupRequest{BackupId: seedBackup}, invalidRequest, "PENDING_DELETION")
	refused(w, (*control.Service).CreateCluster, control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: w.subnets(region), SourceBackupId: seedBackup}, invalidRequest, "must be in READY state")
	w.advance(pendingFor - time.Second)
	call(w, (*control.Service).RestoreBackup, control.BackupRequest{BackupId: seedBackup})
	refused(w, (*control.Service).RestoreBackup, control.BackupRequest{BackupId: seedBackup}, invalidRequest, "must be in PENDING_DELETION state")
	call(w, (*control.Service).DeleteBackup, control.BackupRequest{BackupId: seedBackup})
	w.advance(pendingFor)
	if got := w.backup(seedBackup).BackupState; got != "DELETED" {
		t.Errorf("%s", got)
	}
	refused(w, (*control.Service).RestoreBackup, control.BackupRequest{BackupId: seedBackup}, resourceAbsent, "does not exist")
	w.advance(25 * time.Hour)
	if list := w.backups(region, control.Filters{"backupIds": {seedBackup}}); len(list) > 0 {
		t.Errorf("a day later: %+v", list)
	}
}

func TestACopyCanBeRestoredInItsRegion(t *testing.T) {
	w := run(t, three)
	got := call(w, (*control.Service).CopyBackupToRegion, control.CopyBackupToRegionRequest{BackupId: seedBackup, DestinationRegion: "us-east-1"}).DestinationBackup
	if got.SourceBackup != seedBackup || got.SourceRegion != region || got.SourceCluster != mainCluster {
		t.Errorf("%+v", got)
	}
	list := w.backups("us-east-1", control.Filters{"sourceBackupIds": {seedBackup}})
	if len(list) != 1 || list[0].BackupState != "CREATE_IN_PROGRESS" || list[0].CopyTimestamp == nil || list[0].SourceCluster != mainCluster ||
		!list[0].CreateTimestamp.Equal(w.backup(seedBackup).CreateTimestamp.Time) {
		t.Fatalf("%+v", list)
	}
	w.settle()
	copied := w.backups("us-east-1", nil)[0]
	if copied.BackupState != "READY" {
		t.Errorf("%+v", copied)
	}
	call(w, (*control.Service).DeleteBackup, control.BackupRequest{BackupId: seedBackup})
	w.advance(400 * 24 * time.Hour) // the source is gone, and no retention policy applies to the copy
	made := callIn(w, "us-east-1", (*control.Service).CreateCluster, control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: w.subnets("us-east-1"), SourceBackupId: copied.BackupId}).Cluster
	w.settle()
	h := callIn(w, "us-east-1", (*control.Service).CreateHsm, control.CreateHsmRequest{ClusterId: made.ClusterId, AvailabilityZone: "us-east-1b"}).Hsm
	w.settle()
	w.session(h.EniIp).login("CU", "example_user", "password1")
	if _, ok := w.service.Cluster(region, made.ClusterId); ok {
		t.Error("a cluster of another region is found")
	}
	again := w.killed()
	again.session(h.EniIp).login("CU", "example_user", "password1")
}

func TestACopyOfABackupThatGoesMeanwhileFails(t *testing.T) {
	w := run(t, three)
	w.advance(24 * time.Hour)
	call(w, (*control.Service).DeleteBackup, control.BackupRequest{BackupId: seedBackup})
	w.advance(pendingFor - time.Second)
	call(w, (*control.Service).CopyBackupToRegion, control.CopyBackupToRegionRequest{BackupId: seedBackup, DestinationRegion: "us-east-1"})
	w.settle()
	if _, states := ids(w.backups("us-east-1", nil)); !cmp.Equal(states, []string{"DELETED"}) {
		t.Errorf("%v", states)
	}
}

func TestBackupsAreListedByPages(t *testing.T) {
	w := run(t, three)
	w.advance(30 * 24 * time.Hour)
	all, _ := ids(w.backups(region, nil))
	var paged []string
	r := control.DescribeBackupsRequest{MaxResults: new(7)}
	for {
		answer := call(w, (*control.Service).DescribeBackups, r)
		got, _ := ids(answer.Backups)
		paged = append(paged, got...)
		if r.NextToken = answer.NextToken; r.NextToken == "" {
			break
		}
	}
	if diff := cmp.Diff(all, paged); diff != "" || len(all) != 31 {
		t.Errorf("%d backups, by pages:\n%s", len(all), diff)
	}
	slices.Reverse(all)
	up, _ := ids(call(w, (*control.Service).DescribeBackups, control.DescribeBackupsRequest{SortAscending: new(true)}).Backups)
	if diff := cmp.Diff(all, up); diff != "" {
		t.Error(diff)
	}
	refused(w, (*control.Service).DescribeBackups, control.DescribeBackupsRequest{NextToken: "nonsense"}, invalidRequest, "NextToken")
	refused(w, (*control.Service).DescribeBackups, control.DescribeBackupsRequest{Filters: control.Filters{"colour": {"red"}}}, invalidRequest, "colour")
	refused(w, (*control.Service).DescribeBackups, control.DescribeBackupsRequest{MaxResults: new(51)}, "ValidationException", "less than or equal to 50")
	if list := w.backups(region, control.Filters{"states": {"READY"}, "clusterIds": {"cluster-aaaaaaaaaaa", mainCluster}}); len(list) != 30 {
		t.Errorf("%d are ready", len(list))
	}
}
