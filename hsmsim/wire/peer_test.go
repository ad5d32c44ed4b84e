package wire

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func TestAMalformedFrameEndsItsConnectionOnly(t *testing.T) {
	oversized := binary.BigEndian.AppendUint32(nil, MaxFrame+1)
	garbage := append([]byte{0, 0, 0, 3}, 0xff, 0xff, 0xff)
	nested := frame(t, request{ID: 2, Op: Settle.number, Body: append(slices.Repeat([]byte{0x81}, 20), 0)})
	tests := []struct {
		name    string
		hello   []byte // nil for a good one
		send    []byte
		wantLog string
	}{
		{"a wrong magic", frame(t, hello{"ssh", Version}), nil, "not a client of ours"},
		{"garbage instead of a hello", garbage, nil, "no hello"},
		{"half a hello", frame(t, hello{magic, Version})[:8], nil, "no hello"},
		{"half a length instead of a hello", []byte{0, 0}, nil, "no hello"},
		{"a hello that is too large", oversized, nil, "malformed frame"},
		{"an empty frame", nil, []byte{0, 0, 0, 0}, "length 0 is not in 1"},
		{"a frame that is too large", nil, oversized, "length 8388609 is not in 1"},
		{"garbage", nil, garbage, "malformed frame"},
		{"half a frame", nil, loginFrame(t, 1)[:30], "unexpected EOF"},
		{"half a length", nil, []byte{0, 0, 0}, "unexpected EOF"},
		{"a frame that is no request", nil, frame(t, "text"), "malformed frame"},
		{"a request with a body of another kind", nil, frame(t, request{ID: 2, Op: Login.number, Body: []byte{0x01}}), "operation 2"},
		{"a request with deep nesting", nil, nested, "malformed frame"},
		{"a request without a body", nil, append([]byte{0, 0, 0, 4}, 0x83, 2, 1, 0xf4), "malformed frame"},
		{"bytes after a request", nil, appendToFrame(asking(t, 2, Settle, hsm.Done{}), 0), "malformed frame"},
		{"a list of unknown length", nil, append([]byte{0, 0, 0, 2}, 0x9f, 0xff), "malformed frame"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, plan{})
			other := w.as(t)
			c := w.raw(t)
			if tt.hello != nil {
				c.send(tt.hello)
				c.Conn.(*net.UnixConn).CloseWrite()
				c.closed()
			} else {
				c.greet()
				c.send(append(asking(t, 1, LoginState, hsm.Done{}), tt.send...))
				c.Conn.(*net.UnixConn).CloseWrite()
				if a := c.answer(); a.ID != 1 || a.Code != 0 {
					t.Errorf("the request before was answered with %+v", a)
				}
				c.closed()
			}
			w.log.await(t, tt.wantLog)
			await(t, "one session is left", func() bool { return w.sessions() == 1 })
			if _, err := GenerateSecret.Call(t.Context(), other, newKey("")); err != nil {
				t.Errorf("another connection: %v", err)
			}
			if _, err := Dial(t.Context(), w.socket); err != nil {
				t.Errorf("a new connection: %v", err)
			}
		})
	}
}

// appendToFrame adds bytes to the body of a frame.
func appendToFrame(f []byte, more ...byte) []byte {
	f = append(f, more...)
	binary.BigEndian.PutUint32(f, uint32(len(f)-4))
	return f
}

func TestAClientOfAnotherVersionHearsWhy(t *testing.T) {
	w := newWorld(t, plan{})
	c := w.raw(t)
	c.send(frame(t, hello{magic, Version + 1}))
	var got Welcome
	c.receive(&got)
	if want := "protocol version 2 is not spoken here, only 1"; got.Refused != want {
		t.Errorf("%q, want %q", got.Refused, want)
	}
	c.closed()
	w.log.await(t, "protocol version 2")
}

func TestAPeerThatStopsInTheMiddleOfAFrameIsCutOff(t *testing.T) {
	for name, begin := range map[string][]byte{"after the length": loginFrame(t, 1)[:4], "in the length": {0, 0}, "in the body": loginFrame(t, 1)[:20]} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, plan{timeout: 20 * time.Millisecond})
			idle := w.dial(t)
			c := w.raw(t)
			c.greet()
			c.send(begin)
			c.closed()
			w.log.await(t, "i/o timeout")
			if _, err := Settle.Call(t.Context(), idle, hsm.Done{}); err != nil {
				t.Errorf("a connection that was idle meanwhile: %v", err)
			}
		})
	}
	t.Run("before the hello", func(t *testing.T) {
		w := newWorld(t, plan{timeout: 20 * time.Millisecond})
		c := w.raw(t)
		c.closed()
		w.log.await(t, "no hello")
	})
}

func TestAPeerThatNeverReadsIsCutOff(t *testing.T) {
	s, log := newServer(t, plan{timeout: 20 * time.Millisecond})
	c, ended := piped(t, s)
	c.greet()
	go c.Write(asking(t, 1, Device, hsm.Done{}))
	<-ended
	log.await(t, "cannot answer")
	if got := s.HSM.Status().Partition.Sessions; got != 0 {
		t.Errorf("%d sessions are left", got)
	}
}

// writes measures what is written to a connection at once.
type writes struct {
	net.Conn
	most int
}

func (w *writes) Write(b []byte) (int, error) {
	w.most = max(w.most, len(b))
	return w.Conn.Write(b)
}

func TestAnswersInMemoryAreBounded(t *testing.T) {
	s, _ := newServer(t, plan{})
	var users []hsm.UserSpec
	for id := hsm.UserID(100); id < 1100; id++ {
		users = append(users, hsm.UserSpec{ID: id, Type: hsm.CU, Name: fmt.Sprint("a_user_with_a_longer_name_", id)})
	}
	must(t, s.HSM.ProvisionUsers(users...))
	ours, theirs := net.Pipe()
	server := &writes{Conn: theirs}
	ended := make(chan struct{})
	go func() {
		s.serve(context.Background(), server)
		close(ended)
	}()
	c := newRaw(t, ours)
	c.greet()
	var out []byte
	for id := uint64(1); id <= 60; id++ {
		out = append(out, asking(t, id, ListUsers, hsm.Done{})...)
	}
	go c.Write(out)
	one := 0
	for id := uint64(1); id <= 60; id++ {
		a := c.answer()
		one = max(one, len(a.Body)+20)
		if a.ID != id || one < 30000 {
			t.Fatalf("answer %d of %d bytes", a.ID, len(a.Body))
		}
	}
	ours.Close()
	<-ended
	if server.most > maxOut+one {
		t.Errorf("%d bytes are written at once, more than %d and one answer", server.most, maxOut)
	}
}

// heap is what is in use after a collection, with the stacks of goroutines.
func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapInuse + m.StackInuse)
}

func TestNineHundredConnectionsAtOnce(t *testing.T) {
	w := newWorld(t, plan{})
	before := heap()
	conns := make([]*Conn, 900)
	var wait sync.WaitGroup
	for i := range conns {
		wait.Go(func() {
			c, err := Dial(t.Context(), w.socket)
			if err != nil {
				t.Error(err)
				return
			}
			conns[i] = c
			if _, err := ListUsers.Call(t.Context(), c, hsm.Done{}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if got := w.sessions(); got != len(conns) {
		t.Errorf("%d sessions, want %d", got, len(conns))
	}
	if each := (heap() - before) / len(conns); each > 64<<10 {
		t.Errorf("a connection takes %d bytes at both ends together", each)
	}
	for _, c := range conns {
		if c != nil {
			c.Close()
		}
	}
	await(t, "no session is left", func() bool { return w.sessions() == 0 })
}
