package kms

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// The states of the guide's table of key states, in the order of its columns here.
var columns = []KeyState{Enabled, Disabled, PendingDeletion, PendingImport, Unavailable}

// inState makes a key that is in a state.
func (w *world) inState(t *testing.T, state KeyState) *key {
	t.Helper()
	ctx := t.Context()
	r := CreateKeyRequest{MultiRegion: state != Unavailable}
	if state == PendingImport {
		r.Origin = OriginExternal
	}
	id := w.create(t, r).KeyID
	w.mu.Lock()
	k := w.region("us-west-2").keys[id]
	if state == Unavailable {
		st := &keyStore{storeRecord: storeRecord{Region: k.Region, ID: "cks-1234567890abcdef0", State: Disconnected}}
		w.region(k.Region).stores[st.ID] = st
		k.Store, k.Origin, k.Materials, k.Backing = st.ID, OriginCloudHSM, nil, &backing{ID: newHex(64)}
	}
	w.mu.Unlock()
	var err error
	switch state {
	case Disabled:
		_, err = w.DisableKey(ctx, call(), KeyRequest{id})
	case PendingDeletion:
		_, err = w.ScheduleKeyDeletion(ctx, call(), ScheduleKeyDeletionRequest{KeyID: id})
	}
	must(t, err)
	if got := w.state(k); got != state {
		t.Fatalf("the key is %s, want %s", got, state)
	}
	return k
}

// The answers of the table, by their numbers in the guide's notes. Of two that it allows it is the one of the state.
var stateAnswers = map[int]struct{ code, message string }{
	1:  {disabled, "%s is disabled."},
	3:  {invalidState, "%s is pending deletion."},
	4:  {invalidState, "%s is not pending deletion."},
	5:  {invalidState, "%s is pending import."},
	6:  {unsupported, "%s origin is EXTERNAL which is not valid for this operation."},
	7:  {unsupported, "%s origin is AWS_CLOUDHSM which is not valid for this operation."},
	9:  {unsupported, "%s origin is AWS_KMS which is not valid for this operation."},
	11: {invalidState, "%s is unavailable."},
}

