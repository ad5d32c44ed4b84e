package hsm_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/store"
)

func TestManagementCommandsLeaveAuditRecords(t *testing.T) {
	h := newHSM(t)
	co := as(t, h, "admin")
	must(t, code(createUser(t, co, "CU", "dave", "dave-password")))
	must(t, code(createUser(t, co, "CO", "erin", "erin-password")))
	wants(t, "createUser again", code(createUser(t, co, "CU", "dave", "dave-password")), hsm.UserExists)
	must(t, changePassword(t, co, "CU", "dave", "changed1"))
	must(t, deleteUser(t, co, "CU", "dave"))
	object, err := co.ExtractMaskedUser(t.Context(), hsm.UserIDRequest{ID: alice})
	must(t, err)
	wants(t, "insertMasked", code(co.InsertMaskedUser(t.Context(), hsm.MaskedUser{Object: object})), hsm.UserExists)
	must(t, code(co.Logout(t.Context(), hsm.Done{})))
	must(t, code(co.Logout(t.Context(), hsm.Done{})))
	wants(t, "login", login(t, co, "CU", "nobody", "password"), hsm.UnknownUser)
	must(t, login(t, co, "CU", "alice", "alice-password"))
	aes(t, co, "")
	pair(t, co, p256)
	must(t, share(t, co, 6, bob, true))
	must(t, set(t, co, 6, hsm.AttrSign, 1))
	mask(t, co, 6)
	wants(t, "deleting", deleteKey(t, co, 99), hsm.InvalidHandle)
	must(t, deleteKey(t, co, 6))
	must(t, code(co.Tombstone(t.Context(), hsm.HandleRequest{Handle: 7})))
	find(t, co, hsm.FindRequest{})
	must(t, login(t, co, "CU", "bob", "bob-password"))
	co.Close()
	session(t, h).Close()

	var got []string
	for i, r := range h.Audit() {
		if r.Sequence != uint64(i) || !r.Time.Equal(moment) || r.Session != co.Handle() {
			t.Errorf("record %d: %+v", i, r)
		}
		line := fmt.Sprintf("%s 0x%x", r.Opcode, uint32(r.Response))
		if r.UserName != "" {
			line += " " + r.UserType.String() + " " + r.UserName
		}
		if r.PrivateHandle != 0 || r.PublicHandle != 0 {
			line += fmt.Sprintf(" private %d public %d", r.PrivateHandle, r.PublicHandle)
		}
		got = append(got, line)
	}
	want := []string{
		"CN_LOGIN 0x0 CO admin",
		"CN_CREATE_USER 0x0 CU dave",
		"CN_CREATE_CO 0x0 CO erin",
		"CN_CREATE_USER 0x9e CU dave",
		"CN_CHANGE_PSWD 0x0 CU dave",
		"CN_DELETE_USER 0x0 CU dave",
		"CN_EXTRACT_MASKED_OBJECT_USER 0x0",
		"CN_INSERT_MASKED_OBJECT_USER 0x9e",
		"CN_LOGOUT 0x0 CO admin",
		"CN_LOGIN 0x9d CU nobody",
		"CN_LOGIN 0x0 CU alice",
		"CN_GENERATE_KEY 0x0 private 6 public 0",
		"CN_GENERATE_KEY_PAIR 0x0 private 8 public 7",
		"CN_SHARE_OBJECT 0x0 private 6 public 0",
		"CN_MODIFY_OBJECT 0x0 private 6 public 0",
		"CN_EXTRACT_MASKED_OBJECT_USER 0x0 private 6 public 0",
		"CN_DESTROY_OBJECT 0xa8 private 99 public 0",
		"CN_DESTROY_OBJECT 0x0 private 6 public 0",
		"CN_TOMBSTONE_OBJECT 0x0 private 0 public 7",
		"CN_LOGOUT 0x0 CU alice",
		"CN_LOGIN 0x0 CU bob",
		"CN_CLOSE_SESSION 0x0 CU bob",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAuditRecordsOfWrappingNameTheKeys(t *testing.T) {
	h := newHSM(t)
	s := as(t, h, "alice")
	wrapping, exported := aes(t, s, "wrapping"), aes(t, s, "exported")
	public := pair(t, s, p256).Public.Handle
	before := len(h.Audit())
	p := hsm.WrapParameters{Mechanism: hsm.WrapPKCS5}
	w, err := s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: exported, Wrapping: wrapping, Parameters: p})
	must(t, err)
	again, err := s.UnwrapKey(t.Context(), hsm.UnwrapKeyRequest{Wrapping: wrapping, Wrapped: w.Data, Class: hsm.SecretKey, Type: hsm.AES, Parameters: p})
	must(t, err)
	data, err := s.WrapData(t.Context(), hsm.DataRequest{Wrapping: wrapping, Data: make([]byte, 16)})
	must(t, err)
	must(t, code(s.UnwrapData(t.Context(), hsm.DataRequest{Wrapping: wrapping, Data: data})))
	copied, err := s.CreatePublicKey(t.Context(), hsm.CreatePublicKeyRequest{Key: publicDER(t, s, public)})
	must(t, err)
	inserted, err := s.InsertNewMasked(t.Context(), mask(t, s, public))
	must(t, err)
	var got []string
	for _, r := range h.Audit()[before:] {
		got = append(got, fmt.Sprintf("%s %d %d", r.Opcode, r.PrivateHandle, r.PublicHandle))
	}
	want := []string{
		fmt.Sprintf("CN_WRAP_KEY %d 0", exported),
		fmt.Sprintf("CN_UNWRAP_KEY %d 0", again.Handle),
		fmt.Sprintf("CN_NIST_AES_WRAP %d 0", wrapping),
		fmt.Sprintf("CN_NIST_AES_WRAP %d 0", wrapping),
		fmt.Sprintf("CN_CREATE_OBJECT 0 %d", copied.Handle),
		fmt.Sprintf("CN_EXTRACT_MASKED_OBJECT_USER 0 %d", public),
		fmt.Sprintf("CN_INSERT_MASKED_OBJECT_USER 0 %d", inserted.Handle),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Records that were stored before they had key handles.
func TestAuditRecordsWithoutKeyHandlesAreLoaded(t *testing.T) {
	type oldRecord struct {
		_        struct{} `cbor:",toarray"`
		Sequence uint64
		Time     time.Time
		Opcode   hsm.Opcode
		Session  uint32
		Response hsm.Code
		UserName string
		UserType hsm.UserType
	}
	data, err := cbor.Marshal(oldRecord{Sequence: 7, Time: moment, Opcode: 0xd, Session: 0x1001000, Response: hsm.LoginFailure, UserName: "alice", UserType: hsm.CU})
	must(t, err)
	o := options()
	o.Journal.AppendLazily([]hsm.Change{{Bucket: hsm.BucketAudit, Key: 7, Data: data}})
	h := open(t, o)
	session(t, h).Login(t.Context(), hsm.LoginRequest{Type: "CU", Name: "nobody"})
	want := []hsm.AuditRecord{
		{Sequence: 7, Time: moment.Truncate(time.Second), Opcode: 0xd, Session: 0x1001000, Response: hsm.LoginFailure, UserName: "alice", UserType: hsm.CU},
		{Sequence: 8, Time: moment, Opcode: 0xd, Session: 0x1001000, Response: hsm.UnknownUser, UserName: "nobody", UserType: hsm.CU},
	}
	if diff := cmp.Diff(want, h.Audit(), cmpopts.IgnoreUnexported(hsm.AuditRecord{}), cmpopts.EquateApproxTime(0)); diff != "" {
		t.Error(diff)
	}
}

func TestTheServicesOwnWorkLeavesNoAuditRecord(t *testing.T) {
	h := withKey6(t)
	object := h.CloneOut(6)
	must(t, newHSM(t).CloneIn(object))
	h.SweepTombstones()
	h.ProvisionQuorum(hsm.UserManagement, 2)
	if got := h.Audit(); len(got) > 0 {
		t.Errorf("%+v", got)
	}
}

func TestTheAuditLogAndTheJournalNeverShowAPassword(t *testing.T) {
	const secret = "correct-horse-battery"
	j := store.Memory()
	h := newHSM(t, func(o *hsm.Options) { o.Journal = j })
	co := as(t, h, "admin")
	must(t, code(createUser(t, co, "CU", "dave", secret)))
	must(t, changePassword(t, co, "CU", "dave", secret+"1"))
	must(t, login(t, session(t, h), "CU", "dave", secret+"1"))
	p := proof("dave", secret+"1")
	for bucket := hsm.Bucket(0); bucket < 10; bucket++ {
		must(t, j.Load(bucket, func(key uint64, data []byte) error {
			if bytes.Contains(data, []byte("correct-horse")) || bytes.Contains(data, p[:]) {
				t.Errorf("record %d of bucket %d has a password or its proof", key, bucket)
			}
			return nil
		}))
	}
}

func TestTheAuditLogIsBounded(t *testing.T) {
	j := store.Memory()
	h := newHSM(t, func(o *hsm.Options) { o.Journal = j })
	s := session(t, h)
	const most, tries = 4096 + 256, 5000
	for range tries {
		wants(t, "login", login(t, s, "CU", strings.Repeat("ü", 1000), "password"), hsm.UnknownUser)
	}
	records := 0
	must(t, j.Load(hsm.BucketAudit, func(_ uint64, data []byte) error {
		records++
		if len(data) > 150 {
			t.Fatalf("a record of %d bytes", len(data))
		}
		return nil
	}))
	log := h.Audit()
	if len(log) != records || records > most || records < 4096 {
		t.Errorf("%d records, %d of them in the journal", len(log), records)
	}
	if last := log[len(log)-1]; last.Sequence != tries-1 || last.UserName != strings.Repeat("ü", 15) {
		t.Errorf("the last record is %+v", last)
	}
}

func TestTheAuditLogGoesOnAfterARestart(t *testing.T) {
	o := options()
	h := open(t, o)
	must(t, h.ProvisionUsers(specs()...))
	as(t, h, "alice").Close()
	before := h.Audit()
	h = open(t, o)
	if diff := cmp.Diff(before, h.Audit(), cmpopts.IgnoreUnexported(hsm.AuditRecord{}), cmpopts.EquateApproxTime(0)); diff != "" {
		t.Error(diff)
	}
	as(t, h, "alice")
	if got := h.Audit(); len(got) != len(before)+1 || got[len(before)].Sequence != uint64(len(before)) {
		t.Errorf("%+v", got)
	}
	if got := before[0].Time; got.Nanosecond() != 123456*int(time.Microsecond) {
		t.Errorf("a record's time is %s", got)
	}
}
