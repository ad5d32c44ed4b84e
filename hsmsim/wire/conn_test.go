package wire

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// fakeHSM is a connection whose other end is the test.
func fakeHSM(t *testing.T) (*Conn, *raw) {
	t.Helper()
	ours, theirs := net.Pipe()
	peer := newRaw(t, theirs)
	opened := make(chan *Conn)
	go func() {
		defer close(opened)
		c, err := open(t.Context(), ours)
		if err != nil {
			t.Error(err)
			return
		}
		opened <- c
	}()
	var h hello
	peer.receive(&h)
	peer.send(frame(t, Welcome{Magic: magic, Version: Version, HSM: "hsm-fake"}))
	c, ok := <-opened
	if !ok {
		t.FailNow()
	}
	t.Cleanup(func() { c.Close() })
	return c, peer
}

// start begins a request whose frame the other end takes.
func start(t *testing.T, c *Conn, peer *raw) (Call[hsm.Done], request) {
	t.Helper()
	taken := make(chan request)
	go func() {
		var r request
		peer.receive(&r)
		taken <- r
	}()
	call := Settle.Start(t.Context(), c, hsm.Done{})
	return call, <-taken
}

func TestConnectingFailsWithAReason(t *testing.T) {
	t.Run("no socket", func(t *testing.T) {
		_, err := Dial(t.Context(), t.TempDir()+"/none")
		if !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%v", err)
		}
	})
	t.Run("nobody listens", func(t *testing.T) {
		w := newWorld(t, plan{})
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: w.socket + "2", Net: "unix"})
		must(t, err)
		l.SetUnlinkOnClose(false)
		l.Close()
		_, err = Dial(t.Context(), w.socket+"2")
		if !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%v", err)
		}
	})
	t.Run("nobody answers until the context ends", func(t *testing.T) {
		w := newWorld(t, plan{})
		l, err := net.Listen("unix", w.socket+"2")
		must(t, err)
		defer l.Close()
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			c, err := l.Accept()
			if err == nil {
				defer c.Close()
			}
			cancel()
			<-t.Context().Done()
		}()
		_, err = Dial(ctx, w.socket+"2")
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
	t.Run("an answer of something else", func(t *testing.T) {
		for _, text := range []string{"SSH-2.0-OpenSSH_9.6\r\n", "\x00\x00\x00\x01\xa0", "\x00\x00\x00\x00", ""} {
			ours, theirs := net.Pipe()
			go func() {
				readFrame(newRaw(t, theirs).in)
				theirs.Write([]byte(text))
				theirs.Close()
			}()
			if c, err := open(t.Context(), ours); err == nil {
				t.Errorf("%q opens a session: %+v", text, c.Welcome())
			}
		}
	})
}

func TestAnAnswerThatCameInTimeCountsHoweverLateItIsTaken(t *testing.T) {
	w := newWorld(t, plan{})
	c := w.dial(t)
	ctx, cancel := context.WithCancel(t.Context())
	first := LoginState.Start(ctx, c, hsm.Done{})
	second := Members.Start(ctx, c, hsm.Done{})
	await(t, "both answers are there", func() bool { return len(c.answers) == 2 })
	cancel()
	if _, err := first.Wait(ctx); err != nil {
		t.Error(err)
	}
	if members, err := second.Wait(ctx); err != nil || len(members) != 1 {
		t.Errorf("%v, %v", members, err)
	}
	if _, err := Settle.Call(t.Context(), c, hsm.Done{}); err != nil {
		t.Errorf("the connection after that: %v", err)
	}
}

func TestAContextThatEndsLosesTheConnection(t *testing.T) {
	c, peer := fakeHSM(t)
	ctx, cancel := context.WithCancel(t.Context())
	call, _ := start(t, c, peer)
	cancel()
	_, err := call.Wait(ctx)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "hsm-fake") {
		t.Errorf("%v", err)
	}
	if c.Err() == nil {
		t.Error("the connection can still be used, though an answer is missing")
	}
	if _, err := Settle.Call(t.Context(), c, hsm.Done{}); !errors.Is(err, context.Canceled) {
		t.Errorf("another request: %v", err)
	}
	peer.closed()
}

func TestARequestThatCannotBeSentEndsWithItsContext(t *testing.T) {
	c, _ := fakeHSM(t) // whose other end reads nothing
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Settle.Call(ctx, c, hsm.Done{}); err == nil || c.Err() == nil {
		t.Errorf("%v, %v", err, c.Err())
	}
}

