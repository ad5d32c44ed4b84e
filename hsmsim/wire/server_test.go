package wire

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func TestRequestsOfOneWriteAreAnsweredInOrder(t *testing.T) {
	w := newWorld(t, plan{})
	c := w.raw(t)
	c.greet()
	out := loginFrame(t, 1)
	for id := uint64(2); id <= 200; id++ { // more than wait for one commit
		switch id % 3 {
		case 0:
			out = append(out, asking(t, id, GenerateSecret, newKey(""))...)
		case 1:
			out = append(out, asking(t, id, FindKeys, hsm.FindRequest{})...)
		case 2:
			out = append(out, asking(t, id, DeleteKey, hsm.HandleRequest{Handle: 1})...)
		}
	}
	go c.Write(out)
	keys := 0
	for id := uint64(1); id <= 200; id++ {
		a := c.answer()
		if a.ID != id {
			t.Fatalf("answer %d where %d is due", a.ID, id)
		}
		if id == 1 {
			continue
		}
		switch id % 3 {
		case 0:
			keys++
		case 1:
			var list []hsm.Handle
			must(t, decodeFrame(a.Body, &list))
			if len(list) != keys {
				t.Errorf("answer %d shows %d keys, want %d", id, len(list), keys)
			}
		case 2:
			if hsm.Code(a.Code) != hsm.InvalidHandle {
				t.Errorf("answer %d has the code 0x%x", id, a.Code)
			}
		}
	}
}

func TestPipelinedRequestsShareACommit(t *testing.T) {
	j := newJournal()
	s, _ := newServer(t, plan{journal: j})
	c, _ := piped(t, s)
	c.greet()
	c.send(loginFrame(t, 1))
	c.answer()
	before := j.count()
	var out []byte
	for id := uint64(2); id < 32; id++ {
		out = append(out, asking(t, id, GenerateSecret, newKey(""))...)
	}
	if len(out) > readBuffer {
		t.Fatalf("%d bytes are more than one read", len(out))
	}
	c.send(out)
	for id := uint64(2); id < 32; id++ {
		if a := c.answer(); a.ID != id || a.Code != 0 {
			t.Fatalf("answer %+v", a)
		}
	}
	if got := j.count() - before; got != 1 {
		t.Errorf("%d waits for 30 requests of one write, want 1", got)
	}
}

