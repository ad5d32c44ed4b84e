package kms

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// parameters asks for a wrapping key and its token.
func (w *world) parameters(t testing.TB, c *shape.Call, key string, a WrappingAlgorithm, spec WrappingKeySpec) (*rsa.PublicKey, []byte) {
	t.Helper()
	p, err := w.GetParametersForImport(t.Context(), c, GetParametersForImportRequest{key, a, spec})
	must(t, err)
	public, err := x509.ParsePKIXPublicKey(p.PublicKey)
	must(t, err)
	return public.(*rsa.PublicKey), p.Token
}

// wrapped is a request to import material that does not expire.
func (w *world) wrapped(t testing.TB, c *shape.Call, key string, a WrappingAlgorithm, plain []byte) ImportKeyMaterialRequest {
	t.Helper()
	public, token := w.parameters(t, c, key, a, "RSA_2048")
	return ImportKeyMaterialRequest{KeyID: key, Token: token, Material: wrap(t, a, public, plain), Model: DoesNotExpire}
}

func wrap(t testing.TB, a WrappingAlgorithm, public *rsa.PublicKey, plain []byte) []byte {
	t.Helper()
	row := wrappings[a]
	blob, err := row.WrapRSA(public, plain)
	must(t, err)
	return blob
}

// imported makes a key and imports material into it.
func (w *world) imported(t testing.TB, r CreateKeyRequest, plain []byte) string {
	t.Helper()
	r.Origin = OriginExternal
	id := w.create(t, r).KeyID
	must(t, w.importInto(t, call(), id, plain))
	return id
}

func (w *world) importInto(t testing.TB, c *shape.Call, id string, plain []byte) error {
	t.Helper()
	_, err := w.ImportKeyMaterial(t.Context(), c, w.wrapped(t, c, id, WrapOAEPSHA256, plain))
	return err
}

func (w *world) remove(t testing.TB, id string) {
	t.Helper()
	_, err := w.DeleteImportedKeyMaterial(t.Context(), call(), DeleteImportedKeyMaterialRequest{KeyID: id})
	must(t, err)
}

func (w *world) metadata(t testing.TB, c *shape.Call, id string) KeyMetadata {
	t.Helper()
	d, err := w.DescribeKey(t.Context(), c, DescribeKeyRequest{KeyID: id})
	must(t, err)
	return d.KeyMetadata
}

func (w *world) encrypted(t testing.TB, c *shape.Call, id string) []byte {
	t.Helper()
	e, err := w.Encrypt(t.Context(), c, EncryptRequest{KeyID: id, Plaintext: []byte("text")})
	must(t, err)
	return e.CiphertextBlob
}

// decrypts fails with what decrypting fails with.
func (w *world) decrypts(t testing.TB, c *shape.Call, blob []byte) error {
	t.Helper()
	d, err := w.Decrypt(t.Context(), c, DecryptRequest{CiphertextBlob: blob})
	if err == nil && string(d.Plaintext) != "text" {
		t.Errorf("decrypted %q", d.Plaintext)
	}
	return err
}

