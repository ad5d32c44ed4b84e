package hsm

import (
	"fmt"
	"strings"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// An Opcode is a management command in the audit log (user guide, audit log reference).
type Opcode uint16

// The opcodes of commands that are logged.
const (
	opInitToken           Opcode = 0x1
	opCreateUser          Opcode = 0x3
	opCreateOfficer       Opcode = 0x4
	opChangePassword      Opcode = 0x9
	opLogin               Opcode = 0xd
	opLogout              Opcode = 0xe
	opDestroyObject       Opcode = 0x11
	opShareObject         Opcode = 0x12
	opGenerateKey         Opcode = 0x17
	opGenerateKeyPair     Opcode = 0x19
	opWrapKey             Opcode = 0x1a
	opUnwrapKey           Opcode = 0x1b
	opGeneratePasswordKey Opcode = 0x1d
	opNISTAESWrap         Opcode = 0x1e
	opInitDone            Opcode = 0x95
	opDeleteUser          Opcode = 0xa1
	opExtractMasked       Opcode = 0xf0
	opInsertMasked        Opcode = 0xf1
	opCreateApplianceUser Opcode = 0xfc
	opCloseSession        Opcode = 0xf5 // number invented
	opRestoreBegin        Opcode = 0xe6 // number invented
	opRestoreEnd          Opcode = 0xe7 // number invented
	opModifyObject        Opcode = 0xf6 // number invented
	opTombstoneObject     Opcode = 0xf7 // number invented
	opSetMValue           Opcode = 0xe8 // number invented
	opGetToken            Opcode = 0xe9 // number invented
	opApproveToken        Opcode = 0xea // number invented
	opDeleteToken         Opcode = 0xeb // number invented
	opRegisterQuorumKey   Opcode = 0xec // number and name invented
	opCreateObject        Opcode = 0xed // number invented
	maxAuditRecords              = 4096
	auditTrimAllowance           = 256
)

var opcodeNames = map[Opcode]string{
	opCreateUser: "CN_CREATE_USER", opCreateOfficer: "CN_CREATE_CO", opChangePassword: "CN_CHANGE_PSWD",
	opLogin: "CN_LOGIN", opLogout: "CN_LOGOUT", opDestroyObject: "CN_DESTROY_OBJECT",
	opShareObject: "CN_SHARE_OBJECT", opGenerateKey: "CN_GENERATE_KEY", opGenerateKeyPair: "CN_GENERATE_KEY_PAIR",
	opDeleteUser: "CN_DELETE_USER", opExtractMasked: "CN_EXTRACT_MASKED_OBJECT_USER",
	opInsertMasked: "CN_INSERT_MASKED_OBJECT_USER", opCloseSession: "CN_CLOSE_SESSION",
	opWrapKey: "CN_WRAP_KEY", opUnwrapKey: "CN_UNWRAP_KEY", opNISTAESWrap: "CN_NIST_AES_WRAP",
	opCreateObject: "CN_CREATE_OBJECT", opInitToken: "CN_INIT_TOKEN", opGeneratePasswordKey: "CN_GEN_PSWD_ENC_KEY",
	opCreateApplianceUser: "CN_CREATE_APPLIANCE_USER", opInitDone: "CN_INIT_DONE",
	opRestoreBegin: "CN_RESTORE_BEGIN", opRestoreEnd: "CN_RESTORE_END",
	opModifyObject: "CN_MODIFY_OBJECT", opTombstoneObject: "CN_TOMBSTONE_OBJECT",
	opSetMValue: "CN_SET_M_VALUE", opGetToken: "CN_GET_TOKEN", opApproveToken: "CN_APPROVE_TOKEN",
	opDeleteToken: "CN_DELETE_TOKEN", opRegisterQuorumKey: "CN_REGISTER_MOFN_PUBKEY",
}

// String is the opcode as the log names it.
func (o Opcode) String() string { return opcodeNames[o] }

// An AuditRecord is one management command in the HSM's audit log. Records say who and what, never a secret.
type AuditRecord struct {
	_        struct{} `cbor:",toarray"`
	Sequence uint64
	Time     time.Time // lab time
	Opcode   Opcode
	Session  uint32
	Response Code
	UserName string // of login and user commands only, cut off where it is longer than names can be
	UserType UserType

	PrivateHandle Handle // of the private or secret key that the command was about; 0 for none
	PublicHandle  Handle // of the public key
}

// handles are the keys that a command was about, as in an AuditRecord.
type handles struct{ private, public Handle }

// handles is where the audit log shows the key; nil for none.
func (k *key) handles() handles {
	switch {
	case k == nil:
		return handles{}
	case k.Class == PublicKey:
		return handles{public: k.Handle}
	}
	return handles{private: k.Handle}
}

// handlesOf is where the audit log shows a handle of a request; one that no key has is taken for a secret key's.
func (h *HSM) handlesOf(handle Handle) handles {
	if k := h.keys[handle]; k != nil {
		return k.handles()
	}
	return handles{private: handle}
}

// auditLog holds the newest records, oldest first; the journal holds the same ones.
type auditLog struct {
	records []AuditRecord
	next    uint64
}

func (l *auditLog) load(j Journal) error {
	err := j.Load(BucketAudit, func(n uint64, data []byte) error {
		r, err := decodeAuditRecord(data)
		if err != nil {
			return fmt.Errorf("record %d: %w", n, err)
		}
		l.records = append(l.records, r)
		l.next = r.Sequence + 1
		return nil
	})
	if err != nil {
		return fmt.Errorf("cannot load the audit log: %w", err)
	}
	return nil
}

// decodeAuditRecord reads a record of the journal. Those of before key handles were recorded have none.
func decodeAuditRecord(data []byte) (AuditRecord, error) {
	var r AuditRecord
	err := cbor.Unmarshal(data, &r)
	if err == nil {
		return r, nil
	}
	var old struct {
		_        struct{} `cbor:",toarray"`
		Sequence uint64
		Time     time.Time
		Opcode   Opcode
		Session  uint32
		Response Code
		UserName string
		UserType UserType
	}
	if cbor.Unmarshal(data, &old) != nil {
		return AuditRecord{}, err
	}
	return AuditRecord{Sequence: old.Sequence, Time: old.Time, Opcode: old.Opcode, Session: old.Session, Response: old.Response,
		UserName: old.UserName, UserType: old.UserType}, nil
}

// record adds the audit record of a command about a user, or about nobody; h.mu is held.
func (h *HSM) record(s *Session, op Opcode, c Code, name string, t UserType) {
	name = strings.ToValidUTF8(name[:min(len(name), MaxUserName)], "")
	h.log(s, AuditRecord{Opcode: op, Response: c, UserName: name, UserType: t})
}

// recordKeys adds the audit record of a command about keys; h.mu is held.
func (h *HSM) recordKeys(s *Session, op Opcode, c Code, keys handles) {
	h.log(s, AuditRecord{Opcode: op, Response: c, PrivateHandle: keys.private, PublicHandle: keys.public})
}

// log adds an audit record. Nobody answers for audit records, so they are stored lazily.
func (h *HSM) log(s *Session, r AuditRecord) {
	l := &h.audit
	r.Sequence, r.Time, r.Session = l.next, h.clock.Now().UTC(), s.handle
	l.next++
	l.records = append(l.records, r)
	changes := []Change{{BucketAudit, r.Sequence, encode(r)}}
	if over := len(l.records) - maxAuditRecords; over > auditTrimAllowance {
		for _, old := range l.records[:over] {
			changes = append(changes, Change{BucketAudit, old.Sequence, nil})
		}
		l.records = append([]AuditRecord(nil), l.records[over:]...)
	}
	h.journal.AppendLazily(changes)
}

// Audit gives the newest records of the audit log, oldest first.
func (h *HSM) Audit() []AuditRecord {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return append([]AuditRecord(nil), h.audit.records...)
}
