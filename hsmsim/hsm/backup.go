package hsm

import (
	"context"
	"fmt"
	"slices"
	"time"

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

// Restore puts a backup into an empty journal, of which Open then makes an HSM, and returns when it is durable. The
// restoration begins the audit log.
func Restore(ctx context.Context, j Journal, backup []byte, at time.Time) error {
	var b backupRecord
	if err := cbor.Unmarshal(backup, &b); err != nil {
		return fmt.Errorf("cannot read the backup: %w", err)
	}
	return b.store(ctx, j, at, AuditRecord{Opcode: opRestoreBegin}, AuditRecord{Opcode: opRestoreEnd})
}

// Initialise puts into an empty journal what an HSM holds that has just been initialised: the PRECO admin with the
// password that the guide gives, and the service's own user.
func Initialise(ctx context.Context, j Journal, salt Salt, at time.Time) error {
	proof, err := Stretch(salt, "admin", "password")
	if err != nil {
		return err
	}
	b := backupRecord{LastUser: 2, Users: []userRecord{
		{ID: 1, Type: PRECO, Name: "admin", Verifier: newVerifier(proof)},
		{ID: 2, Type: AU, Name: "app_user"},
	}}
	return b.store(ctx, j, at, AuditRecord{Opcode: opInitToken}, AuditRecord{Opcode: opGeneratePasswordKey},
		AuditRecord{Opcode: opCreateApplianceUser, UserName: "app_user", UserType: AU}, AuditRecord{Opcode: opInitDone})
}

func (b *backupRecord) store(ctx context.Context, j Journal, at time.Time, log ...AuditRecord) error {
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
	for i, r := range log {
		r.Sequence, r.Time = uint64(i), at.UTC()
		changes = append(changes, Change{BucketAudit, r.Sequence, encode(r)})
	}
	if err := j.Wait(ctx, j.Append(changes)); err != nil {
		return fmt.Errorf("cannot store what the HSM is to hold: %w", err)
	}
	return nil
}
