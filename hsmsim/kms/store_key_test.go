package kms_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/kms"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

const (
	unreachable = "KMS cannot communicate with your CloudHSM cluster. This might be a transient network issue. If you see this error repeatedly, " +
		"verify that the Network ACLs and the security group rules for the VPC of your AWS CloudHSM cluster are correct."
	invalidState = "KMSInvalidStateException"
)

// connectedWorld is a world whose store is connected, with a key in it.
func connectedWorld(t testing.TB) (w *world, store, key string) {
	t.Helper()
	w = newWorld(t)
	store = w.newStore(first)
	w.connect(store)
	w.wantState(store, kms.Connected, "")
	return w, store, w.newKey(store)
}

// asKmsuser logs in to all HSMs as kmsuser, whose password an officer has changed.
func (w *world) asKmsuser(password string) []*wire.Conn {
	w.t.Helper()
	w.setPassword(password, 0, 1, 2)
	var conns []*wire.Conn
	for node := range 3 {
		c, err := w.as(node, "CU", "kmsuser", password)
		must(w.t, err)
		conns = append(conns, c)
	}
	return conns
}

// The backing key is what the guide says of it.
func TestBackingKey(t *testing.T) {
	w, store, key := connectedWorld(t)
	m := w.metadata(key)
	if m.Origin != kms.OriginCloudHSM || m.CustomKeyStoreID != store || m.CloudHsmClusterID != clusterID || m.CurrentKeyMaterialID != "" || !m.Enabled {
		t.Errorf("%+v", m)
	}
	w.disconnect(store)
	for node, c := range w.asKmsuser("tempPassword") {
		found, err := wire.FindKeys.Call(t.Context(), c, hsm.FindRequest{Label: new(m.ARN)})
		must(t, err)
		if len(found) != 1 {
			t.Fatalf("node %d has the keys %v", node, found)
		}
		list, err := wire.GetAttribute.Call(t.Context(), c, hsm.AttributeRequest{Handle: found[0], ID: hsm.AttrAll})
		must(t, err)
		got := map[hsm.AttributeID]hsm.Attribute{}
		for _, a := range list {
			got[a.ID] = a
		}
		for id, want := range map[hsm.AttributeID]uint64{hsm.AttrToken: 1, hsm.AttrExtractable: 0, hsm.AttrNeverExtractable: 1, hsm.AttrEncrypt: 1, hsm.AttrDecrypt: 1,
			hsm.AttrWrap: 1, hsm.AttrUnwrap: 1, hsm.AttrSign: 0, hsm.AttrVerify: 0, hsm.AttrKeyType: uint64(hsm.AES), hsm.AttrValueLen: 32} {
			if got[id].Number != want {
				t.Errorf("node %d: attribute %d is %d, want %d", node, id, got[id].Number, want)
			}
		}
		if id := string(got[hsm.AttrID].Bytes); len(id) != 64 {
			t.Errorf("the backing key id is %q", id)
		}
	}
}

func TestKeysOfAStoreThatIsNotConnected(t *testing.T) {
	w, store, key := connectedWorld(t)
	blob, err := w.encrypt(key, "hello")
	must(t, err)
	arn := w.metadata(key).ARN
	w.disconnect(store)
	if m := w.metadata(key); m.KeyState != kms.Unavailable || m.Enabled {
		t.Errorf("state %s, enabled %v", m.KeyState, m.Enabled)
	}
	_, err = w.encrypt(key, "hello")
	wantException(t, "encrypting", err, invalidState, arn+" is unavailable.")
	_, err = w.decrypt(blob)
	wantException(t, "decrypting", err, invalidState, arn+" is unavailable.")
	_, err = w.kms.GenerateDataKey(t.Context(), call(), kms.GenerateDataKeyRequest{KeyID: key, KeySpec: "AES_256"})
	wantException(t, "a data key", err, invalidState, arn+" is unavailable.")

	// A deletion can be scheduled and cancelled without the cluster.
	_, err = w.kms.ScheduleKeyDeletion(t.Context(), call(), kms.ScheduleKeyDeletionRequest{KeyID: key})
	must(t, err)
	if m := w.metadata(key); m.KeyState != kms.PendingDeletion || m.DeletionDate == nil {
		t.Errorf("state %s", m.KeyState)
	}
	_, err = w.kms.CancelKeyDeletion(t.Context(), call(), kms.KeyRequest{KeyID: key})
	must(t, err)
	if m := w.metadata(key); m.KeyState != kms.Unavailable {
		t.Errorf("state %s", m.KeyState)
	}
	w.connect(store)
	if m := w.metadata(key); m.KeyState != kms.Disabled {
		t.Errorf("state %s", m.KeyState)
	}
}