// TestImportFaults goes through what an import can be refused for. None of it changes the key.
func TestImportFaults(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	first, other := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	id := w.imported(t, CreateKeyRequest{}, first)
	w.remove(t, id)
	second := w.create(t, CreateKeyRequest{Origin: OriginExternal}).KeyID
	own := w.create(t, CreateKeyRequest{}).KeyID
	present := w.imported(t, CreateKeyRequest{}, first)
	doomed := w.create(t, CreateKeyRequest{Origin: OriginExternal}).KeyID
	late := w.wrapped(t, call(), id, WrapOAEPSHA256, first)
	toDoomed := w.wrapped(t, call(), doomed, WrapOAEPSHA256, first)
	_, err := w.ScheduleKeyDeletion(ctx, call(), ScheduleKeyDeletionRequest{KeyID: doomed})
	must(t, err)
	must(t, w.clock.Advance(importTokenLife))
	good := w.wrapped(t, call(), id, WrapOAEPSHA256, first)
	until := func(d time.Duration) *shape.Time { return shape.Ref(w.now().Add(d)) }
	arn := "arn:aws:kms:us-west-2:111122223333:key/"

	for name, row := range map[string]struct {
		change        func(r *ImportKeyMaterialRequest)
		code, message string
	}{
		"expires without a date":   {func(r *ImportKeyMaterialRequest) { r.Model = Expires }, shape.ValidationException, "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES"},
		"expires by default":       {func(r *ImportKeyMaterialRequest) { r.Model = "" }, shape.ValidationException, textNoValidTo},
		"date without expiry":      {func(r *ImportKeyMaterialRequest) { r.ValidTo = until(day) }, shape.ValidationException, textValidTo},
		"date that is over":        {func(r *ImportKeyMaterialRequest) { r.Model, r.ValidTo = Expires, until(0) }, shape.ValidationException, textValidToPast},
		"date too far":             {func(r *ImportKeyMaterialRequest) { r.Model, r.ValidTo = Expires, until(365*day+time.Millisecond) }, shape.ValidationException, fmt.Sprintf(textValidToFar, 365)},
		"token of another key":     {func(r *ImportKeyMaterialRequest) { r.Token = w.wrapped(t, call(), second, WrapOAEPSHA256, first).Token }, invalidImportToken, ""},
		"token for another key":    {func(r *ImportKeyMaterialRequest) { r.KeyID = second }, invalidImportToken, ""},
		"garbage for a token":      {func(r *ImportKeyMaterialRequest) { r.Token = []byte("garbage") }, invalidImportToken, ""},
		"token of another version": {func(r *ImportKeyMaterialRequest) { r.Token = append([]byte{9}, r.Token[1:]...) }, invalidImportToken, ""},
		"old token":                {func(r *ImportKeyMaterialRequest) { r.Token, r.Material = late.Token, late.Material }, expiredImportToken, ""},
		"other wrapping key": {func(r *ImportKeyMaterialRequest) {
			r.Material = w.wrapped(t, call(), id, WrapOAEPSHA256, first).Material
		}, invalidCiphertext, ""},
		"other wrapping algorithm":  {func(r *ImportKeyMaterialRequest) { *r = w.mismatch(t, id, first) }, invalidCiphertext, ""},
		"impossible size":           {func(r *ImportKeyMaterialRequest) { r.Material = r.Material[1:] }, shape.ValidationException, "Invalid encrypted key size."},
		"impossible size, longer":   {func(r *ImportKeyMaterialRequest) { r.Material = append(r.Material[:256:256], 0) }, shape.ValidationException, textWrappedSize},
		"other material":            {func(r *ImportKeyMaterialRequest) { *r = w.wrapped(t, call(), id, WrapOAEPSHA1, other) }, incorrectMaterial, ""},
		"31 bytes":                  {func(r *ImportKeyMaterialRequest) { *r = w.wrapped(t, call(), second, WrapPKCS1, first[:31]) }, incorrectMaterial, ""},
		"33 bytes":                  {func(r *ImportKeyMaterialRequest) { *r = w.wrapped(t, call(), second, WrapOAEPSHA1, append(first, 1)) }, incorrectMaterial, ""},
		"material is there":         {func(r *ImportKeyMaterialRequest) { *r = w.wrapped(t, call(), present, WrapOAEPSHA1, first) }, invalidState, fmt.Sprintf(textImported, arn+present)},
		"other material over it":    {func(r *ImportKeyMaterialRequest) { *r = w.wrapped(t, call(), present, WrapOAEPSHA1, other) }, incorrectMaterial, ""},
		"key of KMS":                {func(r *ImportKeyMaterialRequest) { r.KeyID = own }, unsupported, arn + own + " origin is AWS_KMS which is not valid for this operation."},
		"key pending deletion":      {func(r *ImportKeyMaterialRequest) { *r = toDoomed }, invalidState, arn + doomed + " is pending deletion."},
		"alias":                     {func(r *ImportKeyMaterialRequest) { r.KeyID = "alias/x" }, notFound, "Invalid keyId 'alias/x'"},
		"alias ARN":                 {func(r *ImportKeyMaterialRequest) { r.KeyID = "arn:aws:kms:us-west-2:111122223333:alias/x" }, invalidARN, ""},
		"import type of later days": {func(r *ImportKeyMaterialRequest) { r.Type = NewMaterial }, shape.ValidationException, fmt.Sprintf(textImportType, arn+id)},
	} {
		r := good
		row.change(&r)
		w.mu.RLock()
		before := fmt.Sprintf("%+v", w.see("us-west-2").keys[id].keyRecord)
		w.mu.RUnlock()
		_, err := w.ImportKeyMaterial(ctx, call(), r)
		if !isException(err, row.code) || row.message != "" && err.(*shape.Exception).Message != row.message {
			t.Errorf("%s: %v, want %s: %s", name, err, row.code, row.message)
		}
		if after := fmt.Sprintf("%+v", w.see("us-west-2").keys[id].keyRecord); after != before {
			t.Errorf("%s has changed the key:\n%s\n%s", name, before, after)
		}
	}
	if m := w.metadata(t, call(), id); m.KeyState != PendingImport {
		t.Errorf("the key is %s", m.KeyState)
	}
	_, err = w.ImportKeyMaterial(ctx, call(), good)
	must(t, err)
	must(t, w.importInto(t, call(), second, other)) // refused material leaves no trace
}

