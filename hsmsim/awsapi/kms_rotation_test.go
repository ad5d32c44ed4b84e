package awsapi

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

func rotationThroughSDK(t *testing.T, w *kmsWorld) {
	ctx, k := t.Context(), w.create(t)
	sealed, err := w.Encrypt(ctx, &sdk.EncryptInput{KeyId: k.KeyId, Plaintext: []byte("old")})
	must(t, err)
	status := func() *sdk.GetKeyRotationStatusOutput {
		s, err := w.GetKeyRotationStatus(ctx, &sdk.GetKeyRotationStatusInput{KeyId: k.KeyId})
		must(t, err)
		return s
	}
	if s := status(); s.KeyRotationEnabled || s.RotationPeriodInDays != nil || s.NextRotationDate != nil {
		t.Errorf("status %s", jsonOf(s))
	}
	_, err = w.EnableKeyRotation(ctx, &sdk.EnableKeyRotationInput{KeyId: k.KeyId, RotationPeriodInDays: aws.Int32(90)})
	must(t, err)
	start := w.clock.Now()
	if s := status(); !s.KeyRotationEnabled || *s.RotationPeriodInDays != 90 || !s.NextRotationDate.Equal(start.Add(90*24*time.Hour)) {
		t.Errorf("status %s", jsonOf(s))
	}
	must(t, w.clock.Advance(10*365*24*time.Hour)) // 40 periods and 50 days
	_, err = w.RotateKeyOnDemand(ctx, &sdk.RotateKeyOnDemandInput{KeyId: k.KeyId})
	must(t, err)
	var all []types.RotationsListEntry
	pages := sdk.NewListKeyRotationsPaginator(w, &sdk.ListKeyRotationsInput{KeyId: k.KeyId, Limit: aws.Int32(7)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		must(t, err)
		all = append(all, page.Rotations...)
	}
	if len(all) != 41 {
		t.Fatalf("%d rotations, want 41", len(all))
	}
	for i, r := range all {
		date, kind, state := start.Add(time.Duration(90*(i+1))*24*time.Hour), "AUTOMATIC", "NON_CURRENT"
		if i == 40 {
			date, kind, state = w.clock.Now(), "ON_DEMAND", "CURRENT"
		}
		if !r.RotationDate.Equal(date) || string(r.RotationType) != kind || string(r.KeyMaterialState) != state || *r.KeyId != *k.KeyId {
			t.Errorf("rotation %d: %s, want %s %s %s", i, jsonOf(r), date, kind, state)
		}
	}
	d, err := w.DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: k.KeyId})
	must(t, err)
	equal(t, "CurrentKeyMaterialId", *d.KeyMetadata.CurrentKeyMaterialId, *all[40].KeyMaterialId)
	whole, err := w.ListKeyRotations(ctx, &sdk.ListKeyRotationsInput{KeyId: k.KeyId, IncludeKeyMaterial: "ALL_KEY_MATERIAL"})
	must(t, err)
	if first := whole.Rotations[0]; len(whole.Rotations) != 42 || *first.KeyMaterialId != *k.CurrentKeyMaterialId || first.RotationDate != nil || first.RotationType != "" {
		t.Errorf("all material: %s", jsonOf(whole.Rotations))
	}
	opened, err := w.Decrypt(ctx, &sdk.DecryptInput{CiphertextBlob: sealed.CiphertextBlob})
	must(t, err)
	equal(t, "Plaintext", string(opened.Plaintext), "old")
	equal(t, "KeyMaterialId", *opened.KeyMaterialId, *k.CurrentKeyMaterialId)
	for range 9 {
		_, err = w.RotateKeyOnDemand(ctx, &sdk.RotateKeyOnDemandInput{KeyId: k.KeyId})
		must(t, err)
	}
	_, err = w.RotateKeyOnDemand(ctx, &sdk.RotateKeyOnDemandInput{KeyId: k.KeyId})
	wantError(t, err, "LimitExceededException", "…")

	// A disabled key is not rotated, and once when it is enabled again.
	_, err = w.DisableKey(ctx, &sdk.DisableKeyInput{KeyId: k.KeyId})
	must(t, err)
	must(t, w.clock.Advance(365*24*time.Hour))
	count := func() int {
		l, err := w.ListKeyRotations(ctx, &sdk.ListKeyRotationsInput{KeyId: k.KeyId})
		must(t, err)
		return len(l.Rotations)
	}
	equal(t, "rotations", count(), 50)
	_, err = w.EnableKey(ctx, &sdk.EnableKeyInput{KeyId: k.KeyId})
	must(t, err)
	equal(t, "rotations", count(), 51)
	equal(t, "next", status().NextRotationDate.Sub(w.clock.Now()), 90*24*time.Hour)
	_, err = w.DisableKeyRotation(ctx, &sdk.DisableKeyRotationInput{KeyId: k.KeyId})
	must(t, err)
	equal(t, "KeyRotationEnabled", status().KeyRotationEnabled, false)
	must(t, w.clock.Advance(365*24*time.Hour))
	equal(t, "rotations", count(), 51)

	for _, days := range []int32{89, 2561} {
		_, err = w.EnableKeyRotation(ctx, &sdk.EnableKeyRotationInput{KeyId: k.KeyId, RotationPeriodInDays: &days})
		wantError(t, err, "ValidationException", fmt.Sprintf("1 validation error detected: Value '%d' at 'rotationPeriodInDays' failed to satisfy constraint: Member must have value…", days))
	}
	e := w.create(t, external)
	message := *e.Arn + " origin is EXTERNAL which is not valid for this operation."
	_, err = w.EnableKeyRotation(ctx, &sdk.EnableKeyRotationInput{KeyId: e.KeyId})
	wantError(t, err, "UnsupportedOperationException", message)
	_, err = w.DisableKeyRotation(ctx, &sdk.DisableKeyRotationInput{KeyId: e.KeyId})
	wantError(t, err, "UnsupportedOperationException", message)
	_, err = w.GetKeyRotationStatus(ctx, &sdk.GetKeyRotationStatusInput{KeyId: e.KeyId})
	wantError(t, err, "UnsupportedOperationException", message)
	signer := w.create(t, of("ECC_NIST_P256", "SIGN_VERIFY"))
	_, err = w.RotateKeyOnDemand(ctx, &sdk.RotateKeyOnDemandInput{KeyId: signer.KeyId})
	wantError(t, err, "UnsupportedOperationException", "…")
}

