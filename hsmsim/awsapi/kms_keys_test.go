package awsapi

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/kms"
)

func jsonOf(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return []byte(err.Error())
	}
	return b
}

func keysThroughSDK(t *testing.T, w *kmsWorld) {
	k := w.create(t, func(in *sdk.CreateKeyInput) { in.Description = aws.String("a key") })
	equal(t, "ARN", *k.Arn, keyARN("us-west-2", *k.KeyId))
	if k.CurrentKeyMaterialId == nil || len(*k.CurrentKeyMaterialId) != 64 {
		t.Errorf("CurrentKeyMaterialId %v", k.CurrentKeyMaterialId)
	}
	want := &types.KeyMetadata{
		KeyId: k.KeyId, Arn: k.Arn, AWSAccountId: aws.String(testAccount), CreationDate: aws.Time(w.clock.Now()), Enabled: true, Description: aws.String("a key"),
		KeyUsage: "ENCRYPT_DECRYPT", KeyState: "Enabled", Origin: "AWS_KMS", KeyManager: "CUSTOMER",
		//lint:ignore SA1019 older clients read it
		CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
		KeySpec:               "SYMMETRIC_DEFAULT", MultiRegion: aws.Bool(false), EncryptionAlgorithms: []types.EncryptionAlgorithmSpec{"SYMMETRIC_DEFAULT"},
		CurrentKeyMaterialId: k.CurrentKeyMaterialId,
	}
	compare := func(what string, got *types.KeyMetadata) {
		t.Helper()
		if diff := cmp.Diff(string(jsonOf(want)), string(jsonOf(got))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	compare("CreateKey", k)
	described, err := w.DescribeKey(t.Context(), &sdk.DescribeKeyInput{KeyId: k.Arn})
	must(t, err)
	compare("DescribeKey", described.KeyMetadata)

	_, err = w.UpdateKeyDescription(t.Context(), &sdk.UpdateKeyDescriptionInput{KeyId: k.KeyId, Description: aws.String("")})
	must(t, err)
	want.Description = aws.String("")
	described, err = w.DescribeKey(t.Context(), &sdk.DescribeKeyInput{KeyId: k.KeyId})
	must(t, err)
	compare("after UpdateKeyDescription", described.KeyMetadata)

	e := w.create(t, external)
	if e.KeyState != "PendingImport" || e.Enabled || e.ExpirationModel != "" || e.ValidTo != nil || e.CurrentKeyMaterialId != nil {
		t.Errorf("a key without material: %s", jsonOf(e))
	}

	seen := map[string]bool{}
	pages := sdk.NewListKeysPaginator(w, &sdk.ListKeysInput{Limit: aws.Int32(1)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		must(t, err)
		for _, entry := range page.Keys {
			equal(t, "KeyArn", *entry.KeyArn, keyARN("us-west-2", *entry.KeyId))
			if seen[*entry.KeyId] {
				t.Errorf("%s is listed twice", *entry.KeyId)
			}
			seen[*entry.KeyId] = true
		}
	}
	if !seen[*k.KeyId] || !seen[*e.KeyId] {
		t.Error("not all keys are listed")
	}
	_, err = w.ListKeys(t.Context(), &sdk.ListKeysInput{Marker: aws.String("nonsense")})
	wantError(t, err, "InvalidMarkerException", "Could not deserialize the marker.")

	for _, c := range []struct{ id, message string }{
		{unknownKey, "Key '" + keyARN("us-west-2", unknownKey) + "' does not exist"},
		{keyARN("us-west-2", unknownKey), "Key '" + keyARN("us-west-2", unknownKey) + "' does not exist"},
		{"abc", "Invalid keyId 'abc'"},
		{"alias/none", "Alias arn:aws:kms:us-west-2:111122223333:alias/none is not found."},
		{keyARN("eu-west-1", unknownKey), "Invalid arn eu-west-1"},
	} {
		_, err := w.DescribeKey(t.Context(), &sdk.DescribeKeyInput{KeyId: &c.id})
		wantError(t, err, "NotFoundException", c.message)
	}
	_, err = w.EnableKey(t.Context(), &sdk.EnableKeyInput{KeyId: aws.String("alias/none")})
	wantError(t, err, "NotFoundException", "Invalid keyId 'alias/none'")
	_, err = w.EnableKey(t.Context(), &sdk.EnableKeyInput{KeyId: aws.String("arn:aws:kms:us-west-2:111122223333:alias/none")})
	wantError(t, err, "InvalidArnException", "…")
	createKeyRefusals(t, w)
}

func createKeyRefusals(t *testing.T, w *kmsWorld) {
	for _, c := range []struct {
		in            sdk.CreateKeyInput
		code, message string
	}{
		{sdk.CreateKeyInput{KeySpec: "RSA_2048"}, "ValidationException", "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys."},
		//lint:ignore SA1019 older clients send CustomerMasterKeySpec
		{sdk.CreateKeyInput{KeySpec: "RSA_2048", CustomerMasterKeySpec: "RSA_3072", KeyUsage: "SIGN_VERIFY"}, "ValidationException", "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated."},
		{sdk.CreateKeyInput{KeySpec: "ECC_NIST_P256", KeyUsage: "ENCRYPT_DECRYPT"}, "ValidationException", "KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec ECC_NIST_P256"},
		{sdk.CreateKeyInput{KeyUsage: "SIGN_VERIFY"}, "ValidationException", "KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT"},
		{sdk.CreateKeyInput{KeySpec: "SM2", KeyUsage: "SIGN_VERIFY"}, "UnsupportedOperationException", "…"},
		{sdk.CreateKeyInput{KeySpec: "ML_DSA_44", KeyUsage: "SIGN_VERIFY"}, "UnsupportedOperationException", "…"},
		{sdk.CreateKeyInput{Origin: "AWS_CLOUDHSM"}, "ValidationException", "…"},
		{sdk.CreateKeyInput{CustomKeyStoreId: aws.String("cks-1234567890abcdef0")}, "ValidationException", "…"},
		{sdk.CreateKeyInput{Origin: "AWS_CLOUDHSM", CustomKeyStoreId: aws.String("cks-1234567890abcdef0")}, "CustomKeyStoreNotFoundException", "…"},
		{sdk.CreateKeyInput{Origin: "EXTERNAL_KEY_STORE"}, "UnsupportedOperationException", "…"},
		{sdk.CreateKeyInput{Origin: "EXTERNAL", KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY"}, "UnsupportedOperationException", "…"},
		{sdk.CreateKeyInput{Origin: "HERE"}, "ValidationException",
			"1 validation error detected: Value 'HERE' at 'origin' failed to satisfy constraint: Member must satisfy enum value set: [AWS_KMS, EXTERNAL, AWS_CLOUDHSM, EXTERNAL_KEY_STORE]"},
		{sdk.CreateKeyInput{Description: aws.String(strings.Repeat("d", 8193))}, "ValidationException", "1 validation error detected: Value 'ddd…"},
		{sdk.CreateKeyInput{Policy: aws.String("{")}, "MalformedPolicyDocumentException", "…"},
		{sdk.CreateKeyInput{Tags: []types.Tag{{TagKey: aws.String("aws:a"), TagValue: aws.String("")}}}, "TagException", "Tags beginning with aws: are reserved"},
	} {
		_, err := w.CreateKey(t.Context(), &c.in)
		wantError(t, err, c.code, c.message)
	}
}

// statesThroughSDK goes through the table of key states.
func statesThroughSDK(t *testing.T, w *kmsWorld) {
	k := w.create(t)
	arn, id, ctx := *k.Arn, k.KeyId, t.Context()
	encrypt := func() error {
		_, err := w.Encrypt(ctx, &sdk.EncryptInput{KeyId: id, Plaintext: []byte("x")})
		return err
	}
	enable := func() error { _, err := w.EnableKey(ctx, &sdk.EnableKeyInput{KeyId: id}); return err }
	disable := func() error { _, err := w.DisableKey(ctx, &sdk.DisableKeyInput{KeyId: id}); return err }
	state := func() types.KeyState {
		d, err := w.DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: id})
		must(t, err)
		equal(t, "Enabled", d.KeyMetadata.Enabled, d.KeyMetadata.KeyState == "Enabled")
		return d.KeyMetadata.KeyState
	}
	must(t, disable())
	must(t, disable())
	equal(t, "state", state(), "Disabled")
	wantError(t, encrypt(), "DisabledException", arn+" is disabled.")
	_, err := w.EnableKeyRotation(ctx, &sdk.EnableKeyRotationInput{KeyId: id})
	wantError(t, err, "DisabledException", arn+" is disabled.")
	grant := &sdk.CreateGrantInput{KeyId: id, GranteePrincipal: aws.String(alice), Operations: []types.GrantOperation{"Decrypt"}}
	_, err = w.CreateGrant(ctx, grant)
	wantError(t, err, "DisabledException", arn+" is disabled.")
	must(t, enable())
	must(t, encrypt())
	_, err = w.CancelKeyDeletion(ctx, &sdk.CancelKeyDeletionInput{KeyId: id})
	wantError(t, err, "KMSInvalidStateException", arn+" is not pending deletion.")

	_, err = w.CreateAlias(ctx, &sdk.CreateAliasInput{AliasName: aws.String("alias/states"), TargetKeyId: id})
	must(t, err)
	scheduled, err := w.ScheduleKeyDeletion(ctx, &sdk.ScheduleKeyDeletionInput{KeyId: id})
	must(t, err)
	equal(t, "KeyId", *scheduled.KeyId, arn)
	equal(t, "days", *scheduled.PendingWindowInDays, 30)
	equal(t, "DeletionDate", scheduled.DeletionDate.Equal(w.clock.Now().Add(30*24*time.Hour)), true)
	equal(t, "state", scheduled.KeyState, "PendingDeletion")
	equal(t, "state", state(), "PendingDeletion")
	for name, call := range map[string]func() error{
		"Encrypt": encrypt, "EnableKey": enable, "DisableKey": disable,
		"ScheduleKeyDeletion": func() error {
			_, err := w.ScheduleKeyDeletion(ctx, &sdk.ScheduleKeyDeletionInput{KeyId: id})
			return err
		},
		"UpdateKeyDescription": func() error {
			_, err := w.UpdateKeyDescription(ctx, &sdk.UpdateKeyDescriptionInput{KeyId: id, Description: aws.String("d")})
			return err
		},
		"CreateAlias": func() error {
			_, err := w.CreateAlias(ctx, &sdk.CreateAliasInput{AliasName: aws.String("alias/late"), TargetKeyId: id})
			return err
		},
		"UpdateAlias": func() error {
			_, err := w.UpdateAlias(ctx, &sdk.UpdateAliasInput{AliasName: aws.String("alias/states"), TargetKeyId: id})
			return err
		},
		"TagResource": func() error {
			_, err := w.TagResource(ctx, &sdk.TagResourceInput{KeyId: id, Tags: []types.Tag{{TagKey: aws.String("k"), TagValue: aws.String("v")}}})
			return err
		},
		"UntagResource": func() error {
			_, err := w.UntagResource(ctx, &sdk.UntagResourceInput{KeyId: id, TagKeys: []string{"k"}})
			return err
		},
		"CreateGrant": func() error { _, err := w.CreateGrant(ctx, grant); return err },
		"DisableKeyRotation": func() error {
			_, err := w.DisableKeyRotation(ctx, &sdk.DisableKeyRotationInput{KeyId: id})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { wantError(t, call(), "KMSInvalidStateException", arn+" is pending deletion.") })
	}
	_, err = w.ListResourceTags(ctx, &sdk.ListResourceTagsInput{KeyId: id})
	must(t, err)
	_, err = w.PutKeyPolicy(ctx, &sdk.PutKeyPolicyInput{KeyId: id, Policy: aws.String(openPolicy)})
	must(t, err)
	cancelled, err := w.CancelKeyDeletion(ctx, &sdk.CancelKeyDeletionInput{KeyId: id})
	must(t, err)
	equal(t, "KeyId", *cancelled.KeyId, arn)
	equal(t, "state", state(), "Disabled")

	for _, days := range []int32{6, 31} {
		_, err = w.ScheduleKeyDeletion(ctx, &sdk.ScheduleKeyDeletionInput{KeyId: id, PendingWindowInDays: &days})
		wantError(t, err, "ValidationException", "…")
	}
	e := w.create(t, external)
	id = e.KeyId
	for _, call := range []func() error{encrypt, enable, disable} {
		wantError(t, call(), "KMSInvalidStateException", *e.Arn+" is pending import.")
	}
	grant.KeyId = id
	_, err = w.CreateGrant(ctx, grant)
	wantError(t, err, "KMSInvalidStateException", *e.Arn+" is pending import.")
}

// TestKeyDeletion deletes a key, after which nothing is left of it.
func TestKeyDeletion(t *testing.T) {
	w := newKMSWorld(t)
	ctx, k := t.Context(), w.create(t)
	_, err := w.CreateAlias(ctx, &sdk.CreateAliasInput{AliasName: aws.String("alias/gone"), TargetKeyId: k.KeyId})
	must(t, err)
	_, err = w.CreateGrant(ctx, &sdk.CreateGrantInput{KeyId: k.KeyId, GranteePrincipal: aws.String(alice), RetiringPrincipal: aws.String(alice), Operations: []types.GrantOperation{"Decrypt"}})
	must(t, err)
	sealed, err := w.Encrypt(ctx, &sdk.EncryptInput{KeyId: k.KeyId, Plaintext: []byte("x")})
	must(t, err)
	_, err = w.ScheduleKeyDeletion(ctx, &sdk.ScheduleKeyDeletionInput{KeyId: k.KeyId, PendingWindowInDays: aws.Int32(7)})
	must(t, err)
	must(t, w.clock.Advance(7*24*time.Hour-time.Second))
	_, err = w.DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: k.KeyId})
	must(t, err)
	must(t, w.clock.Advance(time.Second))
	missing := "Key '" + *k.Arn + "' does not exist"
	_, err = w.DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: k.KeyId})
	wantError(t, err, "NotFoundException", missing)
	_, err = w.Decrypt(ctx, &sdk.DecryptInput{CiphertextBlob: sealed.CiphertextBlob})
	wantError(t, err, "NotFoundException", missing)
	aliases, err := w.ListAliases(ctx, &sdk.ListAliasesInput{})
	must(t, err)
	grants, err := w.ListRetirableGrants(ctx, &sdk.ListRetirableGrantsInput{RetiringPrincipal: aws.String(alice)})
	must(t, err)
	if len(aliases.Aliases)+len(grants.Grants) != 0 {
		t.Errorf("left over: %s %s", jsonOf(aliases.Aliases), jsonOf(grants.Grants))
	}
}

var _ kms.CloudHSM = noCloudHSM{}