// mismatch has a token of another algorithm than what comes with it.
func (w *world) mismatch(t testing.TB, id string, plain []byte) ImportKeyMaterialRequest {
	public, token := w.parameters(t, call(), id, WrapOAEPSHA256, "RSA_2048")
	return ImportKeyMaterialRequest{KeyID: id, Token: token, Material: wrap(t, WrapOAEPSHA1, public, plain), Model: DoesNotExpire}
}

// TestWrappings imports with everything that the two editions take, and tries what they do not.
func TestWrappings(t *testing.T) {
	for _, current := range []bool{false, true} {
		w := newWorld(t)
		w.Current = current
		id := w.create(t, CreateKeyRequest{Origin: OriginExternal}).KeyID
		for _, name := range WrappingAlgorithm("").Values() {
			a := WrappingAlgorithm(name)
			taken := strings.HasPrefix(name, "RSAES_OAEP") || name == "RSAES_PKCS1_V1_5" && !current || strings.HasPrefix(name, "RSA_AES") && current
			for _, spec := range WrappingKeySpec("").Values() {
				if !taken || spec == "SM2" {
					_, err := w.GetParametersForImport(t.Context(), call(), GetParametersForImportRequest{id, a, WrappingKeySpec(spec)})
					if want := map[bool]string{true: shape.ValidationException, false: unsupported}[taken]; !isException(err, want) {
						t.Errorf("%s with %s, of today %t: %v, want %s", name, spec, current, err, want)
					}
					continue
				}
				if spec != "RSA_2048" && a != WrapOAEPSHA1 && a != WrapAESSHA256 {
					continue // large ones take long to make
				}
				public, token := w.parameters(t, call(), id, a, WrappingKeySpec(spec))
				r := ImportKeyMaterialRequest{KeyID: id, Token: token, Material: wrap(t, a, public, bytes.Repeat([]byte{7}, 32)), Model: DoesNotExpire}
				_, err := w.ImportKeyMaterial(t.Context(), call(), r)
				must(t, err)
				w.remove(t, id)
			}
		}
	}
}

