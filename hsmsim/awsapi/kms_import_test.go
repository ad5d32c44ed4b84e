package awsapi

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/kms"
	"github.com/hsmlab/hsmlab/hsmsim/trail"
)

// wrapped asks for parameters and encrypts material, as a request to import it.
func (w *kmsWorld) wrapped(t *testing.T, key string, algorithm types.AlgorithmSpec, spec types.WrappingKeySpec, plain []byte) *sdk.ImportKeyMaterialInput {
	t.Helper()
	p, err := w.GetParametersForImport(t.Context(), &sdk.GetParametersForImportInput{KeyId: &key, WrappingAlgorithm: algorithm, WrappingKeySpec: spec})
	must(t, err)
	equal(t, "ParametersValidTo", p.ParametersValidTo.Sub(w.clock.Now()), 24*time.Hour)
	parsed, err := x509.ParsePKIXPublicKey(p.PublicKey)
	must(t, err)
	public := parsed.(*rsa.PublicKey)
	equal(t, "wrapping key", types.WrappingKeySpec("RSA_"+map[int]string{256: "2048", 384: "3072", 512: "4096"}[public.Size()]), spec)
	if len(p.ImportToken) == 0 || len(p.ImportToken) > 6144 {
		t.Errorf("an import token of %d bytes", len(p.ImportToken))
	}
	in := &sdk.ImportKeyMaterialInput{KeyId: p.KeyId, ImportToken: p.ImportToken, ExpirationModel: types.ExpirationModelTypeKeyMaterialDoesNotExpire}
	switch algorithm {
	case types.AlgorithmSpecRsaesOaepSha1:
		in.EncryptedKeyMaterial, err = rsa.EncryptOAEP(sha1.New(), rand.Reader, public, plain, nil)
	case types.AlgorithmSpecRsaesOaepSha256:
		in.EncryptedKeyMaterial, err = rsa.EncryptOAEP(sha256.New(), rand.Reader, public, plain, nil)
	default:
		//lint:ignore SA1019 the guide's edition has it
		in.EncryptedKeyMaterial, err = rsa.EncryptPKCS1v15(rand.Reader, public, plain)
	}
	must(t, err)
	return in
}

func importThroughSDK(t *testing.T, w *kmsWorld) {
	ctx, k := t.Context(), w.create(t, external)
	describe := func() *types.KeyMetadata {
		d, err := w.DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: k.KeyId})
		must(t, err)
		return d.KeyMetadata
	}
	plain := bytes.Repeat([]byte{7}, 32)
	validTo := w.clock.Now().Add(7 * 24 * time.Hour).Truncate(time.Millisecond)
	in := w.wrapped(t, *k.KeyId, "RSAES_OAEP_SHA_256", "RSA_4096", plain)
	in.ExpirationModel, in.ValidTo = "", &validTo
	out, err := w.ImportKeyMaterial(ctx, in)
	must(t, err)
	if out.KeyId != nil || out.KeyMaterialId != nil {
		t.Errorf("the service of the guide answered %s", jsonOf(out))
	}
	if d := describe(); d.KeyState != "Enabled" || !d.Enabled || d.ExpirationModel != "KEY_MATERIAL_EXPIRES" || !d.ValidTo.Equal(validTo) {
		t.Errorf("after the import: %s", jsonOf(d))
	}
	sealed, err := w.Encrypt(ctx, &sdk.EncryptInput{KeyId: k.KeyId, Plaintext: []byte("text")})
	must(t, err)
	decrypt := func() error {
		d, err := w.Decrypt(ctx, &sdk.DecryptInput{CiphertextBlob: sealed.CiphertextBlob})
		if err == nil {
			equal(t, "Plaintext", string(d.Plaintext), "text")
		}
		return err
	}
	must(t, decrypt())
	must(t, w.clock.Advance(7*24*time.Hour))
	wantError(t, decrypt(), "KMSInvalidStateException", *k.Arn+" is pending import.")
	if d := describe(); d.KeyState != "PendingImport" || d.Enabled || d.ExpirationModel != "KEY_MATERIAL_EXPIRES" || !d.ValidTo.Equal(validTo) {
		t.Errorf("after the expiry: %s", jsonOf(d))
	}
	events := w.trail.Events()
	at := len(events) - 1
	for at >= 0 && events[at].Name != "DeleteExpiredKeyMaterial" {
		at--
	}
	if at < 0 {
		t.Fatal("no event DeleteExpiredKeyMaterial")
	}
	if e := events[at]; e.Caller != nil || e.ReadOnly || e.Request != nil || string(jsonOf(e.Details)) != `{"keyId":"`+*k.KeyId+`"}` || !e.Time.Equal(validTo) {
		t.Errorf("event %+v", e)
	}

	_, err = w.ImportKeyMaterial(ctx, in)
	wantError(t, err, "ValidationException", "…")
	in.ExpirationModel, in.ValidTo = "KEY_MATERIAL_DOES_NOT_EXPIRE", nil
	_, err = w.ImportKeyMaterial(ctx, in)
	wantError(t, err, "ExpiredImportTokenException", "")
	_, err = w.ImportKeyMaterial(ctx, w.wrapped(t, *k.KeyId, "RSAES_OAEP_SHA_1", "RSA_2048", bytes.Repeat([]byte{8}, 32)))
	wantError(t, err, "IncorrectKeyMaterialException", "")
	_, err = w.ImportKeyMaterial(ctx, w.wrapped(t, *k.KeyId, "RSAES_PKCS1_V1_5", "RSA_3072", plain))
	must(t, err)
	must(t, decrypt())
	if d := describe(); d.ExpirationModel != "KEY_MATERIAL_DOES_NOT_EXPIRE" || d.ValidTo != nil {
		t.Errorf("after the second import: %s", jsonOf(d))
	}
	_, err = w.DeleteImportedKeyMaterial(ctx, &sdk.DeleteImportedKeyMaterialInput{KeyId: k.KeyId})
	must(t, err)
	wantError(t, decrypt(), "KMSInvalidStateException", *k.Arn+" is pending import.")
	if d := describe(); d.KeyState != "PendingImport" || d.ExpirationModel != "" || d.ValidTo != nil {
		t.Errorf("after the deletion: %s", jsonOf(d))
	}
}

