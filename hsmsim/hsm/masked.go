package hsm

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// A masked object is one key or one user with everything that belongs to it, sealed under the masking key of
// the cluster: only HSMs of the cluster and of its clones open it.
const maskedMagic = "HSMMO\x01"

// What a masked object holds.
const (
	maskedKey  byte = 'k'
	maskedUser byte = 'u'
)

type masker struct{ aead cipher.AEAD }

func newMasker(key [32]byte) (masker, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return masker{}, fmt.Errorf("cannot use the masking key: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return masker{}, fmt.Errorf("cannot use the masking key: %w", err)
	}
	return masker{aead}, nil
}

func (m masker) seal(kind byte, record []byte) []byte {
	head := append([]byte(maskedMagic), kind)
	nonce := make([]byte, m.aead.NonceSize())
	rand.Read(nonce)
	return m.aead.Seal(append(head, nonce...), nonce, record, head)
}

func (m masker) open(kind byte, object []byte, record any) error {
	head := len(maskedMagic) + 1
	body := head + m.aead.NonceSize()
	if len(object) < body || string(object[:head]) != maskedMagic+string(kind) {
		return BadMaskedObject
	}
	plain, err := m.aead.Open(nil, object[head:body], object[body:], object[:head])
	if err != nil || cbor.Unmarshal(plain, record) != nil {
		return BadMaskedObject
	}
	return nil
}

func (m masker) sealKey(k *key) []byte { return m.seal(maskedKey, encode(k.keyRecord)) }

// HandleRequest names a key.
type HandleRequest struct {
	_      struct{} `cbor:",toarray"`
	Handle Handle
}

// ExtractMasked gives the masked object of a token key, also of one that is not extractable. The owner and
// officers may. Errors: NotAllowed, InvalidHandle, KeyAccessDenied.
func (s *Session) ExtractMasked(_ context.Context, r HandleRequest) ([]byte, error) {
	var object []byte
	return object, s.change(func(h *HSM) error {
		k, err := h.owned(s, r.Handle)
		if err == nil && k.session != nil {
			err = InvalidHandle
		}
		if err == nil {
			object = h.masker.sealKey(k)
		}
		h.recordKeys(s, opExtractMasked, codeOf(err), h.handlesOf(r.Handle))
		return err
	})
}

// InsertMaskedRequest is a masked key. With KeepHandle it keeps its handle, as clones of a key do; otherwise
// it gets a new one.
type InsertMaskedRequest struct {
	Object     []byte
	KeepHandle bool
}

// InsertMasked makes a token key of a masked object; owner and sharing stay. A tombstoned key with the same
// handle makes way. Errors: NotAllowed, BadMaskedObject, NoSuchUser where the owner is not a CU here, which also
// an owner hears who could not log in for that reason, KeyPresent for a clone of a key that is here, HandleInUse for
// that of another key, KeyStoreFull.
func (s *Session) InsertMasked(_ context.Context, r InsertMaskedRequest) (Handle, error) {
	var handle Handle
	return handle, s.change(func(h *HSM) error {
		k, err := h.openKey(r.Object)
		if denied := s.require(CU, CO, PCO); denied != nil && err != NoSuchUser {
			err = denied
		}
		if err == nil {
			handle, err = h.insertMasked(k, r.KeepHandle)
		}
		h.recordKeys(s, opInsertMasked, codeOf(err), h.keys[handle].handles())
		return err
	})
}

// openKey opens a masked key whose owner is here.
func (h *HSM) openKey(object []byte) (*key, error) {
	k := &key{}
	if err := h.masker.open(maskedKey, object, &k.keyRecord); err != nil {
		return nil, err
	}
	if u := h.users[k.Owner]; u == nil || u.record.Type != CU {
		return nil, NoSuchUser
	}
	return k, nil
}

func (h *HSM) insertMasked(k *key, keepHandle bool) (Handle, error) {
	old := h.keys[k.Handle]
	switch {
	case keepHandle && old != nil && !old.Tombstoned && old.sameMaterial(k):
		return 0, KeyPresent
	case keepHandle && old != nil && !old.Tombstoned:
		return 0, HandleInUse
	case keepHandle && old != nil:
		h.destroy(old)
	case len(h.keys) >= h.options.MaxKeys:
		return 0, KeyStoreFull
	}
	if !keepHandle {
		k.Handle = h.newHandle()
	}
	h.addKey(k)
	h.commit(keyChange(k))
	return k.Handle, nil
}

// sameMaterial reports whether two keys are copies of one, whatever has become of their attributes.
func (k *key) sameMaterial(other *key) bool {
	return k.Class == other.Class && k.Type == other.Type &&
		bytes.Equal(k.Material, other.Material) && bytes.Equal(k.Modulus, other.Modulus)
}
