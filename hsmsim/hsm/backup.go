package hsm

import (
	"context"
	"fmt"
	"slices"

	"github.com/fxamacker/cbor/v2"
)

// backupRecord is what a backup holds. Session keys, tombstoned keys and the audit log are not in it.
type backupRecord struct {
	_        struct{} `cbor:",toarray"`
	LastUser UserID
	Quorum   []serviceM
	Users    []userRecord
	Keys     []keyRecord
}

type serviceM struct {
	_       struct{} `cbor:",toarray"`
	Service Service
	M       uint8
}

// Backup gives what a backup of the HSM holds: its users with their verifiers, counters and quorum keys, its token
// keys, its quorum values. HSMs of the same state have equal backups. They are not encrypted.
func (h *HSM) Backup() []byte {
	h.mu.RLock()
	defer h.mu.RUnlock()
	b := backupRecord{LastUser: h.lastUser}
	for s, m := range h.quorum {
		b.Quorum = append(b.Quorum, serviceM{Service: s, M: m})
	}
	slices.SortFunc(b.Quorum, func(x, y serviceM) int { return int(x.Service) - int(y.Service) })
	for _, u := range h.sortedUsers() {
		b.Users = append(b.Users, u.record)
	}
	for _, k := range h.order {
		if k.session == nil && !k.Tombstoned {
			b.Keys = append(b.Keys, k.keyRecord)
		}
	}
	return encode(b)
}

// Restore puts a backup into an empty journal, of which Open then makes an HSM, and returns when it is durable. A
// backup of nothing makes an HSM without users and keys.
func Restore(ctx context.Context, j Journal, backup []byte) error {
	if len(backup) == 0 {
		return nil
	}
	var b backupRecord
	if err := cbor.Unmarshal(backup, &b); err != nil {
		return fmt.Errorf("cannot read the backup: %w", err)
	}
	state := stateRecord{LastUser: b.LastUser, Quorum: map[Service]uint8{}}
	for _, q := range b.Quorum {
		state.Quorum[q.Service] = q.M
	}
	changes := []Change{{BucketMeta, metaState, encode(state)}}
	for i := range b.Users {
		changes = append(changes, userChange(&user{record: b.Users[i]}))
	}
	for i := range b.Keys {
		changes = append(changes, keyChange(&key{keyRecord: b.Keys[i]}))
	}
	if err := j.Wait(ctx, j.Append(changes)); err != nil {
		return fmt.Errorf("cannot store the backup: %w", err)
	}
	return nil
}

// Fresh is the backup of an HSM that has just been initialised: the PRECO admin with the password that the guide
// gives, and the service's own user.
func Fresh(salt Salt) ([]byte, error) {
	proof, err := Stretch(salt, "admin", "password")
	if err != nil {
		return nil, err
	}
	return encode(backupRecord{LastUser: 2, Users: []userRecord{
		{ID: 1, Type: PRECO, Name: "admin", Verifier: newVerifier(proof)},
		{ID: 2, Type: AU, Name: "app_user"},
	}}), nil
}
