package lab_test

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudhsmv2"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

func (a *account) view() *lab.View {
	a.t.Helper()
	return good[*lab.View](a)(a.lab.View(a.ctx))
}

func TestTheViewOfTheDefaultWorld(t *testing.T) {
	a := newAccount(t)
	v := a.view()
	if len(v.Clusters) != 1 || len(v.Clusters[0].HSMs) != 3 {
		t.Fatalf("clusters %+v", v.Clusters)
	}
	c := v.Clusters[0]
	arn := "arn:aws:kms:eu-west-1:111122223333:key/" + guideKey
	want := lab.HSMView{Node: 1, Address: "10.0.3.11", Zone: "eu-west-1b", State: "up",
		Users: []lab.UserView{{ID: 1, Type: "CO", Name: "admin"}, {ID: 2, Type: "AU", Name: "app_user"}, {ID: 3, Type: "CU", Name: "kmsuser"}, {ID: 4, Type: "CU", Name: "example_user"}},
		Keys: []lab.KeyView{{Handle: 262162, Label: arn, ID: "5c1f6c1e3a1d0f1b9d8e7c6b5a49382716f5e4d3c2b1a0998877665544332211", Class: "secret", Type: "AES",
			Owner: "kmsuser", MValue: 1}}}
	if diff := cmp.Diff(want, c.HSMs[1], cmpopts.IgnoreFields(lab.HSMView{}, "ID", "Connections"), cmpopts.IgnoreFields(lab.UserView{}, "Logins"), cmpopts.IgnoreFields(lab.KeyView{}, "Attributes")); diff != "" {
		t.Errorf("an HSM (-want +got)\n%s", diff)
	}
	if k := c.HSMs[1].Users[2]; k.Logins < 1 || c.HSMs[1].Users[0].Logins != 0 {
		t.Errorf("logins: %+v", c.HSMs[1].Users)
	} else if c.HSMs[1].Connections != k.Logins {
		t.Errorf("%d connections, %d of KMS", c.HSMs[1].Connections, k.Logins)
	}
	if k := c.HSMs[1].Keys[0].Attributes; !k["ENCRYPT"] || !k["TOKEN"] || k["EXTRACTABLE"] || len(k) != 17 {
		t.Errorf("attributes %v", k)
	}
	if c.ID != guideCluster || c.State != "ACTIVE" || c.Region != "eu-west-1" || !slices.Equal(c.Backups, []string{guideBackup}) || len(c.OutOfStep()) != 0 {
		t.Errorf("cluster %+v", c)
	}
	if s := c.Subnets[0]; s.Zone != "eu-west-1a" || s.CIDR != "10.0.2.0/24" || s.Free < 200 || s.Gone || len(c.Subnets) != 3 {
		t.Errorf("subnets %+v", c.Subnets)
	} else if want := []string{"CloudHSM " + c.HSMs[0].ID, "KMS managed ENI for cluster " + c.ID}; !slices.Equal(s.Interfaces, want) {
		t.Errorf("network interfaces %q, not %q", s.Interfaces, want)
	}
	if diff := cmp.Diff([]lab.StoreView{{ID: guideStore, Name: "ExampleKeyStore", Region: "eu-west-1", Cluster: guideCluster, State: "CONNECTED", Keys: 1}}, v.Stores); diff != "" {
		t.Errorf("stores (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]lab.KMSKeyView{{Region: "eu-west-1", ID: guideKey, State: "Enabled", Origin: "AWS_CLOUDHSM", Store: guideStore, Handles: []uint64{262162}}}, v.Keys); diff != "" {
		t.Errorf("KMS keys (-want +got)\n%s", diff)
	}
	if v.Generation != "classic" || v.Rate != 1 || v.Time.IsZero() || v.Endpoint == "" || v.Lab == "" || v.Dir == "" || v.Faults != nil || v.Broken != nil {
		t.Errorf("%+v", v)
	}
	if text, err := json.Marshal(v); err != nil || strings.Contains(string(text), "Pswd") || strings.Contains(string(text), "adminpw1") {
		t.Errorf("a password, or %v", err)
	}
}

func TestTheViewShowsFaultsAndWhatComesAndGoes(t *testing.T) {
	a := newAccount(t)
	must(t, a.lab.AddFault(a.ctx, lab.Fault{Fault: scenario.Fault{Kind: "slow", HSM: "10.0.3.11"}}))
	must(t, a.lab.AddFault(a.ctx, lab.Fault{Fault: scenario.Fault{Kind: "down", HSM: "10.0.1.12"}}))
	must(t, a.lab.AddFault(a.ctx, lab.Fault{Fault: scenario.Fault{Kind: "kms"}}))
	v := a.view()
	if diff := cmp.Diff([]lab.FaultView{{Kind: "slow", HSM: "10.0.3.11"}, {Kind: "down", HSM: "10.0.1.12"}, {Kind: "kms"}}, v.Faults); diff != "" {
		t.Errorf("faults (-want +got)\n%s", diff)
	}
	states := func() (list []string) {
		for _, h := range a.view().Clusters[0].HSMs {
			list = append(list, h.State)
		}
		return list
	}
	if got := states(); !slices.Equal(got, []string{"up", "slow", "down"}) {
		t.Errorf("states %v", got)
	}
	must(t, a.lab.SetClockRate(a.ctx, 0))
	good[*cloudhsmv2.CreateHsmOutput](a)(a.hsm.CreateHsm(a.ctx, &cloudhsmv2.CreateHsmInput{ClusterId: aws.String(guideCluster), AvailabilityZone: aws.String("eu-west-1a")}))
	good[*cloudhsmv2.DeleteHsmOutput](a)(a.hsm.DeleteHsm(a.ctx, &cloudhsmv2.DeleteHsmInput{ClusterId: aws.String(guideCluster), EniIp: aws.String("10.0.2.9")}))
	if got := states(); !slices.Equal(got, []string{"DELETE_IN_PROGRESS", "slow", "down", "CREATE_IN_PROGRESS"}) {
		t.Errorf("states %v", got)
	}
	if d := a.view().Clusters[0].OutOfStep(); d != nil {
		t.Errorf("an HSM that comes is out of step: %+v", d)
	}
	a.later()
	if got := states(); !slices.Equal(got, []string{"slow", "down", "up"}) {
		t.Errorf("states %v", got)
	}
}

func TestTheViewShowsKMSKeys(t *testing.T) {
	a := newAccount(t)
	k := good[*kms.CreateKeyOutput](a)(a.kms.CreateKey(a.ctx, &kms.CreateKeyInput{Origin: kmstypes.OriginTypeExternal}))
	_, err := a.kms.CreateAlias(a.ctx, &kms.CreateAliasInput{AliasName: aws.String("alias/own"), TargetKeyId: k.KeyMetadata.KeyId})
	must(t, err)
	_, err = a.kms.DisableKey(a.ctx, &kms.DisableKeyInput{KeyId: aws.String(guideKey)})
	must(t, err)
	v := a.view()
	want := []lab.KMSKeyView{
		{Region: "eu-west-1", ID: guideKey, State: "Disabled", Origin: "AWS_CLOUDHSM", Store: guideStore, Handles: []uint64{262162}},
		{Region: "eu-west-1", ID: *k.KeyMetadata.KeyId, Aliases: []string{"alias/own"}, State: "PendingImport", Origin: "EXTERNAL"}}
	slices.SortFunc(want, func(x, y lab.KMSKeyView) int { return strings.Compare(x.ID, y.ID) })
	if diff := cmp.Diff(want, v.Keys); diff != "" {
		t.Errorf("KMS keys (-want +got)\n%s", diff)
	}
}

func TestTheViewShowsABrokenHSM(t *testing.T) {
	h := labtest.Home(t, "")
	l, err := lab.Open(h, slog.New(slog.DiscardHandler))
	must(t, err)
	id := l.View().Clusters[0].HSMs[1].ID
	must(t, l.Close())
	must(t, os.WriteFile(filepath.Join(h.Dir, "nodes", id+".db"), []byte(strings.Repeat("not a database ", 1000)), 0o600))
	v := labtest.Open(t, h).View()
	if got := v.Clusters[0].HSMs[1]; got.State != "broken" || got.Users != nil || len(v.Broken) != 1 || !strings.Contains(v.Broken[0], id) {
		t.Errorf("%+v, broken: %q", got, v.Broken)
	}
}

func TestTheViewShowsSessionKeys(t *testing.T) {
	l := labtest.Run(t, "clusters:\n  - max_keys: 100\n"+threeNodes)
	a := labtest.Application(t, l.Home(), cluster.Settings{}, "example_user", "password1")
	r := hsm.GenerateSecretRequest{Type: hsm.AES, Size: 16, Template: hsm.Template{Label: "mine", Session: true}}
	if made := a.GenerateSecret(t.Context(), r, 0); !made.OK() {
		t.Fatal(made.Outcome)
	}
	h := l.View().Clusters[0].HSMs[0]
	if len(h.Keys) != 1 || !h.Keys[0].Session || h.Keys[0].Label != "mine" || h.Keys[0].Owner != "example_user" || h.Keys[0].Attributes["TOKEN"] || h.Users[1].Logins != 1 {
		t.Errorf("%+v", h)
	}
	if d := l.View().Clusters[0].OutOfStep(); d != nil {
		t.Errorf("a session key is out of step: %+v", d)
	}
}

func TestDecrypts(t *testing.T) {
	a := newAccount(t)
	blob := good[*kms.EncryptOutput](a)(a.kms.Encrypt(a.ctx, &kms.EncryptInput{KeyId: aws.String(guideKey), Plaintext: []byte("hello")})).CiphertextBlob
	elsewhere := kms.New(a.kms.Options(), func(o *kms.Options) { o.Region = "us-west-2" })
	key := good[*kms.CreateKeyOutput](a)(elsewhere.CreateKey(a.ctx, &kms.CreateKeyInput{})).KeyMetadata.KeyId
	far := good[*kms.EncryptOutput](a)(elsewhere.Encrypt(a.ctx, &kms.EncryptInput{KeyId: key, Plaintext: []byte("far away")})).CiphertextBlob
	for want, blob := range map[string][]byte{"hello": blob, "far away": far} {
		if plain, err := a.lab.Decrypt(a.ctx, blob); err != nil || string(plain) != want {
			t.Errorf("decrypted %q, %v, want %q", plain, err, want)
		}
	}
	fails := func(what string, blob []byte, text string) {
		t.Helper()
		if plain, err := a.lab.Decrypt(a.ctx, blob); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %q, %v, want an error with %q", what, plain, err, text)
		}
	}
	fails("nothing", nil, "ciphertextBlob")
	fails("no ciphertext", []byte("hello"), "InvalidCiphertextException")
	_, err := elsewhere.DisableKey(a.ctx, &kms.DisableKeyInput{KeyId: key})
	must(t, err)
	fails("a disabled key of another region", far, "is disabled")
	events := good[*cloudtrail.LookupEventsOutput](a)(a.trail.LookupEvents(a.ctx, &cloudtrail.LookupEventsInput{StartTime: aws.Time(time.Unix(0, 0))}))
	for _, e := range events.Events {
		if *e.EventName == "Decrypt" {
			t.Errorf("there is an event of it: %s", *e.CloudTrailEvent)
		}
	}
	if len(events.Events) == 0 {
		t.Error("there are no events at all")
	}
}

// What the first user's policies deny is denied here, too.
func TestDecryptsAsTheFirstUser(t *testing.T) {
	alice, _ := ofUsers(t)
	blob := good[*kms.EncryptOutput](alice)(alice.kms.Encrypt(alice.ctx, &kms.EncryptInput{KeyId: aws.String(guideKey), Plaintext: []byte("hello")})).CiphertextBlob
	policy := `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"},
		{"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}]}`
	_, err := alice.kms.PutKeyPolicy(alice.ctx, &kms.PutKeyPolicyInput{KeyId: aws.String(guideKey), Policy: &policy})
	must(t, err)
	if plain, err := alice.lab.Decrypt(alice.ctx, blob); err == nil || !strings.Contains(err.Error(), "not authorized to perform: kms:Decrypt") {
		t.Errorf("decrypted %q, %v", plain, err)
	}
}