// What the guide lists of keys that are Enabled, in a store that is CONNECTED, and fail all the same.
func TestCryptoThatFailsWhileConnected(t *testing.T) {
	for _, test := range []struct {
		name          string
		harm, mend    func(w *world)
		code, message string
	}{
		{"all HSMs deleted",
			func(w *world) {
				w.cloud.change(func(c *cloud) { c.clusters[clusterID].HSMs = nil })
				w.takeDown(0, 1, 2)
			},
			func(w *world) { w.bringUp(0, 1, 2); w.cloud.change(func(*cloud) { w.addCluster(clusterID, "family") }) },
			invalidState, unreachable},
		{"the network lets nothing through",
			func(w *world) { w.cloud.change(func(c *cloud) { c.open = false }) },
			func(w *world) { w.cloud.change(func(c *cloud) { c.open = true }) },
			invalidState, unreachable},
		{"no HSM answers", func(w *world) { w.takeDown(0, 1, 2) }, func(w *world) { w.bringUp(0, 1, 2) }, invalidState, unreachable},
		{"one HSM does not answer", func(w *world) { w.takeDown(1) }, func(w *world) { w.bringUp(1) }, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, store, key := connectedWorld(t)
			blob, err := w.encrypt(key, "hello")
			must(t, err)
			test.harm(w)
			for range 4 { // whichever HSM is asked
				_, err = w.decrypt(blob)
				if test.code == "" && err != nil {
					t.Fatal(err)
				}
				if test.code != "" {
					wantException(t, "decrypting", err, test.code, test.message)
				}
			}
			w.wantState(store, kms.Connected, "")
			if m := w.metadata(key); m.KeyState != kms.Enabled {
				t.Errorf("the key is %s", m.KeyState)
			}
			test.mend(w)
			w.wantDecrypts(blob, "hello")
		})
	}
}

func (w *world) takeDown(nodes ...int) { w.setStates(scenario.StateRefused, nodes) }
func (w *world) bringUp(nodes ...int)  { w.setStates(scenario.StateUp, nodes) }

func (w *world) setStates(state string, nodes []int) {
	w.t.Helper()
	for _, n := range nodes {
		must(w.t, w.lab.SetHSMState(labtest.Address(n), state))
	}
}

// While KMS's own sessions are lost, kmsuser can be locked out.
func TestKmsuserLockedOutWhileConnected(t *testing.T) {
	w, _, key := connectedWorld(t)
	w.takeDown(0, 1, 2)
	w.bringUp(0, 1, 2)
	for node := range 3 {
		for range hsm.MaxLoginFailures {
			w.as(node, "CU", "kmsuser", "wrong-one")
		}
	}
	_, err := w.encrypt(key, "hello")
	wantException(t, "encrypting", err, invalidState, "KMS cannot communicate with your AWS CloudHSM cluster because the kmsuser is locked out. "+
		"If you see this error repeatedly, disconnect the AWS CloudHSM key store and reset the kmsuser account password. "+
		"Update the kmsuser password for the custom key store and try the request again.")
}