// TestImportCurrent has the service of today tell material by its id, and rotate it.
func TestImportCurrent(t *testing.T) {
	w := newKMSWorld(t, func(o *kms.Options) { o.Current = true })
	ctx, k := t.Context(), w.create(t, external)
	one := w.wrapped(t, *k.KeyId, "RSAES_OAEP_SHA_256", "RSA_2048", bytes.Repeat([]byte{1}, 32))
	one.KeyMaterialDescription = aws.String("the first")
	first, err := w.ImportKeyMaterial(ctx, one)
	must(t, err)
	equal(t, "KeyId", *first.KeyId, *k.Arn)
	two := w.wrapped(t, *k.KeyId, "RSAES_OAEP_SHA_256", "RSA_2048", bytes.Repeat([]byte{2}, 32))
	_, err = w.ImportKeyMaterial(ctx, two)
	wantError(t, err, "IncorrectKeyMaterialException", "")
	two.ImportType = types.ImportTypeNewKeyMaterial
	second, err := w.ImportKeyMaterial(ctx, two)
	must(t, err)
	_, err = w.RotateKeyOnDemand(ctx, &sdk.RotateKeyOnDemandInput{KeyId: k.KeyId})
	must(t, err)
	list, err := w.ListKeyRotations(ctx, &sdk.ListKeyRotationsInput{KeyId: k.KeyId, IncludeKeyMaterial: "ALL_KEY_MATERIAL"})
	must(t, err)
	if r := list.Rotations; len(r) != 2 || *r[0].KeyMaterialId != *first.KeyMaterialId || r[0].KeyMaterialState != "NON_CURRENT" || *r[0].KeyMaterialDescription != "the first" ||
		*r[1].KeyMaterialId != *second.KeyMaterialId || r[1].KeyMaterialState != "CURRENT" || r[1].ImportState != "IMPORTED" || r[1].RotationType != "ON_DEMAND" {
		t.Errorf("rotations %s", jsonOf(list.Rotations))
	}
	gone, err := w.DeleteImportedKeyMaterial(ctx, &sdk.DeleteImportedKeyMaterialInput{KeyId: k.KeyId, KeyMaterialId: first.KeyMaterialId})
	must(t, err)
	equal(t, "KeyMaterialId", *gone.KeyMaterialId, *first.KeyMaterialId)
	d, err := w.DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: k.KeyId})
	must(t, err)
	equal(t, "KeyState", d.KeyMetadata.KeyState, "PendingImport")
	equal(t, "CurrentKeyMaterialId", *d.KeyMetadata.CurrentKeyMaterialId, *second.KeyMaterialId)
}

// TestImportEvents looks at what importing leaves in CloudTrail.
func TestImportEvents(t *testing.T) {
	w := newKMSWorld(t)
	ctx, k := t.Context(), w.create(t, external)
	in := w.wrapped(t, *k.KeyId, "RSAES_OAEP_SHA_1", "RSA_2048", make([]byte, 32))
	validTo := time.Date(2022, 1, 1, 20, 0, 0, 0, time.UTC)
	in.ExpirationModel, in.ValidTo = types.ExpirationModelTypeKeyMaterialExpires, &validTo
	_, err := w.ImportKeyMaterial(ctx, in)
	must(t, err)
	_, err = w.DeleteImportedKeyMaterial(ctx, &sdk.DeleteImportedKeyMaterialInput{KeyId: k.KeyId})
	must(t, err)
	events := w.trail.Events()
	want := []trail.Event{
		{Name: "GetParametersForImport", ReadOnly: true, Request: `{"keyId":"` + *k.KeyId + `","wrappingAlgorithm":"RSAES_OAEP_SHA_1","wrappingKeySpec":"RSA_2048"}`},
		{Name: "ImportKeyMaterial", Request: `{"keyId":"` + *k.Arn + `","validTo":"Jan 1, 2022 8:00:00 PM","expirationModel":"KEY_MATERIAL_EXPIRES"}`},
		{Name: "DeleteImportedKeyMaterial", Request: `{"keyId":"` + *k.KeyId + `"}`},
	}
	if len(events) != len(want)+1 || !strings.Contains(string(jsonOf(events[0].Request)), `"origin":"EXTERNAL"`) {
		t.Fatalf("%d events, want %d", len(events), len(want)+1)
	}
	for i, e := range events[1:] {
		if e.Name != want[i].Name || e.ReadOnly != want[i].ReadOnly || string(jsonOf(e.Request)) != want[i].Request || e.Response != nil || e.ErrorCode != "" {
			t.Errorf("event %s (read only: %t) %s %s\nwant %+v", e.Name, e.ReadOnly, jsonOf(e.Request), jsonOf(e.Response), want[i])
		}
		if len(e.Resources) != 1 || e.Resources[0] != (shape.Resource{Type: "AWS::KMS::Key", ARN: *k.Arn}) {
			t.Errorf("event %s is about %+v", e.Name, e.Resources)
		}
	}
}
