package hsm

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"slices"
)

// FindAllRequest asks for the keys of a user; user 0 means all keys.
type FindAllRequest struct {
	User UserID
	Hash bool
}

// FoundKey is one key of findAllKeys.
type FoundKey struct {
	_      struct{} `cbor:",toarray"`
	Handle Handle
	Owned  bool // by the user
	Shared bool // with the user
}

// AllKeys is the answer to findAllKeys. Hash covers users, ownership and sharing of all token keys, so that
// HSMs in step have the same one; it is empty unless asked for.
type AllKeys struct {
	Keys []FoundKey
	Hash []byte
}

// FindAllKeys lists the token keys that a user can use, by slot. Officers only. Errors: NotAllowed.
func (s *Session) FindAllKeys(_ context.Context, r FindAllRequest) (AllKeys, error) {
	var all AllKeys
	return all, s.read(func(h *HSM) error {
		if err := s.require(CO, PCO, AU); err != nil {
			return err
		}
		u := h.users[r.User]
		for _, k := range h.order {
			f := FoundKey{Handle: k.Handle, Owned: k.Owner == r.User, Shared: slices.Contains(k.Shared, r.User)}
			mine := u != nil && u.record.Type == CU && k.visibleTo(r.User)
			if k.session == nil && !k.Tombstoned && (mine || r.User == 0) {
				all.Keys = append(all.Keys, f)
			}
		}
		if r.Hash && len(all.Keys) > 0 {
			all.Hash = h.keyHash()
		}
		return nil
	})
}

func (h *HSM) keyHash() []byte {
	sum := sha256.New()
	for _, u := range h.sortedUsers() {
		put(sum, uint64(u.record.ID), uint64(u.record.Type))
		sum.Write([]byte(nameKey(u.record.Name)))
	}
	for _, k := range h.order {
		if k.session == nil && !k.Tombstoned {
			put(sum, uint64(k.Handle), uint64(k.Owner), uint64(len(k.Shared)))
			for _, id := range k.Shared {
				put(sum, uint64(id))
			}
		}
	}
	return sum.Sum(nil)
}

func put(h hash.Hash, numbers ...uint64) {
	for _, n := range numbers {
		h.Write(binary.BigEndian.AppendUint64(nil, n))
	}
}