// A key whose material is deleted fails at once and turns Unavailable after a while; a copy of the material mends it.
func TestMaterialThatIsDeleted(t *testing.T) {
	w, store, key := connectedWorld(t)
	blob, err := w.encrypt(key, "hello")
	must(t, err)
	w.disconnect(store)
	arn := w.metadata(key).ARN
	var handle hsm.Handle
	var object []byte
	for _, c := range w.asKmsuser("tempPassword") {
		found, err := wire.FindKeys.Call(t.Context(), c, hsm.FindRequest{Label: &arn})
		must(t, err)
		handle = found[0]
		object, err = wire.ExtractMasked.Call(t.Context(), c, hsm.HandleRequest{Handle: handle})
		must(t, err)
		_, err = wire.DeleteKey.Call(t.Context(), c, hsm.HandleRequest{Handle: handle})
		must(t, err)
		_, err = wire.Logout.Call(t.Context(), c, hsm.Done{})
		must(t, err)
	}
	must(t, w.update(kms.UpdateCustomKeyStoreRequest{ID: store, Password: "tempPassword"}))
	w.connect(store)
	w.wantState(store, kms.Connected, "")
	_, err = w.decrypt(blob)
	wantException(t, "decrypting", err, invalidState, "")
	if m := w.metadata(key); m.KeyState != kms.Enabled {
		t.Errorf("at once the key is %s", m.KeyState)
	}
	w.pass(time.Hour)
	if m := w.metadata(key); m.KeyState != kms.Unavailable {
		t.Errorf("after a while the key is %s", m.KeyState)
	}
	w.officer(func(c *wire.Conn) error {
		_, err := wire.InsertMasked.Call(t.Context(), c, hsm.InsertMaskedRequest{Object: object, KeepHandle: true})
		return err
	}, 0, 1, 2)
	w.wantDecrypts(blob, "hello")
	if m := w.metadata(key); m.KeyState != kms.Enabled {
		t.Errorf("with its material the key is %s", m.KeyState)
	}
}

// The backing key goes with the KMS key where KMS gets in, and else stays behind; CloudTrail tells which.
func TestDeletion(t *testing.T) {
	for _, test := range []struct {
		name   string
		before func(w *world, store string)
		want   string
	}{
		{"connected", func(*world, string) {}, "SUCCESS"},
		{"disconnected", func(w *world, store string) { w.disconnect(store) }, "FAILURE"},
		{"an HSM is down", func(w *world, _ string) { w.takeDown(1) }, "FAILURE"},
		{"no network", func(w *world, _ string) { w.cloud.change(func(c *cloud) { c.open = false }) }, "FAILURE"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, store, key := connectedWorld(t)
			arn := w.metadata(key).ARN
			_, err := w.kms.ScheduleKeyDeletion(t.Context(), call(), kms.ScheduleKeyDeletionRequest{KeyID: key, Window: new(7)})
			must(t, err)
			test.before(w, store)
			w.pass(8 * 24 * time.Hour)
			_, err = w.kms.DescribeKey(t.Context(), call(), kms.DescribeKeyRequest{KeyID: key})
			wantException(t, "the key", err, "NotFoundException", fmt.Sprintf("Key '%s' does not exist", arn))
			all := w.events.Events()
			if len(all) != 1 {
				t.Fatalf("%d events", len(all))
			}
			e := all[0]
			if e.Name != "DeleteKey" || e.Caller != nil || e.Account != "111122223333" || e.Resources[0] != (shape.Resource{Type: "AWS::KMS::Key", ARN: arn}) {
				t.Errorf("%+v", e)
			}
			text, err := json.Marshal(e.Additional)
			must(t, err)
			var more struct{ CustomKeyStoreID, ClusterID, BackingKeys, BackingKeysDeletionStatus string }
			must(t, json.Unmarshal(text, &more))
			var status []struct{ KeyHandle, BackingKeyID, DeletionStatus string }
			must(t, json.Unmarshal([]byte(more.BackingKeysDeletionStatus), &status))
			if len(status) != 1 || status[0].DeletionStatus != test.want || len(status[0].BackingKeyID) != 64 {
				t.Errorf("%+v, want %s", status, test.want)
			}
			if more.CustomKeyStoreID != store || more.ClusterID != clusterID || !strings.Contains(more.BackingKeys, status[0].KeyHandle) {
				t.Errorf("%+v", more)
			}
		})
	}
}