// TestKeyStates goes through the table of what works in which state (KMS Developer Guide, key states).
func TestKeyStates(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	other := w.create(t, CreateKeyRequest{})
	n := 0
	alias := func(k *key) string {
		n++
		name := fmt.Sprintf("alias/%d", n)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.region(k.Region).aliases[name] = &alias{aliasRecord: aliasRecord{Region: k.Region, Name: name, Key: k.ID}}
		return name
	}
	granted := func(k *key) (*grant, string) {
		w.mu.Lock()
		defer w.mu.Unlock()
		g := &grant{grantRecord: grantRecord{Region: k.Region, ID: newHex(64), Key: k.ID, Token: "t"}}
		w.region(k.Region).addGrant(g)
		w.putGrant(g)
		return g, g.newToken()
	}
	blob := func(k *key) []byte {
		var id [materialIDSize]byte
		if m := k.current(); m != nil {
			h := head(k.ID, m.ID)
			return k.ciphers[m.ID].Seal(h, nil, []byte("x"), h)
		}
		return append(head(k.ID, id), make([]byte, 30)...)
	}
	foreign, err := w.Encrypt(ctx, call(), EncryptRequest{KeyID: other.KeyID, Plaintext: []byte("x")})
	must(t, err)
	tags := []Tag{{"a", "b"}}
	policy := `{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`

	type test struct {
		name string
		want [5]int
		call func(*key) error
	}
	for _, row := range []test{
		{"CancelKeyDeletion", [5]int{4, 4, 0, 4, 4}, func(k *key) error { _, err := w.CancelKeyDeletion(ctx, call(), KeyRequest{k.ID}); return err }},
		{"CreateAlias", [5]int{0, 0, 3, 0, 0}, func(k *key) error {
			_, err := w.CreateAlias(ctx, call(), AliasRequest{"alias/new-" + k.ID, k.ID})
			return err
		}},
		{"UpdateAlias to it", [5]int{0, 0, 3, 0, 0}, func(k *key) error {
			_, err := w.UpdateAlias(ctx, call(), AliasRequest{alias(w.regions["us-west-2"].keys[other.KeyID]), k.ID})
			return err
		}},
		{"UpdateAlias from it", [5]int{}, func(k *key) error {
			_, err := w.UpdateAlias(ctx, call(), AliasRequest{alias(k), w.create(t, CreateKeyRequest{}).KeyID})
			return err
		}},
		{"DeleteAlias", [5]int{}, func(k *key) error { _, err := w.DeleteAlias(ctx, call(), DeleteAliasRequest{alias(k)}); return err }},
		{"ListAliases", [5]int{}, func(k *key) error { _, err := w.ListAliases(ctx, call(), ListAliasesRequest{KeyID: k.ID}); return err }},
		{"CreateGrant", [5]int{0, 1, 3, 5, 0}, func(k *key) error {
			_, err := w.CreateGrant(ctx, call(), CreateGrantRequest{KeyID: k.ID, Grantee: "arn:aws:iam::111122223333:root", Operations: []GrantOperation{"Decrypt"}})
			return err
		}},
		{"ListGrants", [5]int{}, func(k *key) error { _, err := w.ListGrants(ctx, call(), ListGrantsRequest{KeyID: k.ID}); return err }},
		{"RetireGrant", [5]int{}, func(k *key) error {
			_, token := granted(k)
			_, err := w.RetireGrant(ctx, call(), RetireGrantRequest{Token: token})
			return err
		}},
		{"RevokeGrant", [5]int{}, func(k *key) error {
			g, _ := granted(k)
			_, err := w.RevokeGrant(ctx, call(), RevokeGrantRequest{KeyID: k.ID, GrantID: g.ID})
			return err
		}},
		{"Encrypt", [5]int{0, 1, 3, 5, 11}, func(k *key) error {
			_, err := w.Encrypt(ctx, call(), EncryptRequest{KeyID: k.ID, Plaintext: []byte("x")})
			return err
		}},
		{"Decrypt", [5]int{0, 1, 3, 5, 11}, func(k *key) error {
			_, err := w.Decrypt(ctx, call(), DecryptRequest{CiphertextBlob: blob(k)})
			return err
		}},
		{"ReEncrypt from it", [5]int{0, 1, 3, 5, 11}, func(k *key) error {
			_, err := w.ReEncrypt(ctx, call(), ReEncryptRequest{CiphertextBlob: blob(k), DestinationKeyID: other.KeyID})
			return err
		}},
		{"ReEncrypt to it", [5]int{0, 1, 3, 5, 11}, func(k *key) error {
			_, err := w.ReEncrypt(ctx, call(), ReEncryptRequest{CiphertextBlob: foreign.CiphertextBlob, DestinationKeyID: k.ID})
			return err
		}},
		{"GenerateDataKey", [5]int{0, 1, 3, 5, 11}, func(k *key) error {
			_, err := w.GenerateDataKey(ctx, call(), GenerateDataKeyRequest{KeyID: k.ID, KeySpec: "AES_128"})
			return err
		}},
		{"GenerateDataKeyWithoutPlaintext", [5]int{0, 1, 3, 5, 11}, func(k *key) error {
			_, err := w.GenerateDataKeyWithoutPlaintext(ctx, call(), GenerateDataKeyRequest{KeyID: k.ID, KeySpec: "AES_128"})
			return err
		}},
		{"GenerateDataKeyPair", [5]int{0, 1, 3, 5, 11}, func(k *key) error {
			_, err := w.GenerateDataKeyPair(ctx, call(), GenerateDataKeyPairRequest{KeyID: k.ID, KeyPairSpec: "ECC_NIST_P256"})
			return err
		}},
		{"GenerateDataKeyPairWithoutPlaintext", [5]int{0, 1, 3, 5, 11}, func(k *key) error {
			_, err := w.GenerateDataKeyPairWithoutPlaintext(ctx, call(), GenerateDataKeyPairRequest{KeyID: k.ID, KeyPairSpec: "ECC_NIST_P256"})
			return err
		}},
		{"DescribeKey", [5]int{}, func(k *key) error { _, err := w.DescribeKey(ctx, call(), DescribeKeyRequest{KeyID: k.ID}); return err }},
		{"GetKeyPolicy", [5]int{}, func(k *key) error {
			_, err := w.GetKeyPolicy(ctx, call(), GetKeyPolicyRequest{KeyID: k.ID})
			return err
		}},
		{"PutKeyPolicy", [5]int{}, func(k *key) error {
			_, err := w.PutKeyPolicy(ctx, call(), PutKeyPolicyRequest{KeyID: k.ID, Policy: policy})
			return err
		}},
		{"ListKeyPolicies", [5]int{}, func(k *key) error {
			_, err := w.ListKeyPolicies(ctx, call(), ListKeyPoliciesRequest{KeyID: k.ID})
			return err
		}},
		{"ListResourceTags", [5]int{}, func(k *key) error {
			_, err := w.ListResourceTags(ctx, call(), ListResourceTagsRequest{KeyID: k.ID})
			return err
		}},
		{"EnableKey", [5]int{0, 0, 3, 5, 0}, func(k *key) error { _, err := w.EnableKey(ctx, call(), KeyRequest{k.ID}); return err }},
		{"DisableKey", [5]int{0, 0, 3, 5, 0}, func(k *key) error { _, err := w.DisableKey(ctx, call(), KeyRequest{k.ID}); return err }},
		{"ScheduleKeyDeletion", [5]int{0, 0, 3, 0, 0}, func(k *key) error {
			_, err := w.ScheduleKeyDeletion(ctx, call(), ScheduleKeyDeletionRequest{KeyID: k.ID})
			return err
		}},
		{"TagResource", [5]int{0, 0, 3, 0, 0}, func(k *key) error { _, err := w.TagResource(ctx, call(), TagResourceRequest{k.ID, tags}); return err }},
		{"UntagResource", [5]int{0, 0, 3, 0, 0}, func(k *key) error {
			_, err := w.UntagResource(ctx, call(), UntagResourceRequest{k.ID, []string{"a"}})
			return err
		}},
		{"UpdateKeyDescription", [5]int{0, 0, 3, 0, 0}, func(k *key) error {
			_, err := w.UpdateKeyDescription(ctx, call(), UpdateKeyDescriptionRequest{k.ID, new("d")})
			return err
		}},
		{"EnableKeyRotation", [5]int{0, 1, 3, 6, 7}, func(k *key) error {
			_, err := w.EnableKeyRotation(ctx, call(), EnableKeyRotationRequest{KeyID: k.ID})
			return err
		}},
		{"DisableKeyRotation", [5]int{0, 1, 3, 6, 7}, func(k *key) error { _, err := w.DisableKeyRotation(ctx, call(), KeyRequest{k.ID}); return err }},
		{"GetKeyRotationStatus", [5]int{0, 0, 0, 6, 7}, func(k *key) error {
			_, err := w.GetKeyRotationStatus(ctx, call(), KeyRequest{k.ID})
			return err
		}},
		{"RotateKeyOnDemand", [5]int{0, 1, 3, 6, 7}, func(k *key) error { _, err := w.RotateKeyOnDemand(ctx, call(), KeyRequest{k.ID}); return err }},
		{"GetParametersForImport", [5]int{9, 9, 9, 0, 7}, func(k *key) error {
			_, err := w.GetParametersForImport(ctx, call(), GetParametersForImportRequest{k.ID, WrapOAEPSHA256, "RSA_2048"})
			return err
		}},
		{"ImportKeyMaterial", [5]int{9, 9, 9, 0, 7}, func(k *key) error {
			r := ImportKeyMaterialRequest{KeyID: k.ID, Token: []byte("t"), Material: []byte("m"), Model: DoesNotExpire}
			if k.Origin == OriginExternal {
				r = w.wrapped(t, call(), k.ID, WrapOAEPSHA256, make([]byte, 32))
			}
			_, err := w.ImportKeyMaterial(ctx, call(), r)
			return err
		}},
		{"DeleteImportedKeyMaterial", [5]int{9, 9, 9, 0, 7}, func(k *key) error {
			_, err := w.DeleteImportedKeyMaterial(ctx, call(), DeleteImportedKeyMaterialRequest{KeyID: k.ID})
			return err
		}},
		{"ReplicateKey", [5]int{0, 1, 3, 5, -1}, func(k *key) error {
			_, err := w.ReplicateKey(ctx, call(), ReplicateKeyRequest{KeyID: k.ID, Region: "eu-west-1"})
			return err
		}},
	} {
		for i, state := range columns {
			if row.want[i] < 0 {
				continue
			}
			k := w.inState(t, state)
			w.mu.RLock()
			before := fmt.Sprintf("%+v", k.keyRecord)
			w.mu.RUnlock()
			err := row.call(k)
			want := stateAnswers[row.want[i]]
			if want.code == "" {
				if err != nil {
					t.Errorf("%s of a key that is %s: %v", row.name, state, err)
				}
				continue
			}
			var ex *shape.Exception
			if !errors.As(err, &ex) || ex.Code != want.code || ex.Message != fmt.Sprintf(want.message, w.keyARN(k)) {
				t.Errorf("%s of a key that is %s: %v, want %s: "+want.message, row.name, state, err, want.code, w.keyARN(k))
			}
			if after := fmt.Sprintf("%+v", k.keyRecord); after != before {
				t.Errorf("%s of a key that is %s has changed it:\n%s\n%s", row.name, state, before, after)
			}
		}
	}
	for _, row := range []test{
		{"Sign", [5]int{0, 1, 3}, func(k *key) error {
			_, err := w.Sign(ctx, call(), SignRequest{KeyID: k.ID, Message: []byte("m"), Algorithm: ECDSA256})
			return err
		}},
		{"Verify", [5]int{0, 1, 3}, func(k *key) error {
			_, err := w.Verify(ctx, call(), VerifyRequest{KeyID: k.ID, Message: []byte("m"), Signature: []byte("s"), Algorithm: ECDSA256})
			if isException(err, invalidSignature) {
				err = nil // so it has come as far as that
			}
			return err
		}},
		{"GetPublicKey", [5]int{0, 1, 3}, func(k *key) error {
			_, err := w.GetPublicKey(ctx, call(), GetPublicKeyRequest{KeyID: k.ID})
			return err
		}},
	} {
		id := w.create(t, CreateKeyRequest{KeySpec: P256, KeyUsage: SignVerify}).KeyID
		k := w.see("us-west-2").keys[id]
		for i, state := range columns[:3] {
			k.Disabled = state == Disabled
			if state == PendingDeletion {
				k.DeleteAt = moment
			}
			err, want := row.call(k), stateAnswers[row.want[i]]
			if want.code == "" && err != nil || want.code != "" && !isException(err, want.code) {
				t.Errorf("%s of a key that is %s: %v, want %s", row.name, state, err, want.code)
			}
		}
	}
}

