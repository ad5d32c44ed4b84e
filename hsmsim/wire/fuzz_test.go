package wire

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func FuzzReadFrame(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 0, 0, 1, 0xf6})
	f.Add([]byte{0, 0, 0, 0})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 1})
	f.Add([]byte{0, 0x80, 0, 0, 1})
	f.Add([]byte{0, 0, 0, 3, 1, 2})
	f.Add(loginFrame(f, 7))
	f.Fuzz(func(t *testing.T, b []byte) {
		in := bufio.NewReaderSize(bytes.NewReader(b), readBuffer)
		read := 0
		for {
			frame, err := readFrame(in)
			if err != nil {
				if err == io.EOF && read != len(b) {
					t.Errorf("%d bytes of %d read, and then a clean end", read, len(b))
				}
				break
			}
			if want := int(binary.BigEndian.Uint32(b[read:])); len(frame) != want || !bytes.Equal(frame, b[read+4:read+4+want]) {
				t.Fatalf("frame %x at %d", frame, read)
			}
			read += 4 + len(frame)
			decodeFrame(frame, &request{})
			decodeFrame(frame, &answer{})
			decodeFrame(frame, &Welcome{})
		}
	})
}

// without is what must stay the same on an HSM that nobody has logged in to. Wrong passwords count, and what is
// tried is in the audit log.
type without struct {
	Users  []hsm.UserInfo
	Keys   []hsm.Handle
	Active []string
}

func look(h *hsm.HSM) without {
	s := h.Status()
	for i := range s.Users {
		s.Users[i].Failures = 0
	}
	return without{s.Users, h.TokenKeys(), s.LoggedIn}
}

// FuzzServerInput sends anything to a server after a good hello or instead of one. It ends the connection at
// the latest when the client does, leaves no session, and without a login nothing changes.
func FuzzServerInput(f *testing.F) {
	settle := asking(f, 1, Settle, hsm.Done{})
	f.Add(true, []byte{})
	f.Add(false, []byte("GET / HTTP/1.1\r\n\r\n"))
	f.Add(false, frame(f, hello{magic, Version}))
	f.Add(false, []byte("\x00\x00\x00\x17\xa2eMagi")) // half a frame
	f.Add(true, settle)
	f.Add(true, append(bytes.Repeat(settle, 70), 0, 0, 0))
	f.Add(true, asking(f, 1, GenerateSecret, newKey("k")))
	f.Add(true, asking(f, 1, GeneratePair, hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.P256, Template: hsm.Template{Public: map[hsm.AttributeID]bool{hsm.AttrWrap: false}}}))
	f.Add(true, asking(f, 1, CreateUser, hsm.CreateUserRequest{Type: "CU", Name: "bob", Password: "bob-password"}))
	f.Add(true, asking(f, 1, ChangePassword, hsm.ChangePasswordRequest{Type: "CU", Name: "alice", Password: "changed1"}))
	f.Add(true, asking(f, 1, DeleteUser, hsm.UserRequest{Type: "CU", Name: "alice"}))
	f.Add(true, asking(f, 1, FindKeys, hsm.FindRequest{Users: []hsm.UserID{3}}))
	f.Add(true, asking(f, 1, InsertMasked, hsm.InsertMaskedRequest{Object: []byte("HSMMO\x01k")}))
	f.Add(true, asking(f, 1, Login, hsm.LoginRequest{Type: "CU", Name: "alice"}))
	f.Add(true, asking(f, 1, Attest, hsm.AttestRequest{Nonce: []byte{1}}))
	f.Add(true, frame(f, request{ID: 1, Op: 999, Early: true, Body: []byte{0xf6}}))

	s, _ := newServer(f, plan{timeout: patience})
	before := look(s.HSM)
	f.Fuzz(func(t *testing.T, greeted bool, b []byte) {
		ours, theirs := net.Pipe()
		ended := make(chan struct{})
		go func() {
			s.serve(context.Background(), theirs)
			close(ended)
		}()
		go func() {
			if greeted {
				ours.Write(frame(t, hello{magic, Version}))
			}
			ours.Write(b)
			ours.Close()
		}()
		io.Copy(io.Discard, ours)
		<-ended
		if got := s.HSM.Status().Partition.Sessions; got != 0 {
			t.Fatalf("%d sessions are left", got)
		}
		if diff := cmp.Diff(before, look(s.HSM)); diff != "" {
			t.Error(diff)
		}
	})
}

// FuzzAnswers sends anything to a client, as the welcome and as answers: it gets values or errors.
func FuzzAnswers(f *testing.F) {
	welcome := frame(f, Welcome{Magic: magic, Version: Version, HSM: "hsm-fake", Certificate: []byte{1}})
	list := []byte{0x81, 0x06}
	f.Add(welcome, frame(f, answer{ID: 1, Body: list}))
	f.Add(welcome, append(frame(f, answer{ID: 1, Body: list}), frame(f, answer{ID: 2, Code: 0xa8})...))
	f.Add(welcome[:9], []byte{})
	f.Add(frame(f, Welcome{Refused: "full"}), []byte{})
	f.Add([]byte("SSH-2.0-OpenSSH_9.6\r\n"), []byte{})
	f.Fuzz(func(t *testing.T, welcome, answers []byte) {
		ours, theirs := net.Pipe()
		go io.Copy(io.Discard, theirs)
		go func() {
			theirs.Write(welcome)
			theirs.Write(answers)
			theirs.Close()
		}()
		c, err := open(t.Context(), ours)
		if err != nil {
			return
		}
		defer c.Close()
		FindKeys.Call(t.Context(), c, hsm.FindRequest{})
		GetAttribute.Call(t.Context(), c, hsm.AttributeRequest{})
		if _, err := GeneratePair.Call(t.Context(), c, hsm.GeneratePairRequest{}); err == nil {
			return
		}
		Partition.Start(t.Context(), c, hsm.Done{}).Wait(t.Context())
	})
}
