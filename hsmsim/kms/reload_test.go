package kms

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// everything is what a service shows of a region.
func (w *world) everything(t *testing.T, region string) string {
	t.Helper()
	ctx := t.Context()
	keys, err := w.ListKeys(ctx, in(region), ListKeysRequest{})
	must(t, err)
	text := ""
	add := func(v any, err error) {
		if err != nil {
			v = err
		}
		text += fmt.Sprintf("%+v\n", v)
	}
	for _, k := range keys.Keys {
		d, err := w.DescribeKey(ctx, in(region), DescribeKeyRequest{KeyID: k.KeyID})
		must(t, err)
		if d.KeyMetadata.DeletionDate != nil {
			add(*d.KeyMetadata.DeletionDate, nil)
			d.KeyMetadata.DeletionDate = nil
		}
		if d.KeyMetadata.MultiRegionConfiguration != nil {
			add(*d.KeyMetadata.MultiRegionConfiguration, nil)
			d.KeyMetadata.MultiRegionConfiguration = nil
		}
		add(d, err)
		add(w.GetKeyPolicy(ctx, in(region), GetKeyPolicyRequest{KeyID: k.KeyID}))
		add(w.ListResourceTags(ctx, in(region), ListResourceTagsRequest{KeyID: k.KeyID}))
		add(w.ListGrants(ctx, in(region), ListGrantsRequest{KeyID: k.KeyID}))
		status, err := w.GetKeyRotationStatus(ctx, in(region), KeyRequest{k.KeyID})
		if status.Next != nil {
			add(*status.Next, nil)
			status.Next = nil
		}
		add(status, err)
		rotations, err := w.ListKeyRotations(ctx, in(region), ListKeyRotationsRequest{KeyID: k.KeyID})
		for i := range rotations.Rotations {
			add(*rotations.Rotations[i].Date, nil)
			rotations.Rotations[i].Date = nil
		}
		add(rotations, err)
	}
	add(w.ListAliases(ctx, in(region), ListAliasesRequest{}))
	return text
}

// TestReload has a service come back with all that it had, and do what fell due in between.
func TestReload(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	a := w.create(t, CreateKeyRequest{Description: "a", Tags: []Tag{{"k", "v"}}})
	sealed, err := w.Encrypt(ctx, call(), EncryptRequest{KeyID: a.KeyID, Plaintext: []byte("text"), Context: map[string]string{"c": "d"}})
	must(t, err)
	_, err = w.EnableKeyRotation(ctx, call(), EnableKeyRotationRequest{KeyID: a.KeyID, Days: new(100)})
	must(t, err)
	_, err = w.RotateKeyOnDemand(ctx, call(), KeyRequest{a.KeyID})
	must(t, err)
	policy := `{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`
	_, err = w.PutKeyPolicy(ctx, call(), PutKeyPolicyRequest{KeyID: a.KeyID, Policy: policy})
	must(t, err)
	for _, name := range []string{"alias/a", "alias/b"} {
		_, err = w.CreateAlias(ctx, call(), AliasRequest{name, a.KeyID})
		must(t, err)
	}
	_, err = w.DeleteAlias(ctx, call(), DeleteAliasRequest{"alias/b"})
	must(t, err)
	grant, err := w.CreateGrant(ctx, call(), CreateGrantRequest{KeyID: a.KeyID, Grantee: "arn:aws:iam::111122223333:user/Bob", Operations: []GrantOperation{"Decrypt"}})
	must(t, err)
	signer := w.create(t, CreateKeyRequest{KeySpec: P256K1, KeyUsage: SignVerify})
	signed, err := w.Sign(ctx, call(), SignRequest{KeyID: signer.KeyID, Message: []byte("m"), Algorithm: ECDSA256})
	must(t, err)
	disabled := w.create(t, CreateKeyRequest{})
	_, err = w.DisableKey(ctx, call(), KeyRequest{disabled.KeyID})
	must(t, err)
	doomed := w.create(t, CreateKeyRequest{})
	_, err = w.ScheduleKeyDeletion(ctx, call(), ScheduleKeyDeletionRequest{KeyID: doomed.KeyID, Window: new(7)})
	must(t, err)
	multi := w.create(t, CreateKeyRequest{MultiRegion: true})
	_, err = w.ReplicateKey(ctx, call(), ReplicateKeyRequest{KeyID: multi.KeyID, Region: "eu-west-1"})
	must(t, err)
	_, err = w.UpdatePrimaryRegion(ctx, call(), UpdatePrimaryRegionRequest{multi.KeyID, "eu-west-1"})
	must(t, err)
	w.create(t, CreateKeyRequest{Origin: OriginExternal})

	before := w.everything(t, "us-west-2") + w.everything(t, "eu-west-1")
	w.Close()
	w.open(t)
	if diff := cmp.Diff(before, w.everything(t, "us-west-2")+w.everything(t, "eu-west-1")); diff != "" {
		t.Errorf("after opening again (-before +after):\n%s", diff)
	}
	d, err := w.Decrypt(ctx, call(), DecryptRequest{CiphertextBlob: sealed.CiphertextBlob, Context: map[string]string{"c": "d"}, GrantTokens: []string{grant.Token}})
	must(t, err)
	if string(d.Plaintext) != "text" {
		t.Errorf("decrypted %q", d.Plaintext)
	}
	_, err = w.Verify(ctx, call(), VerifyRequest{KeyID: signer.KeyID, Message: []byte("m"), Signature: signed.Signature, Algorithm: ECDSA256})
	must(t, err)

	w.Close()
	must(t, w.clock.Advance(350*24*time.Hour))
	w.open(t)
	must(t, w.clock.Advance(time.Second)) // what is overdue runs beside us
	deadline := time.Now().Add(10 * time.Second)
	for {
		_, gone := w.DescribeKey(ctx, call(), DescribeKeyRequest{KeyID: doomed.KeyID})
		rotations, err := w.ListKeyRotations(ctx, call(), ListKeyRotationsRequest{KeyID: a.KeyID})
		must(t, err)
		if isException(gone, notFound) && len(rotations.Rotations) == 4 {
			for i, days := range []int{0, 100, 200, 300} {
				if got := rotations.Rotations[i].Date; !got.Equal(moment.Add(time.Duration(days) * day)) {
					t.Errorf("rotation %d was at %s", i, got)
				}
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the doomed key: %v; %d rotations, want 4", gone, len(rotations.Rotations))
		}
		time.Sleep(time.Millisecond)
	}
}