func TestAnswersAreWithheldUntilTheyAreDurable(t *testing.T) {
	j := newJournal()
	w := newWorld(t, plan{journal: j})
	c, other, third := w.as(t), w.as(t), w.as(t)
	release := j.hold()
	call := GenerateSecret.Start(t.Context(), c, newKey("k"))
	<-j.entered
	seeing := FindKeys.Start(t.Context(), other, hsm.FindRequest{}) // shows the key, so it must wait too
	<-j.entered
	for _, c := range []*Conn{c, other} {
		if len(c.answers) > 0 {
			t.Error("there is an answer before the key is durable")
		}
	}
	early := GenerateSecret.StartEarly(t.Context(), third, newKey("early"))
	if _, err := early.Wait(t.Context()); err != nil {
		t.Errorf("an early answer: %v", err)
	}
	settled := Settle.Start(t.Context(), early.conn, hsm.Done{})
	<-j.entered
	if len(early.conn.answers) > 0 {
		t.Error("settle is answered before the key is durable")
	}
	release()
	if _, err := call.Wait(t.Context()); err != nil {
		t.Error(err)
	}
	if list, err := seeing.Wait(t.Context()); err != nil || len(list) == 0 {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := settled.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAServerThatStopsWithholdsWhatIsNotDurable(t *testing.T) {
	j := newJournal()
	w := newWorld(t, plan{journal: j})
	c := w.as(t)
	release := j.hold()
	defer release()
	call := GenerateSecret.Start(t.Context(), c, newKey("k"))
	<-j.entered
	w.stop()
	_, err := call.Wait(t.Context())
	if code := hsm.Success; err == nil || errors.As(err, &code) {
		t.Errorf("the answer is %v", err)
	}
	if got := w.log.String(); got != "" {
		t.Error(got)
	}
}

func TestWhatCannotBeStoredIsNotReportedAsDone(t *testing.T) {
	j := newJournal()
	s, log := newServer(t, plan{journal: j})
	c, _ := piped(t, s)
	c.greet()
	c.send(loginFrame(t, 1))
	c.answer()
	j.fail(errors.New("disk is full"))
	c.send(append(asking(t, 2, GenerateSecret, newKey("")), asking(t, 3, DeleteKey, hsm.HandleRequest{Handle: 6})...))
	for id := uint64(2); id <= 3; id++ {
		if a := c.answer(); a.ID != id || hsm.Code(a.Code) != hsm.StorageFailure || len(a.Body) > 0 && a.Body[0] != 0xf6 {
			t.Errorf("answer %+v", a)
		}
	}
	log.await(t, "disk is full")
	j.fail(nil)
	c.send(asking(t, 4, FindKeys, hsm.FindRequest{}))
	if a := c.answer(); a.ID != 4 || a.Code != 0 {
		t.Errorf("answer %+v", a)
	}
}

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

func TestACleanEndLeavesNoLine(t *testing.T) {
	w := newWorld(t, plan{})
	w.as(t).Close()
	await(t, "no session is left", func() bool { return w.sessions() == 0 })
	w.stop()
	if got := w.log.String(); got != "" {
		t.Error(got)
	}
}

func TestAnUnknownOperationIsRefused(t *testing.T) {
	w := newWorld(t, plan{})
	c := w.dial(t)
	_, err := Op[hsm.Done, hsm.Done]{60000}.Call(t.Context(), c, hsm.Done{})
	if err != hsm.UnknownOperation {
		t.Errorf("%v", err)
	}
	if _, err := Settle.Call(t.Context(), c, hsm.Done{}); err != nil {
		t.Errorf("the connection after that: %v", err)
	}
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

func TestASessionEndsWithItsConnection(t *testing.T) {
	w := newWorld(t, plan{})
	c, watcher := w.as(t), w.as(t)
	r := newKey("session")
	r.Template.Session = true
	_, err := GenerateSecret.Call(t.Context(), c, r)
	must(t, err)
	if s := w.hsm.Status(); s.Partition.SessionKeys != 1 || s.Partition.Sessions != 2 {
		t.Errorf("%+v", s.Partition)
	}
	must(t, c.Close())
	await(t, "the session key is gone", func() bool { return w.hsm.Status().Partition.SessionKeys == 0 })
	await(t, "the session is gone", func() bool { return w.sessions() == 1 })
	watcher.Close()
	await(t, "nobody is logged in", func() bool { return len(w.hsm.Status().LoggedIn) == 0 })
}

func TestAnHSMThatHasNoSessionLeftSaysSo(t *testing.T) {
	w := newWorld(t, plan{sessions: 1})
	first := w.dial(t)
	_, err := Dial(t.Context(), w.socket)
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), hsm.TooManySessions.Text()) {
		t.Errorf("%v", err)
	}
	first.Close()
	await(t, "the session is gone", func() bool { return w.sessions() == 0 })
	w.dial(t)
}

func TestNineHundredConnectionsAtOnce(t *testing.T) {
	w := newWorld(t, plan{})
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
	for _, c := range conns {
		if c != nil {
			c.Close()
		}
	}
	await(t, "no session is left", func() bool { return w.sessions() == 0 })
}

func TestTheGateDecidesWhoIsAnswered(t *testing.T) {
	t.Run("not even a hello", func(t *testing.T) {
		w := newWorld(t, plan{gate: func(context.Context) bool { return false }})
		c := w.raw(t)
		c.send(append(frame(t, hello{magic, Version}), loginFrame(t, 1)...))
		c.closed()
		if got := w.sessions(); got != 0 {
			t.Errorf("%d sessions", got)
		}
	})
	t.Run("a request is not handled", func(t *testing.T) {
		var mu sync.Mutex
		passes := 2
		w := newWorld(t, plan{gate: func(context.Context) bool {
			mu.Lock()
			defer mu.Unlock()
			passes--
			return passes >= 0
		}})
		c := w.raw(t)
		c.greet()
		c.send(loginFrame(t, 1))
		c.answer()
		c.send(asking(t, 2, GenerateSecret, newKey("")))
		c.closed()
		await(t, "no session is left", func() bool { return w.sessions() == 0 })
		if got := w.hsm.TokenKeys(); len(got) > 0 {
			t.Errorf("keys %v", got)
		}
	})
	t.Run("who is held up until the end hears nothing", func(t *testing.T) {
		entered := make(chan struct{}, 1)
		w := newWorld(t, plan{gate: func(ctx context.Context) bool {
			entered <- struct{}{}
			<-ctx.Done()
			return false
		}})
		c := w.raw(t)
		c.send(frame(t, hello{magic, Version}))
		<-entered
		w.stop()
		c.closed()
	})
}

func TestClosingTheListenerLeavesConnectionsAlone(t *testing.T) {
	s, _ := newServer(t, plan{})
	w := newWorld(t, plan{})
	l, err := net.Listen("unix", w.socket+"2")
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	c, err := Dial(t.Context(), w.socket+"2")
	must(t, err)
	l.Close()
	if _, err := Settle.Call(t.Context(), c, hsm.Done{}); err != nil {
		t.Errorf("a connection of before: %v", err)
	}
	if _, err := Dial(t.Context(), w.socket+"2"); err == nil {
		t.Error("a new connection is accepted")
	}
	select {
	case err := <-ended:
		t.Errorf("serving ended with %v while a session is open", err)
	default:
	}
	cancel()
	must(t, <-ended)
	await(t, "the connection is lost", func() bool { return c.Err() != nil })
	if got := s.HSM.Status().Partition.Sessions; got != 0 {
		t.Errorf("%d sessions are left", got)
	}
}

// badListener fails to accept a few times.
type badListener struct {
	net.Listener
	fails int
}

func (l *badListener) Accept() (net.Conn, error) {
	if l.fails > 0 {
		l.fails--
		return nil, errors.New("too many open files")
	}
	return l.Listener.Accept()
}

func TestServingGoesOnWhenAConnectionCannotBeAccepted(t *testing.T) {
	s, log := newServer(t, plan{})
	w := newWorld(t, plan{})
	l, err := net.Listen("unix", w.socket+"2")
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, &badListener{l, 2}) }()
	c, err := Dial(t.Context(), w.socket+"2")
	must(t, err)
	c.Close()
	cancel()
	must(t, <-ended)
	if got := strings.Count(log.String(), "too many open files"); got != 2 {
		t.Errorf("%d lines in the log", got)
	}
}

func TestEveryOperationHasANumberOfItsOwn(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a number can be used twice")
		}
	}()
	define(Settle.number, (*hsm.Session).Settle)
}

func TestTheWelcomeSaysWhoTheHSMIs(t *testing.T) {
	w := newWorld(t, plan{})
	c := w.dial(t)
	got := c.Welcome()
	if got.HSM != "hsm-lgavqitns2a" || got.Node != 1 || got.Cluster != "cluster-igklspoyj5v" || hsm.Salt(got.Salt) != salt ||
		string(got.Certificate) != "certificate" || got.Session == 0 {
		t.Errorf("%+v", got)
	}
}
