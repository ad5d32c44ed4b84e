package kms

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// TestImportKinds imports material of all specs into the service of today, and uses it.
func TestImportKinds(t *testing.T) {
	w := newWorld(t)
	w.Current = true
	ctx := t.Context()
	for _, row := range []struct {
		spec  KeySpec
		usage KeyUsage
		by    WrappingAlgorithm
	}{
		{SymmetricDefault, EncryptDecrypt, WrapAESSHA1}, {RSA2048, SignVerify, WrapAESSHA256}, {RSA3072, EncryptDecrypt, WrapAESSHA1},
		{P256, SignVerify, WrapOAEPSHA256}, {P384, KeyAgreement, WrapOAEPSHA1}, {P521, SignVerify, WrapAESSHA256}, {P256K1, SignVerify, WrapOAEPSHA256},
		{Edwards25519, SignVerify, WrapOAEPSHA256}, {HMAC224, GenerateVerifyMac, WrapOAEPSHA256}, {HMAC256, GenerateVerifyMac, WrapOAEPSHA256},
		{HMAC384, GenerateVerifyMac, WrapOAEPSHA256}, {HMAC512, GenerateVerifyMac, WrapAESSHA1},
	} {
		id := w.create(t, CreateKeyRequest{Origin: OriginExternal, KeySpec: row.spec, KeyUsage: row.usage}).KeyID
		plain, err := newMaterial(row.spec)
		must(t, err)
		wrong := plain[:len(plain)-1]
		if specifications[row.spec].secret == 0 {
			wrong, err = newMaterial(map[bool]KeySpec{true: P256, false: P384}[row.spec != P256])
			must(t, err)
		}
		_, err = w.ImportKeyMaterial(ctx, call(), w.wrapped(t, call(), id, row.by, wrong))
		if !isException(err, incorrectMaterial) {
			t.Errorf("material of another kind for %s: %v", row.spec, err)
		}
		r := w.wrapped(t, call(), id, row.by, plain)
		r.Type = NewMaterial
		if _, err = w.ImportKeyMaterial(ctx, call(), r); row.spec != SymmetricDefault && !isException(err, shape.ValidationException) {
			t.Errorf("%s with an import type: %v", row.spec, err)
		}
		r.Type = ""
		_, err = w.ImportKeyMaterial(ctx, call(), r)
		must(t, err)
		w.remove(t, id)
		if m := w.metadata(t, call(), id); m.KeyState != PendingImport {
			t.Errorf("%s is %s", row.spec, m.KeyState)
		}
		if k := w.see("us-west-2").keys[id]; k.private != nil || len(k.ciphers) > 0 {
			t.Errorf("%s has material still", row.spec)
		}
		if row.usage == SignVerify {
			if _, err = w.GetPublicKey(ctx, call(), GetPublicKeyRequest{KeyID: id}); !isException(err, invalidState) {
				t.Errorf("the public key of %s without material: %v", row.spec, err)
			}
		}
		_, err = w.ImportKeyMaterial(ctx, call(), r)
		must(t, err)
		if row.usage == GenerateVerifyMac {
			_, err = w.GenerateMac(ctx, call(), GenerateMacRequest{KeyID: id, Message: []byte("m"), Algorithm: specifications[row.spec].macs[0]})
			must(t, err)
		}
		if row.usage == SignVerify {
			private, err := parsePrivate(plain)
			must(t, err)
			want, err := marshalPublic(private.Public())
			must(t, err)
			got, err := w.GetPublicKey(ctx, call(), GetPublicKeyRequest{KeyID: id})
			must(t, err)
			if !bytes.Equal(got.PublicKey, want) {
				t.Errorf("%s has another public key", row.spec)
			}
			_, err = w.Sign(ctx, call(), SignRequest{KeyID: id, Message: []byte("m"), Algorithm: specifications[row.spec].signs[0]})
			must(t, err)
		}
	}
	id := w.create(t, CreateKeyRequest{Origin: OriginExternal, KeySpec: RSA2048, KeyUsage: SignVerify}).KeyID
	_, err := w.GetParametersForImport(ctx, call(), GetParametersForImportRequest{id, WrapOAEPSHA256, "RSA_4096"})
	if !isException(err, unsupported) {
		t.Errorf("RSA-OAEP for an RSA key: %v", err)
	}
	w.Current = false
	for _, spec := range []KeySpec{RSA2048, P256, HMAC256} {
		_, err = w.CreateKey(ctx, call(), CreateKeyRequest{Origin: OriginExternal, KeySpec: spec, KeyUsage: usagesOf(spec)[len(usagesOf(spec))-1]})
		if !isException(err, unsupported) {
			t.Errorf("%s in the service of then: %v", spec, err)
		}
	}
}