// TestSameBytes has two keys with the same material, which do not open each other's ciphertexts, and relatives, which
// do.
func TestSameBytes(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	plain := bytes.Repeat([]byte{3}, 32)
	one, two := w.imported(t, CreateKeyRequest{}, plain), w.imported(t, CreateKeyRequest{}, plain)
	blob := w.encrypted(t, call(), one)
	_, err := w.Decrypt(ctx, call(), DecryptRequest{KeyID: two, CiphertextBlob: blob})
	if !isException(err, incorrectKey) {
		t.Errorf("with the other key: %v", err)
	}
	w.mu.RLock()
	k := w.see("us-west-2").keys[two]
	forged := append(head(two, k.Materials[0].ID), blob[headSize:]...)
	w.mu.RUnlock()
	if err := w.decrypts(t, call(), forged); !isException(err, invalidCiphertext) {
		t.Errorf("under the other key's name: %v", err)
	}

	primary := w.imported(t, CreateKeyRequest{MultiRegion: true}, plain)
	_, err = w.ReplicateKey(ctx, call(), ReplicateKeyRequest{KeyID: primary, Region: "eu-west-1"})
	must(t, err)
	if m := w.metadata(t, in("eu-west-1"), primary); m.KeyState != PendingImport || m.ExpirationModel != "" {
		t.Errorf("the replica is %s, %s", m.KeyState, m.ExpirationModel)
	}
	blob = w.encrypted(t, call(), primary)
	if err := w.decrypts(t, in("eu-west-1"), blob); !isException(err, invalidState) {
		t.Errorf("with a replica without material: %v", err)
	}
	if err := w.importInto(t, in("eu-west-1"), primary, bytes.Repeat([]byte{4}, 32)); !isException(err, incorrectMaterial) {
		t.Errorf("other material into the replica: %v", err)
	}
	_, err = w.ImportKeyMaterial(ctx, in("eu-west-1"), w.wrapped(t, call(), primary, WrapOAEPSHA1, plain))
	if !isException(err, invalidImportToken) {
		t.Errorf("token of another region: %v", err)
	}
	must(t, w.importInto(t, in("eu-west-1"), primary, plain))
	must(t, w.decrypts(t, in("eu-west-1"), blob))
	must(t, w.decrypts(t, call(), w.encrypted(t, in("eu-west-1"), primary)))
	w.remove(t, primary) // in one region
	must(t, w.decrypts(t, in("eu-west-1"), blob))
	if err := w.decrypts(t, call(), blob); !isException(err, invalidState) {
		t.Errorf("after the deletion: %v", err)
	}
}

// TestImportOverItself changes the expiry of material, which the service of today does without a deletion before.
func TestImportOverItself(t *testing.T) {
	w := newWorld(t)
	w.Current = true
	plain := bytes.Repeat([]byte{5}, 32)
	id := w.imported(t, CreateKeyRequest{}, plain)
	_, err := w.DisableKey(t.Context(), call(), KeyRequest{id})
	must(t, err)
	r := w.wrapped(t, call(), id, WrapOAEPSHA256, plain)
	for _, days := range []time.Duration{365, 2} {
		r.Model, r.ValidTo = Expires, shape.Ref(w.now().Add(days*day))
		answer, err := w.ImportKeyMaterial(t.Context(), call(), r)
		must(t, err)
		if m := w.metadata(t, call(), id); !m.ValidTo.Equal(r.ValidTo.Time) || m.KeyState != Disabled || answer.MaterialID != m.CurrentKeyMaterialID || answer.KeyID != m.ARN {
			t.Errorf("%+v, %+v", m, answer)
		}
	}
	must(t, w.clock.Advance(2*day-time.Millisecond))
	if m := w.metadata(t, call(), id); m.KeyState != Disabled {
		t.Errorf("before its time the key is %s", m.KeyState)
	}
	must(t, w.clock.Advance(time.Millisecond))
	if m := w.metadata(t, call(), id); m.KeyState != PendingImport || m.CurrentKeyMaterialID == "" {
		t.Errorf("the key is %s", m.KeyState)
	}
	must(t, w.importInto(t, call(), id, plain))
	if m := w.metadata(t, call(), id); m.KeyState != Enabled || m.ValidTo != nil || m.ExpirationModel != DoesNotExpire {
		t.Errorf("after the import: %+v", m)
	}
}

