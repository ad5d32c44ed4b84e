package hsm_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// picture is all that can be seen of an HSM without a session open on it.
type picture struct {
	Status hsm.Status
	Tokens []hsm.Handle
	Keys   map[hsm.UserID][]string
	Hash   string
	Audit  string
}

func take(t *testing.T, h *hsm.HSM) picture {
	t.Helper()
	p := picture{Status: h.Status(), Tokens: h.TokenKeys(), Audit: fmt.Sprint(h.Audit()), Keys: map[hsm.UserID][]string{}}
	for i, name := range []string{"alice", "bob", "carol"} {
		s := session(t, h)
		if login(t, s, "CU", name, name+"-password") != nil {
			continue // locked
		}
		id := alice + hsm.UserID(i)
		for _, key := range find(t, s, hsm.FindRequest{}) {
			info, err := s.KeyInfo(t.Context(), hsm.HandleRequest{Handle: key})
			must(t, err)
			p.Keys[id] = append(p.Keys[id], fmt.Sprint(key, attributes(t, s, key), info))
		}
		s.Close()
	}
	s := as(t, h, "admin")
	all, err := s.FindAllKeys(t.Context(), hsm.FindAllRequest{Hash: true})
	must(t, err)
	p.Hash = fmt.Sprintf("%x", all.Hash)
	s.Close()
	return p
}

func TestAnHSMIsTheSameAfterARestart(t *testing.T) {
	for seed := range uint64(30) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			o := options()
			h := open(t, o)
			must(t, h.ProvisionUsers(specs()...))
			live(t, h, rand.New(rand.NewPCG(seed, 0)))
			again := open(t, o) // before looking, which logs in and so changes both
			before := take(t, h)
			journal := take(t, again)
			if diff := cmp.Diff(before, journal); diff != "" {
				t.Error(diff)
			}
			if got, want := again.SweepTombstones(), h.SweepTombstones(); got != want {
				t.Errorf("%d tombstones after the restart, %d before", got, want)
			}
		})
	}
}

// live does random things to an HSM and closes its sessions.
func live(t *testing.T, h *hsm.HSM, r *rand.Rand) {
	names := []string{"alice", "bob", "carol", "admin"}
	sessions := []*hsm.Session{session(t, h), session(t, h), session(t, h)}
	for range 150 {
		s, ctx := sessions[r.IntN(len(sessions))], t.Context()
		key := hsm.Handle(6 + r.IntN(20))
		switch r.IntN(13) {
		case 0, 1, 2:
			name := names[r.IntN(4)]
			login(t, s, typesByName[name], name, name+"-password")
		case 3:
			login(t, s, "CU", "carol", "wrong-password")
		case 4:
			s.Logout(ctx, hsm.Done{})
		case 5, 6:
			s.GenerateSecret(ctx, hsm.GenerateSecretRequest{Type: hsm.AES, Size: 16, Template: hsm.Template{Label: fmt.Sprint("label ", r.IntN(9)), Session: r.IntN(3) == 0}})
		case 7:
			s.GeneratePair(ctx, p256)
		case 8:
			s.DeleteKey(ctx, hsm.HandleRequest{Handle: key})
		case 9:
			s.Tombstone(ctx, hsm.HandleRequest{Handle: key})
		case 10:
			s.ShareKey(ctx, hsm.ShareRequest{Handle: key, User: alice + hsm.UserID(r.IntN(3)), Share: r.IntN(2) == 0})
		case 11:
			id := []hsm.AttributeID{hsm.AttrToken, hsm.AttrSign, hsm.AttrTrusted, hsm.AttrLabel, hsm.AttrDestroyable}[r.IntN(5)]
			s.SetAttribute(ctx, hsm.SetAttributeRequest{Handle: key, ID: id, Number: 1, Text: fmt.Sprint("changed ", r.IntN(9))})
		case 12:
			if object := h.CloneOut(key); object != nil {
				s.InsertMasked(ctx, hsm.InsertMaskedRequest{Object: object})
			}
		}
		if r.IntN(40) == 0 { // rarely, since stretching a password takes its time
			s.CreateUser(ctx, hsm.CreateUserRequest{Type: "CU", Name: fmt.Sprint("user", r.IntN(3)), Password: "password"})
			s.DeleteUser(ctx, hsm.UserRequest{Type: "CU", Name: fmt.Sprint("user", r.IntN(3))})
		}
	}
	for _, s := range sessions {
		s.Close()
	}
}

func TestManySessionsAtOnceLeaveAnHSMInOrder(t *testing.T) {
	o := options()
	h := open(t, o)
	must(t, h.ProvisionUsers(specs()...))
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			live(t, h, rand.New(rand.NewPCG(uint64(i), 1)))
			h.Status()
			h.Audit()
			h.SweepTombstones()
		})
	}
	wait.Wait()
	if s := h.Status(); s.Partition.Sessions > 0 || s.Partition.SessionKeys > 0 || len(s.LoggedIn) > 0 {
		t.Errorf("%+v", s)
	}
	h.SweepTombstones()
	again := open(t, o)
	if diff := cmp.Diff(take(t, h).Keys, take(t, again).Keys); diff != "" {
		t.Error(diff)
	}
	must(t, h.Flush(t.Context()))
}