// TestImportEncodings has a private key be the same material in whatever encoding it comes.
func TestImportEncodings(t *testing.T) {
	w := newWorld(t)
	w.Current = true
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	must(t, err)
	scalar, err := private.Bytes()
	must(t, err)
	inner, err := asn1.Marshal(koblitzScalar{Version: 1, PrivateKey: scalar})
	must(t, err)
	bare, err := asn1.Marshal(koblitzPKCS8{0, koblitzAlgorithm{onKoblitz.Algorithm, asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}}, inner})
	must(t, err)
	if len(bare) >= len(der) {
		t.Fatalf("%d bytes without the public key, %d with it", len(bare), len(der))
	}
	id := w.imported(t, CreateKeyRequest{KeySpec: P256, KeyUsage: SignVerify}, der)
	w.remove(t, id)
	must(t, w.importInto(t, call(), id, bare))
}

// TestRotateImported rotates imported material, which the service of today does in all regions at once.
func TestRotateImported(t *testing.T) {
	w := newWorld(t)
	ctx, arn := t.Context(), "arn:aws:kms:us-west-2:111122223333:key/"
	rotate := func(id string) error { _, err := w.RotateKeyOnDemand(ctx, call(), KeyRequest{id}); return err }
	want := func(what string, err error, message string) {
		t.Helper()
		if err == nil || err.Error() != invalidState+": "+message {
			t.Errorf("%s: %v, want %s", what, err, message)
		}
	}
	materials := func(region, id string) []RotationsListEntry {
		t.Helper()
		l, err := w.ListKeyRotations(ctx, in(region), ListKeyRotationsRequest{KeyID: id, Include: "ALL_KEY_MATERIAL"})
		must(t, err)
		return l.Rotations
	}
	one, two, three := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32), bytes.Repeat([]byte{3}, 32)
	id := w.create(t, CreateKeyRequest{Origin: OriginExternal, MultiRegion: true}).KeyID
	if err := rotate(id); !isException(err, unsupported) {
		t.Errorf("of the service of then: %v", err)
	}
	w.Current = true
	want("without material", rotate(id), arn+id+" is pending import.")
	must(t, w.importInto(t, call(), id, one))
	want("without more material", rotate(id), "No available key material pending rotation for the key: "+arn+id+".")
	blob := w.encrypted(t, call(), id)
	_, err := w.ReplicateKey(ctx, call(), ReplicateKeyRequest{KeyID: id, Region: "eu-west-1"})
	must(t, err)
	must(t, w.importInto(t, in("eu-west-1"), id, one))

	fresh := func(c *shape.Call, plain []byte, as ImportType) error {
		r := w.wrapped(t, c, id, WrapOAEPSHA256, plain)
		r.Type = as
		_, err := w.ImportKeyMaterial(ctx, c, r)
		return err
	}
	if err := fresh(in("eu-west-1"), two, NewMaterial); !isException(err, unsupported) {
		t.Errorf("new material for a replica: %v", err)
	}
	if err := fresh(call(), one, NewMaterial); !isException(err, incorrectMaterial) {
		t.Errorf("known material as new: %v", err)
	}
	if err := fresh(call(), two, ExistingMaterial); !isException(err, incorrectMaterial) {
		t.Errorf("new material as known: %v", err)
	}
	must(t, fresh(call(), two, NewMaterial))
	name := func(plain []byte) string { return fmt.Sprintf("%x", materialID(id, plain)) }
	want("a third one", fresh(call(), three, NewMaterial), "New key material (id: "+name(three)+") cannot be imported into KMS key "+id+
		", because another key material (id: "+name(two)+") is pending rotation.")
	want("before the replica has it", rotate(id), fmt.Sprintf(textPendingReplica, name(two), arn+id, "eu-west-1"))
	if l := materials("eu-west-1", id); len(l) != 2 || l[1].State != "PENDING_MULTI_REGION_IMPORT_AND_ROTATION" || l[1].ImportState != "PENDING_IMPORT" || l[0].State != "CURRENT" {
		t.Errorf("the replica has %+v", l)
	}
	must(t, fresh(in("eu-west-1"), two, ""))
	if l := materials("us-west-2", id); len(l) != 2 || l[1].State != "PENDING_ROTATION" || l[1].ImportState != "IMPORTED" || l[1].ExpirationModel != DoesNotExpire {
		t.Errorf("the primary key has %+v", l)
	}
	must(t, w.clock.Advance(day))
	w.Close()
	w.open(t)
	w.Current = true
	must(t, rotate(id))
	for _, region := range []string{"us-west-2", "eu-west-1"} {
		l := materials(region, id)
		if len(l) != 2 || l[0].State != "NON_CURRENT" || l[0].Date != nil || l[1].State != "CURRENT" || l[1].Type != rotatedOnDemand || !l[1].Date.Equal(w.now()) {
			t.Errorf("in %s: %+v", region, l)
		}
		if m := w.metadata(t, in(region), id); m.CurrentKeyMaterialID != name(two) {
			t.Errorf("in %s: %+v", region, m)
		}
		must(t, w.decrypts(t, in(region), blob))
		must(t, w.decrypts(t, in(region), w.encrypted(t, call(), id)))
	}
	if e := w.trail.Events(); len(e) != 1 || e[0].Name != "RotateKey" || fmt.Sprint(e[0].Details) != "map[keyId:"+id+" rotationType:ON_DEMAND]" {
		t.Errorf("events %+v", e)
	}

	// What was to come can be given up, and old material is needed as much as that in use.
	must(t, fresh(call(), three, NewMaterial))
	del := func(material string) error {
		_, err := w.DeleteImportedKeyMaterial(ctx, call(), DeleteImportedKeyMaterialRequest{id, material})
		return err
	}
	must(t, del(name(three)))
	if l := materials("eu-west-1", id); len(l) != 2 {
		t.Errorf("the replica has %+v", l)
	}
	if err := del(name(three)); !isException(err, notFound) {
		t.Errorf("a second time: %v", err)
	}
	if m := w.metadata(t, call(), id); m.KeyState != Enabled {
		t.Errorf("the key is %s", m.KeyState)
	}
	must(t, del(name(one)))
	if err := w.decrypts(t, call(), blob); !isException(err, invalidState) {
		t.Errorf("without old material: %v", err)
	}
	r := w.wrapped(t, call(), id, WrapOAEPSHA256, two)
	r.MaterialID = name(one)
	if _, err := w.ImportKeyMaterial(ctx, call(), r); !isException(err, incorrectMaterial) {
		t.Errorf("material with the id of another: %v", err)
	}
	must(t, fresh(call(), one, ExistingMaterial))
	must(t, w.decrypts(t, call(), blob))
	if l := materials("us-west-2", id); l[0].State != "NON_CURRENT" || l[0].Date != nil || l[0].ImportState != "IMPORTED" {
		t.Errorf("after the import %+v", l)
	}
}
