package kms

import (
	"context"
	crand "crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// busy does random things to a few keys that others use too.
type busy struct {
	*world
	*rand.Rand
	name string
	keys []string
	mine []string // ids of keys that nobody else knows

	imports ImportKeyMaterialRequest // for one of the keys
}

// step does one thing.
func (b *busy) step(ctx context.Context) error {
	id, c := b.keys[b.IntN(len(b.keys))], call()
	if b.IntN(8) == 0 {
		c = in("eu-west-1")
	}
	alias := fmt.Sprintf("alias/%d", b.IntN(20))
	var err error
	switch b.IntN(21) {
	case 0, 1, 2, 3:
		return b.roundTrip(ctx, c, id)
	case 4:
		var k CreateKeyResponse
		if k, err = b.CreateKey(ctx, c, CreateKeyRequest{Description: b.name}); err == nil && c.Region == "us-west-2" {
			b.mine = append(b.mine, k.KeyMetadata.KeyID)
		}
	case 5:
		_, err = b.CreateAlias(ctx, c, AliasRequest{alias, id})
	case 6:
		_, err = b.UpdateAlias(ctx, c, AliasRequest{alias, id})
	case 7:
		_, err = b.DeleteAlias(ctx, c, DeleteAliasRequest{alias})
	case 8:
		_, err = b.TagResource(ctx, c, TagResourceRequest{id, []Tag{{b.name, alias}}})
	case 9:
		_, err = b.DisableKey(ctx, c, KeyRequest{id})
	case 10:
		_, err = b.EnableKey(ctx, c, KeyRequest{id})
	case 11:
		_, err = b.EnableKeyRotation(ctx, c, EnableKeyRotationRequest{KeyID: id, Days: new(90)})
	case 12:
		_, err = b.RotateKeyOnDemand(ctx, c, KeyRequest{id})
	case 13:
		_, err = b.CreateGrant(ctx, c, CreateGrantRequest{KeyID: id, Grantee: "arn:aws:iam::111122223333:root", Operations: []GrantOperation{"Encrypt"}, Name: alias})
	case 14:
		var list ListGrantsResponse
		if list, err = b.ListGrants(ctx, c, ListGrantsRequest{KeyID: id}); err == nil && len(list.Grants) > 2 {
			_, err = b.RevokeGrant(ctx, c, RevokeGrantRequest{KeyID: id, GrantID: list.Grants[0].GrantID})
		}
	case 15:
		_, err = b.ListKeys(ctx, c, ListKeysRequest{})
	case 16:
		_, err = b.ScheduleKeyDeletion(ctx, c, ScheduleKeyDeletionRequest{KeyID: id, Window: new(7)})
		if err == nil {
			_, err = b.CancelKeyDeletion(ctx, c, KeyRequest{id})
		}
	case 17:
		if len(b.mine) > 0 {
			_, err = b.ScheduleKeyDeletion(ctx, call(), ScheduleKeyDeletionRequest{KeyID: b.mine[0], Window: new(7)})
			b.mine = b.mine[1:]
		}
	case 18:
		_, err = b.ImportKeyMaterial(ctx, call(), b.imports)
	case 19:
		r := b.imports
		r.Model, r.ValidTo = Expires, shape.Ref(b.now().Add(2*day))
		_, err = b.ImportKeyMaterial(ctx, call(), r)
	case 20:
		_, err = b.DeleteImportedKeyMaterial(ctx, call(), DeleteImportedKeyMaterialRequest{KeyID: id})
	}
	return expected(err)
}

// roundTrip encrypts and decrypts.
func (b *busy) roundTrip(ctx context.Context, c *shape.Call, id string) error {
	sealed, err := b.Encrypt(ctx, c, EncryptRequest{KeyID: id, Plaintext: []byte(b.name)})
	if err != nil {
		return expected(err)
	}
	opened, err := b.Decrypt(ctx, c, DecryptRequest{CiphertextBlob: sealed.CiphertextBlob})
	if isException(err, invalidCiphertext) || err == nil && string(opened.Plaintext) != b.name {
		return fmt.Errorf("%s: what %s encrypted is %q, %w", b.name, id, opened.Plaintext, err)
	}
	return expected(err)
}

// expected lets exceptions pass, which others may bring about.
func expected(err error) error {
	var ex *shape.Exception
	if errors.As(err, &ex) && ex.Code != internal {
		return nil
	}
	return err
}

// lastingImport is a request to import material whose token is good for years.
func (w *world) lastingImport(t *testing.T, id string) ImportKeyMaterialRequest {
	private, err := rsa.GenerateKey(crand.Reader, 2048)
	must(t, err)
	w.mu.Lock()
	defer w.mu.Unlock()
	token := importToken{Region: "us-west-2", KeyID: id, Algorithm: WrapOAEPSHA1, Expires: moment.Add(1000 * day), Private: x509.MarshalPKCS1PrivateKey(private)}
	blob, err := token.seal(w.tokenSealer())
	must(t, err)
	return ImportKeyMaterialRequest{KeyID: id, Token: blob, Material: wrap(t, WrapOAEPSHA1, &private.PublicKey, make([]byte, 32)), Model: DoesNotExpire}
}

// TestConcurrent has eight callers work with the same keys while lab time goes on.
func TestConcurrent(t *testing.T) {
	w := newWorld(t)
	var keys []string
	for i := range 6 {
		k := w.create(t, CreateKeyRequest{MultiRegion: i < 3})
		keys = append(keys, k.KeyID)
		if i < 3 {
			_, err := w.ReplicateKey(t.Context(), call(), ReplicateKeyRequest{KeyID: k.KeyID, Region: "eu-west-1"})
			must(t, err)
		}
	}
	imports := w.lastingImport(t, w.create(t, CreateKeyRequest{Origin: OriginExternal}).KeyID)
	keys = append(keys, imports.KeyID, imports.KeyID)
	var callers sync.WaitGroup
	for i := range uint64(8) {
		b := &busy{world: w, Rand: rand.New(rand.NewPCG(i, 1)), name: fmt.Sprintf("caller-%d", i), keys: keys, imports: imports}
		callers.Go(func() {
			for range 400 {
				if err := b.step(t.Context()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		callers.Wait()
	}()
	for range 60 {
		if err := w.clock.Advance(5 * day); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Millisecond)
	}
	<-over
	must(t, w.clock.Advance(8*day)) // nothing is pending any more
	for _, region := range []string{"us-west-2", "eu-west-1"} {
		w.mu.RLock()
		r := w.see(region)
		if len(r.order) != len(r.keys) || !slices.IsSorted(r.order) {
			t.Errorf("%s has %d keys, and %d in order", region, len(r.keys), len(r.order))
		}
		grants := 0
		for _, k := range r.keys {
			grants += len(k.grants)
		}
		if grants != len(r.grants) {
			t.Errorf("%s has %d grants, and %d of its keys", region, len(r.grants), grants)
		}
		w.mu.RUnlock()
	}
	before := w.everything(t, "us-west-2") + w.everything(t, "eu-west-1")
	w.Close()
	w.open(t)
	if diff := cmp.Diff(before, w.everything(t, "us-west-2")+w.everything(t, "eu-west-1")); diff != "" {
		t.Errorf("after opening again (-before +after):\n%s", diff)
	}
}