// A cluster that was cloned from a backup takes the place of the first one; an unrelated one does not.
func TestReplacementCluster(t *testing.T) {
	w, store, key := connectedWorld(t)
	blob, err := w.encrypt(key, "hello")
	must(t, err)
	w.disconnect(store)
	w.addCluster("cluster-abcdefghijk", "another family")
	w.addCluster("cluster-bcdefghijkl", "family").HSMs = nil
	w.addCluster("cluster-cdefghijklm", "family").State = "UNINITIALIZED"
	w.addCluster("cluster-defghijklmn", "family")
	for id, want := range map[string]string{
		"cluster-abcdefghijk": "CloudHsmClusterNotRelatedException", "cluster-bcdefghijkl": "CloudHsmClusterInvalidConfigurationException",
		"cluster-cdefghijklm": "CloudHsmClusterNotActiveException", "cluster-efghijklmno": "CloudHsmClusterNotFoundException"} {
		wantException(t, id, w.update(kms.UpdateCustomKeyStoreRequest{ID: store, Cluster: id, Name: "Changed"}), want, "")
	}
	if s := w.store(store); s.Name != "ExampleKeyStore" || s.Cluster != clusterID {
		t.Errorf("a refused update changed the store: %+v", s)
	}
	must(t, w.update(kms.UpdateCustomKeyStoreRequest{ID: store, Cluster: "cluster-defghijklmn"}))
	if m := w.metadata(key); m.CloudHsmClusterID != "cluster-defghijklmn" {
		t.Errorf("the key is in %s", m.CloudHsmClusterID)
	}
	w.connect(store)
	w.wantDecrypts(blob, "hello")
}

func TestWhatKeysOfAStoreCannotDo(t *testing.T) {
	w, store, _ := connectedWorld(t)
	base := kms.CreateKeyRequest{Origin: kms.OriginCloudHSM, CustomKeyStoreID: store}
	for _, test := range []struct {
		name   string
		change func(r *kms.CreateKeyRequest)
		want   string
	}{
		{"RSA", func(r *kms.CreateKeyRequest) { r.KeySpec, r.KeyUsage = kms.RSA2048, kms.SignVerify }, "UnsupportedOperationException"},
		{"multi-Region", func(r *kms.CreateKeyRequest) { r.MultiRegion = true }, "UnsupportedOperationException"},
		{"no store", func(r *kms.CreateKeyRequest) { r.CustomKeyStoreID = "" }, "ValidationException"},
		{"no origin", func(r *kms.CreateKeyRequest) { r.Origin = "" }, "ValidationException"},
		{"an unknown store", func(r *kms.CreateKeyRequest) { r.CustomKeyStoreID = "cks-00000000000000000" }, "CustomKeyStoreNotFoundException"},
	} {
		r := base
		test.change(&r)
		_, err := w.kms.CreateKey(t.Context(), call(), r)
		wantException(t, test.name, err, test.want, "")
	}
	w.cloud.change(func(c *cloud) { c.clusters[clusterID].HSMs = c.clusters[clusterID].HSMs[:1] })
	_, err := w.kms.CreateKey(t.Context(), call(), base)
	wantException(t, "one HSM", err, "CloudHsmClusterInvalidConfigurationException", "")
}

func TestCryptoFromManySides(t *testing.T) {
	w, _, key := connectedWorld(t)
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for n := range 25 {
				plain := fmt.Sprintf("message %d of %d", n, i)
				blob, err := w.encrypt(key, plain)
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := w.decrypt(blob); err != nil || got != plain {
					t.Errorf("%q, %v", got, err)
					return
				}
			}
		})
	}
	wait.Wait()
}