func multiRegionThroughSDK(t *testing.T, w *kmsWorld) {
	ctx, k := t.Context(), w.create(t, multiRegion)
	if !strings.HasPrefix(*k.KeyId, "mrk-") || len(*k.KeyId) != 36 {
		t.Errorf("KeyId %s", *k.KeyId)
	}
	in := &sdk.ReplicateKeyInput{KeyId: k.KeyId, ReplicaRegion: aws.String("us-east-1"), Description: aws.String("d"), Tags: []types.Tag{{TagKey: aws.String("a"), TagValue: aws.String("b")}}}
	made, err := w.ReplicateKey(ctx, in)
	must(t, err)
	m := made.ReplicaKeyMetadata
	equal(t, "Arn", *m.Arn, keyARN("us-east-1", *k.KeyId))
	equal(t, "MultiRegionKeyType", m.MultiRegionConfiguration.MultiRegionKeyType, "REPLICA")
	equal(t, "PrimaryKey", *m.MultiRegionConfiguration.PrimaryKey.Arn, *k.Arn)
	equal(t, "ReplicaKeys", *m.MultiRegionConfiguration.ReplicaKeys[0].Region, "us-east-1")
	equal(t, "Description", *m.Description, "d")
	equal(t, "material", *m.CurrentKeyMaterialId, *k.CurrentKeyMaterialId)
	equal(t, "ReplicaTags", *made.ReplicaTags[0].TagKey, "a")
	equal(t, "ReplicaPolicy", strings.Contains(*made.ReplicaPolicy, "key-default-1"), true)
	_, err = w.ReplicateKey(ctx, in)
	wantError(t, err, "AlreadyExistsException", "Unable to replicate key "+*k.KeyId+" to region us-east-1, as the key already exist there")
	single := w.create(t)
	_, err = w.ReplicateKey(ctx, &sdk.ReplicateKeyInput{KeyId: single.KeyId, ReplicaRegion: aws.String("us-east-1")})
	wantError(t, err, "UnsupportedOperationException", "Unable to replicate a non-MultiRegion key "+*single.KeyId)
	_, err = w.east.ReplicateKey(ctx, &sdk.ReplicateKeyInput{KeyId: k.KeyId, ReplicaRegion: aws.String("eu-west-1")})
	wantError(t, err, "UnsupportedOperationException", "…")

	sealed, err := w.Encrypt(ctx, &sdk.EncryptInput{KeyId: k.KeyId, Plaintext: []byte("text")})
	must(t, err)
	opened, err := w.east.Decrypt(ctx, &sdk.DecryptInput{CiphertextBlob: sealed.CiphertextBlob})
	must(t, err)
	equal(t, "Plaintext", string(opened.Plaintext), "text")
	equal(t, "KeyId", *opened.KeyId, *m.Arn)
	_, err = w.east.RotateKeyOnDemand(ctx, &sdk.RotateKeyOnDemandInput{KeyId: k.KeyId})
	wantError(t, err, "UnsupportedOperationException", "…")
	_, err = w.RotateKeyOnDemand(ctx, &sdk.RotateKeyOnDemandInput{KeyId: k.KeyId})
	must(t, err)
	sealed, err = w.Encrypt(ctx, &sdk.EncryptInput{KeyId: k.KeyId, Plaintext: []byte("rotated")})
	must(t, err)
	_, err = w.east.Decrypt(ctx, &sdk.DecryptInput{CiphertextBlob: sealed.CiphertextBlob})
	must(t, err)

	_, err = w.UpdatePrimaryRegion(ctx, &sdk.UpdatePrimaryRegionInput{KeyId: k.KeyId, PrimaryRegion: aws.String("eu-west-1")})
	wantError(t, err, "NotFoundException", "…")
	_, err = w.UpdatePrimaryRegion(ctx, &sdk.UpdatePrimaryRegionInput{KeyId: k.KeyId, PrimaryRegion: aws.String("us-east-1")})
	must(t, err)
	kind := func(c *sdk.Client) types.MultiRegionKeyType {
		d, err := c.DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: k.KeyId})
		must(t, err)
		return d.KeyMetadata.MultiRegionConfiguration.MultiRegionKeyType
	}
	equal(t, "in us-west-2", kind(w.Client), "REPLICA")
	equal(t, "in us-east-1", kind(w.east), "PRIMARY")

	// A primary key waits for its replicas.
	scheduled, err := w.east.ScheduleKeyDeletion(ctx, &sdk.ScheduleKeyDeletionInput{KeyId: k.KeyId, PendingWindowInDays: aws.Int32(7)})
	must(t, err)
	if scheduled.KeyState != "PendingReplicaDeletion" || scheduled.DeletionDate != nil {
		t.Errorf("scheduled %s", jsonOf(scheduled))
	}
	d, err := w.east.DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: k.KeyId})
	must(t, err)
	equal(t, "PendingDeletionWindowInDays", *d.KeyMetadata.PendingDeletionWindowInDays, 7)
	_, err = w.ScheduleKeyDeletion(ctx, &sdk.ScheduleKeyDeletionInput{KeyId: k.KeyId, PendingWindowInDays: aws.Int32(7)})
	must(t, err)
	must(t, w.clock.Advance(8*24*time.Hour))
	d, err = w.east.DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: k.KeyId})
	must(t, err)
	if d.KeyMetadata.KeyState != "PendingDeletion" || d.KeyMetadata.DeletionDate.Sub(w.clock.Now()) != 6*24*time.Hour {
		t.Errorf("the primary key: %s", jsonOf(d.KeyMetadata))
	}
	must(t, w.clock.Advance(6*24*time.Hour))
	_, err = w.east.DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: k.KeyId})
	wantError(t, err, "NotFoundException", "Key '"+*m.Arn+"' does not exist")
}
