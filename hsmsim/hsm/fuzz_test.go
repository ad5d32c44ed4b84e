package hsm_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/store"
)

// FuzzOpen puts anything into one record of a journal: an HSM starts and works with it, or says why not.
func FuzzOpen(f *testing.F) {
	j := store.Memory()
	h := newHSM(f, func(o *hsm.Options) { o.Journal = j })
	s := as(f, h, "alice")
	pair(f, s, p256)
	aes(f, s, "")
	if _, err := s.Tombstone(f.Context(), hsm.HandleRequest{Handle: 8}); err != nil {
		f.Fatal(err)
	}
	for bucket := hsm.BucketMeta; bucket <= hsm.BucketAudit; bucket++ {
		must(f, j.Load(bucket, func(key uint64, data []byte) error {
			f.Add(uint8(bucket), key, data)
			return nil
		}))
	}
	f.Fuzz(func(t *testing.T, bucket uint8, key uint64, data []byte) {
		o := options()
		must(t, open(t, o).ProvisionUsers(specs()...))
		o.Journal.Append([]hsm.Change{{Bucket: hsm.Bucket(bucket), Key: key, Data: data}})
		h, err := hsm.Open(o)
		if err != nil {
			return
		}
		h.Status()
		h.Audit()
		for _, handle := range h.TokenKeys() {
			h.CloneOut(handle)
		}
		h.SweepTombstones()
		s := session(t, h)
		if login(t, s, "CU", "alice", "alice-password") == nil {
			for _, handle := range find(t, s, hsm.FindRequest{}) {
				attributes(t, s, handle)
			}
			s.GenerateSecret(t.Context(), hsm.GenerateSecretRequest{Type: hsm.AES, Size: 16})
		}
	})
}

// FuzzMaskedObject inserts anything as a masked object: it is refused and changes nothing.
func FuzzMaskedObject(f *testing.F) {
	// Seeds are of another cluster, so that no change makes a good one of them.
	s := as(f, newHSM(f, func(o *hsm.Options) { o.Family.MaskingKey[0]++ }), "alice")
	object := mask(f, s, aes(f, s, ""))
	f.Add(object)
	f.Add(object[:20])
	h := newHSM(f)
	co := as(f, h, "admin")
	before := h.Status()
	f.Fuzz(func(t *testing.T, object []byte) {
		for _, keep := range []bool{true, false} {
			_, err := insert(t, co, object, keep)
			wants(t, "a key", err, hsm.BadMaskedObject)
		}
		_, err := co.InsertMaskedUser(t.Context(), hsm.MaskedUser{Object: object})
		wants(t, "a user", err, hsm.BadMaskedObject)
		if diff := cmp.Diff(before, h.Status()); diff != "" {
			t.Error(diff)
		}
	})
}
