package kms

import (
	"fmt"
	"strings"
	"testing"
)

// TestGrantLimits goes to the quota of grants, and to the limits of constraints.
func TestGrantLimits(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.create(t, CreateKeyRequest{}).KeyID
	create := func(context map[string]string) error {
		r := CreateGrantRequest{KeyID: id, Grantee: "arn:aws:iam::111122223333:root", Operations: []GrantOperation{"Decrypt"}}
		if context != nil {
			r.Constraints = &GrantConstraints{Equals: context}
		}
		_, err := w.CreateGrant(ctx, call(), r)
		return err
	}
	context := map[string]string{"long": strings.Repeat("v", maxConstraintSize-4)}
	must(t, create(context))
	context["long"] += "v"
	if err := create(context); !isException(err, "ValidationException") {
		t.Errorf("a long constraint: %v", err)
	}
	clear(context)
	for i := range maxConstraintPairs {
		context[fmt.Sprint(i)] = "v"
	}
	must(t, create(context))
	context["x"] = "v"
	if err := create(context); !isException(err, "ValidationException") {
		t.Errorf("many constraints: %v", err)
	}
	w.mu.Lock()
	k := w.see("us-west-2").keys[id]
	for i := len(k.grants); i < maxGrants-1; i++ {
		w.region(k.Region).addGrant(&grant{grantRecord: grantRecord{Region: k.Region, ID: fmt.Sprintf("%064x", i), Key: id}})
	}
	w.mu.Unlock()
	must(t, create(nil))
	if err := create(nil); !isException(err, limitExceeded) {
		t.Errorf("one grant too many: %v", err)
	}
	n, marker := 0, ""
	for {
		page, err := w.ListGrants(ctx, call(), ListGrantsRequest{KeyID: id, Limit: new(1000), Marker: marker})
		must(t, err)
		n += len(page.Grants)
		if marker = page.NextMarker; !page.Truncated {
			break
		}
	}
	if n != maxGrants {
		t.Errorf("%d grants are listed, want %d", n, maxGrants)
	}
}

// TestLongJump lets a century pass.
func TestLongJump(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.create(t, CreateKeyRequest{MultiRegion: true}).KeyID
	_, err := w.ReplicateKey(ctx, call(), ReplicateKeyRequest{KeyID: id, Region: "eu-west-1"})
	must(t, err)
	_, err = w.EnableKeyRotation(ctx, call(), EnableKeyRotationRequest{KeyID: id, Days: new(90)})
	must(t, err)
	sealed, err := w.Encrypt(ctx, call(), EncryptRequest{KeyID: id, Plaintext: []byte("x")})
	must(t, err)
	must(t, w.clock.Advance(100*365*day))
	list, err := w.ListKeyRotations(ctx, in("eu-west-1"), ListKeyRotationsRequest{KeyID: id, Limit: new(1000)})
	must(t, err)
	rotations := len(list.Rotations)
	if want := 100 * 365 / 90; rotations != want {
		t.Errorf("%d rotations, want %d", rotations, want)
	}
	if last := list.Rotations[len(list.Rotations)-1].Date; !last.Equal(moment.AddDate(0, 0, rotations*90)) {
		t.Errorf("the last rotation was at %s", last)
	}
	d, err := w.Decrypt(ctx, in("eu-west-1"), DecryptRequest{CiphertextBlob: sealed.CiphertextBlob})
	must(t, err)
	if string(d.Plaintext) != "x" {
		t.Errorf("decrypted %q", d.Plaintext)
	}
}
