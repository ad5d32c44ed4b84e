package hsm_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/store"
)

func TestABackupMakesAnHSMWithTheSameUsersAndKeys(t *testing.T) {
	for seed := range uint64(10) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			o := options()
			h := open(t, o)
			must(t, h.ProvisionUsers(specs()...))
			h.ProvisionQuorum(hsm.UserManagement, 2)
			h.ProvisionQuorum(hsm.MiscOfficer, 2)
			live(t, h, rand.New(rand.NewPCG(seed, 2)))
			h.SweepTombstones()
			backup := h.Backup()
			if !bytes.Equal(backup, h.Backup()) {
				t.Error("two backups of one state differ")
			}
			o.Journal = store.Memory()
			must(t, hsm.Restore(t.Context(), o.Journal, backup, moment))
			restored := open(t, o)
			if got := opcodes(restored); !cmp.Equal(got, []string{"CN_RESTORE_BEGIN", "CN_RESTORE_END"}) {
				t.Errorf("the restored HSM has logged %v", got)
			}
			if !bytes.Equal(backup, restored.Backup()) {
				t.Error("the backup of the restored HSM differs from its own")
			}
			before, after := take(t, h), take(t, restored)
			before.Audit, after.Audit = "", ""
			if diff := cmp.Diff(before, after); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// opcodes are those of the audit log, whose numbers must run from 0.
func opcodes(h *hsm.HSM) []string {
	var list []string
	for i, r := range h.Audit() {
		if r.Sequence != uint64(i) || !r.Time.Equal(moment) {
			return []string{fmt.Sprintf("record %d is %+v", i, r)}
		}
		list = append(list, r.Opcode.String())
	}
	return list
}

func TestABackupHasNoSessionKeysAndNoTombstones(t *testing.T) {
	h := newHSM(t)
	s := as(t, h, "alice")
	kept := aes(t, s, "kept")
	marked := aes(t, s, "marked")
	generate(t, s, hsm.AES, 32, hsm.Template{Label: "of the session", Session: true})
	_, err := s.Tombstone(t.Context(), hsm.HandleRequest{Handle: marked})
	must(t, err)
	o := options()
	must(t, hsm.Restore(t.Context(), o.Journal, h.Backup(), moment))
	restored := open(t, o)
	if got := restored.TokenKeys(); !cmp.Equal(got, []hsm.Handle{kept}) || restored.Status().Partition.SessionKeys != 0 {
		t.Errorf("keys %v, %+v", got, restored.Status().Partition)
	}
}

func TestAFreshHSMHasThePrecoOfTheGuide(t *testing.T) {
	o := options()
	must(t, hsm.Initialise(t.Context(), o.Journal, o.Family.Salt, moment))
	h := open(t, o)
	if got := opcodes(h); !cmp.Equal(got, []string{"CN_INIT_TOKEN", "CN_GEN_PSWD_ENC_KEY", "CN_CREATE_APPLIANCE_USER", "CN_INIT_DONE"}) {
		t.Errorf("it has logged %v", got)
	}
	must(t, login(t, session(t, h), "PRECO", "admin", "password"))
	if st := h.Status(); st.Partition.Activated || len(st.Users) != 2 {
		t.Errorf("%+v", st)
	}
}

func TestWhatIsNoBackupIsRefused(t *testing.T) {
	o := options()
	if err := hsm.Restore(t.Context(), o.Journal, []byte("no backup"), moment); err == nil {
		t.Error("it is taken")
	}
	if n := len(open(t, o).Status().Users); n > 0 {
		t.Errorf("%d users", n)
	}
}