// TestDisableUnavailable changes what a key will be when its custom key store is connected again.
func TestDisableUnavailable(t *testing.T) {
	w := newWorld(t)
	k := w.inState(t, Unavailable)
	_, err := w.DisableKey(t.Context(), call(), KeyRequest{k.ID})
	must(t, err)
	if got := w.state(k); got != Unavailable {
		t.Errorf("the key is %s", got)
	}
	w.see(k.Region).stores[k.Store].State = Connected
	if got := w.state(k); got != Disabled {
		t.Errorf("the key is %s when its store is connected", got)
	}
}

func TestRotationEvents(t *testing.T) {
	w := newWorld(t)
	k := w.create(t, CreateKeyRequest{})
	_, err := w.EnableKeyRotation(t.Context(), call(), EnableKeyRotationRequest{KeyID: k.KeyID, Days: new(90)})
	must(t, err)
	must(t, w.clock.Advance(200*day))
	var days []int
	for _, e := range w.trail.Events() {
		if e.Name != "RotateKey" || e.Caller != nil || fmt.Sprint(e.Details) != "map[keyId:"+k.KeyID+" rotationType:AUTOMATIC]" {
			t.Errorf("event %+v", e)
		}
		days = append(days, int(e.Time.Sub(moment)/day))
	}
	if !slices.Equal(days, []int{90, 180}) {
		t.Errorf("rotated after %v days", days)
	}
}