// TestExpiry lets years pass at once, and a key whose deletion is scheduled lose its material.
func TestExpiry(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	plain := bytes.Repeat([]byte{6}, 32)
	var ids []string
	validTo := w.now().Add(10 * day)
	for range 2 {
		id := w.create(t, CreateKeyRequest{Origin: OriginExternal}).KeyID
		r := w.wrapped(t, call(), id, WrapOAEPSHA256, plain)
		r.Model, r.ValidTo = Expires, shape.Ref(validTo)
		_, err := w.ImportKeyMaterial(ctx, call(), r)
		must(t, err)
		ids = append(ids, id)
	}
	if e := w.Expirations(); len(e) != 2 || !e[0].At.Equal(validTo) || e[0].Region != "us-west-2" || !slices.Contains(ids, e[0].KeyID) {
		t.Errorf("expirations %+v", e)
	}
	_, err := w.ScheduleKeyDeletion(ctx, call(), ScheduleKeyDeletionRequest{KeyID: ids[1], Window: new(30)})
	must(t, err)
	must(t, w.clock.Advance(11*day))
	if m := w.metadata(t, call(), ids[1]); m.KeyState != PendingDeletion || m.ExpirationModel != Expires || !m.ValidTo.Equal(validTo) {
		t.Errorf("%+v", m)
	}
	w.remove(t, ids[1]) // which has gone already
	if m := w.metadata(t, call(), ids[1]); m.KeyState != PendingDeletion || m.ExpirationModel != Expires || !m.ValidTo.Equal(validTo) {
		t.Errorf("%+v", m)
	}
	_, err = w.CancelKeyDeletion(ctx, call(), KeyRequest{ids[1]})
	must(t, err)
	if m := w.metadata(t, call(), ids[1]); m.KeyState != PendingImport {
		t.Errorf("%+v", m)
	}
	r := w.wrapped(t, call(), ids[1], WrapOAEPSHA256, plain)
	r.Model, r.ValidTo = Expires, shape.Ref(w.now().Add(5*day))
	_, err = w.ImportKeyMaterial(ctx, call(), r)
	must(t, err)
	_, err = w.ScheduleKeyDeletion(ctx, call(), ScheduleKeyDeletionRequest{KeyID: ids[1], Window: new(30)})
	must(t, err)
	w.remove(t, ids[1])
	if m := w.metadata(t, call(), ids[1]); m.KeyState != PendingDeletion || m.ExpirationModel != "" || m.ValidTo != nil {
		t.Errorf("%+v", m)
	}
	_, err = w.CancelKeyDeletion(ctx, call(), KeyRequest{ids[1]})
	must(t, err)
	must(t, w.importInto(t, call(), ids[1], plain))
	must(t, w.clock.Advance(50*365*day))
	if m := w.metadata(t, call(), ids[0]); m.KeyState != PendingImport || !m.ValidTo.Equal(validTo) {
		t.Errorf("%+v", m)
	}
	if m := w.metadata(t, call(), ids[1]); m.KeyState != Enabled {
		t.Errorf("%+v", m)
	}
	if e := w.Expirations(); len(e) != 0 {
		t.Errorf("expirations %+v", e)
	}
	var told []string
	for _, e := range w.trail.Events() {
		if e.Name != "DeleteExpiredKeyMaterial" || !e.Time.Equal(validTo) {
			t.Errorf("event %+v", e)
		}
		told = append(told, e.Details.(map[string]any)["keyId"].(string))
	}
	slices.Sort(ids)
	slices.Sort(told)
	if !slices.Equal(told, ids) {
		t.Errorf("events of %v, want %v", told, ids)
	}
}

// TestImportRestart has tokens and material outlive the service, and material expire while it is down.
func TestImportRestart(t *testing.T) {
	w := newWorld(t)
	plain := bytes.Repeat([]byte{8}, 32)
	id := w.create(t, CreateKeyRequest{Origin: OriginExternal}).KeyID
	r := w.wrapped(t, call(), id, WrapOAEPSHA256, plain)
	r.Model, r.ValidTo = Expires, shape.Ref(w.now().Add(2*day))
	w.Close()
	w.open(t)
	_, err := w.ImportKeyMaterial(t.Context(), call(), r)
	must(t, err)
	blob := w.encrypted(t, call(), id)
	before := w.metadata(t, call(), id)
	w.Close()
	w.open(t)
	must(t, w.decrypts(t, call(), blob))
	if after := w.metadata(t, call(), id); !after.ValidTo.Equal(before.ValidTo.Time) || after.KeyState != Enabled {
		t.Errorf("after opening again %+v, before %+v", after, before)
	}
	w.Close()
	must(t, w.clock.Advance(2*day))
	w.open(t)
	if err := w.decrypts(t, call(), blob); !isException(err, invalidState) {
		t.Errorf("with material that expired meanwhile: %v", err)
	}
	if n := len(w.trail.Events()); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
	_, err = w.ImportKeyMaterial(t.Context(), call(), ImportKeyMaterialRequest{KeyID: id, Token: r.Token, Material: r.Material, Model: DoesNotExpire})
	if !isException(err, expiredImportToken) {
		t.Errorf("with the token of then: %v", err)
	}
	must(t, w.importInto(t, call(), id, plain))
	w.Close()
	w.open(t)
	must(t, w.decrypts(t, call(), blob))
}
