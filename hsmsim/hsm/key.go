package hsm

import (
	"cmp"
	"slices"
	"sync"
)

// A Handle is a key handle: unique in a cluster and equal on all its HSMs. It tells where the key was made:
// handle = node id x 262144 + slot.
type Handle uint64

// SlotSize is the number of key slots that one node id has in the space of handles.
const SlotSize = 262144

// firstSlot is the first slot that keys of users get; lower ones are internal.
const firstSlot = 6

// Slot is the handle's place in the order of all lists of keys.
func (h Handle) Slot() uint64 { return uint64(h) % SlotSize }

// compareHandles orders handles as the original lists them: by slot.
func compareHandles(a, b Handle) int {
	return cmp.Or(cmp.Compare(a.Slot(), b.Slot()), cmp.Compare(a, b))
}

// A Class is the object class of a key.
type Class uint8

// The classes of keys.
const (
	PublicKey  Class = 2
	PrivateKey Class = 3
	SecretKey  Class = 4
)

// A KeyType is the type of a key.
type KeyType uint8

// The key types of the tools. RC4 is refused in FIPS mode.
const (
	RSA           KeyType = 0
	DSA           KeyType = 1
	EC            KeyType = 3
	GenericSecret KeyType = 16
	RC4           KeyType = 18
	DES3          KeyType = 21
	AES           KeyType = 31
)

// keyRecord is a key as the journal and masked objects hold it.
type keyRecord struct {
	_           struct{} `cbor:",toarray"`
	Handle      Handle
	Class       Class
	Type        KeyType
	Flags       flags
	Label       string
	ID          string
	Owner       UserID
	Shared      []UserID // in ascending order
	MValue      uint8    // approvals that each use needs; 0 and 1 mean none
	ValueLen    uint32   // OBJ_ATTR_VALUE_LEN, bytes
	ModulusBits uint32   // RSA and DSA: bits; EC: the curve's OpenSSL number
	Modulus     []byte   // RSA modulus, EC uncompressed point, DSA public value
	Exponent    []byte   // RSA public exponent
	KCV         []byte
	Material    []byte // secret: the key; private: PKCS #8; public: SubjectPublicKeyInfo where it is DSA, else nothing
	Tombstoned  bool
}

// key is one key of this HSM.
type key struct {
	keyRecord
	session *Session // the session that a session key lives and dies with; nil for token keys

	// The form that the crypto library works with, see half. Material does not change during a key's life.
	parseOnce sync.Once
	parsed    any
	parseErr  error
}

// findKey is where the handle stands, or would stand, in the ordered list of keys.
func (h *HSM) findKey(handle Handle) (int, bool) {
	return slices.BinarySearchFunc(h.order, handle, func(k *key, t Handle) int { return compareHandles(k.Handle, t) })
}

func (h *HSM) addKey(k *key) {
	h.keys[k.Handle] = k
	i, _ := h.findKey(k.Handle)
	h.order = slices.Insert(h.order, i, k)
}

func (h *HSM) removeKey(k *key) {
	delete(h.keys, k.Handle)
	if i, ok := h.findKey(k.Handle); ok {
		h.order = slices.Delete(h.order, i, i+1)
	}
	h.freeSlot = min(h.freeSlot, k.Handle.Slot())
}

// newHandle takes the next handle: a preset one of the scenario, or the lowest free slot with this node's
// prefix. Freed slots are used again, as on the original. A slot is free when no key has it, with whatever
// prefix: there are more slots than keys can be.
func (h *HSM) newHandle() Handle {
	for len(h.presets) > 0 {
		next := h.presets[0]
		h.presets = h.presets[1:]
		if h.keys[next] == nil {
			return next
		}
	}
	slot := max(h.freeSlot, firstSlot)
	i, _ := slices.BinarySearchFunc(h.order, slot, func(k *key, s uint64) int { return cmp.Compare(k.Handle.Slot(), s) })
	for ; i < len(h.order) && h.order[i].Handle.Slot() <= slot; i++ {
		if h.order[i].Handle.Slot() == slot {
			slot++
		}
	}
	h.freeSlot = slot
	return Handle(uint64(h.identity.Node)*SlotSize + slot)
}

// insertSorted adds many keys to the ordered list at once.
func (h *HSM) insertSorted(keys []*key) {
	h.order = append(h.order, keys...)
	slices.SortFunc(h.order, func(a, b *key) int { return compareHandles(a.Handle, b.Handle) })
}