func TestALostConnectionIsKnownBeforeItIsUsed(t *testing.T) {
	c, peer := fakeHSM(t)
	peer.Close()
	await(t, "the connection is lost", func() bool { return c.Err() != nil })
	_, err := Settle.Call(t.Context(), c, hsm.Done{})
	if code := hsm.Success; err == nil || errors.As(err, &code) {
		t.Errorf("%v", err)
	}
}

func TestAnswersBeforeTheEndOfAConnectionCount(t *testing.T) {
	c, peer := fakeHSM(t)
	first, r := start(t, c, peer)
	second, _ := start(t, c, peer)
	peer.send(frame(t, answer{ID: r.ID, Body: []byte{0xa0}}))
	peer.Close()
	await(t, "the connection is lost", func() bool { return c.Err() != nil })
	if _, err := first.Wait(t.Context()); err != nil {
		t.Errorf("the answer that came: %v", err)
	}
	if _, err := second.Wait(t.Context()); err == nil {
		t.Error("a missing answer is no error")
	}
}

func TestAnAnswerThatDoesNotFitLosesTheConnection(t *testing.T) {
	tests := []struct {
		name string
		send func(r request) []byte
	}{
		{"another number", func(r request) []byte { return frame(t, answer{ID: r.ID + 1, Body: []byte{0xa0}}) }},
		{"a body of another kind", func(r request) []byte { return frame(t, answer{ID: r.ID, Body: []byte{0x01}}) }},
		{"no body", func(r request) []byte { return append([]byte{0, 0, 0, 3}, 0x82, byte(r.ID), 0) }},
		{"no answer at all", func(request) []byte { return frame(t, "text") }},
		{"an empty frame", func(request) []byte { return []byte{0, 0, 0, 0} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, peer := fakeHSM(t)
			call, r := start(t, c, peer)
			peer.send(tt.send(r))
			_, err := call.Wait(t.Context())
			if !errors.Is(err, ErrFrame) || c.Err() == nil {
				t.Errorf("%v, and the connection: %v", err, c.Err())
			}
		})
	}
}

func TestACodeLeavesTheConnectionAsItIs(t *testing.T) {
	w := newWorld(t, plan{})
	c := w.dial(t)
	if _, err := FindKeys.Call(t.Context(), c, hsm.FindRequest{}); err != hsm.NotAllowed {
		t.Errorf("%v", err)
	}
	if c.Err() != nil {
		t.Error(c.Err())
	}
}

func TestARequestThatIsTooLargeIsNotSent(t *testing.T) {
	w := newWorld(t, plan{})
	c := w.dial(t)
	_, err := InsertMasked.Call(t.Context(), c, hsm.InsertMaskedRequest{Object: make([]byte, MaxFrame)})
	if err == nil || !strings.Contains(err.Error(), "8388608") {
		t.Errorf("%v", err)
	}
	if _, err := Settle.Call(t.Context(), c, hsm.Done{}); err != nil {
		t.Errorf("the connection after that: %v", err)
	}
}

func TestTextThatIsNotUTF8IsRefusedAndNotMistakenForAMalformedFrame(t *testing.T) {
	w := newWorld(t, plan{})
	c := w.as(t)
	if _, err := GenerateSecret.Call(t.Context(), c, newKey("k\xff")); err != hsm.InvalidInput {
		t.Errorf("%v", err)
	}
	if _, err := Settle.Call(t.Context(), c, hsm.Done{}); err != nil {
		t.Errorf("the connection after that: %v", err)
	}
}

func TestAContextThatEndsTooLateDoesNotHarmTheNextRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		release := make(chan struct{})
		var deadlines []time.Time
		unbind := bound(ctx, func(d time.Time) error {
			if !d.IsZero() {
				<-release
			}
			deadlines = append(deadlines, d)
			return nil
		})
		cancel()
		done := make(chan struct{})
		go func() {
			unbind()
			close(done)
		}()
		synctest.Wait()
		select {
		case <-done:
			t.Error("the next request can begin while this one's deadline is still to be set")
		default:
		}
		close(release)
		<-done
		if len(deadlines) != 3 || !deadlines[2].IsZero() {
			t.Errorf("deadlines %v, want none in the end", deadlines)
		}
	})
}

func TestAClosedConnectionIsNotUsed(t *testing.T) {
	w := newWorld(t, plan{})
	c := w.dial(t)
	must(t, c.Close())
	must(t, c.Close())
	if _, err := Settle.Call(t.Context(), c, hsm.Done{}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("%v", err)
	}
}
