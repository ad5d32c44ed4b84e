package wire

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"testing"

	"github.com/fxamacker/cbor/v2"
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

// FuzzOperation gives anything to an operation of a CU with keys: it answers or refuses, and the answer can be
// sent.
func FuzzOperation(f *testing.F) {
	seed := func(frame []byte) {
		var r request
		must(f, decodeFrame(frame[4:], &r))
		f.Add(r.Op, []byte(r.Body))
	}
	for number := range handlers {
		f.Add(number, []byte{0xa0})
		f.Add(number, []byte{0x80})
		f.Add(number, []byte{0xa1, 0x66, 'H', 'a', 'n', 'd', 'l', 'e', 0x06})
	}
	six := hsm.HandleRequest{Handle: 6}
	seed(asking(f, 1, GenerateSecret, hsm.GenerateSecretRequest{Type: hsm.GenericSecret, Size: 9, Template: hsm.Template{ID: "i", Shared: []hsm.UserID{4}, MValue: 2}}))
	seed(asking(f, 1, GeneratePair, hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.Secp256k1, Template: hsm.Template{Session: true}}))
	seed(asking(f, 1, SetAttribute, hsm.SetAttributeRequest{Handle: 6, ID: hsm.AttrLabel, Text: "l"}))
	seed(asking(f, 1, GetAttribute, hsm.AttributeRequest{Handle: 8, ID: hsm.AttrAll}))
	seed(asking(f, 1, ShareKey, hsm.ShareRequest{Handle: 6, User: 4, Share: true}))
	seed(asking(f, 1, ExtractMasked, six))
	seed(asking(f, 1, Tombstone, six))
	seed(asking(f, 1, DeleteKey, six))
	seed(asking(f, 1, FindKeys, hsm.FindRequest{Class: hsm.SecretKey, Users: []hsm.UserID{4}, KCV: []byte{1, 2, 3}}))
	seed(asking(f, 1, ChangePassword, hsm.ChangePasswordRequest{Type: "CU", Name: "alice", Password: "changed1"}))
	f.Fuzz(func(t *testing.T, number uint16, body []byte) {
		run := handlers[number].run
		if run == nil {
			return
		}
		h := newHSM(t, plan{})
		must(t, h.ProvisionUsers(hsm.UserSpec{ID: 4, Type: hsm.CU, Name: "bob"}))
		must(t, h.ProvisionKeys(
			hsm.KeySpec{Handle: 6, Class: hsm.SecretKey, Type: hsm.AES, Size: 32, Owner: 3},
			hsm.KeySpec{Handle: 7, Class: hsm.PrivateKey, Type: hsm.EC, Curve: hsm.P256, Owner: 3},
			hsm.KeySpec{Handle: 8, Class: hsm.PublicKey, Type: hsm.EC, Curve: hsm.P256, Owner: 3}))
		s, err := h.NewSession()
		must(t, err)
		defer s.Close()
		_, err = s.Login(t.Context(), hsm.LoginRequest{Type: "CU", Name: "alice", Proof: aliceProof()})
		must(t, err)
		value, err := run(t.Context(), s, body)
		if code := hsm.Success; err != nil && !errors.As(err, &code) && !errors.Is(err, ErrFrame) {
			t.Errorf("operation %d: %v", number, err)
		}
		if err == nil {
			b, err := cbor.Marshal(value)
			must(t, err)
			frame(t, answer{ID: 1, Body: b})
		}
		h.Status()
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
