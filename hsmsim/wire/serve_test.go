package wire

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

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

func TestACleanEndLeavesNoLine(t *testing.T) {
	w := newWorld(t, plan{})
	w.as(t).Close()
	await(t, "no session is left", func() bool { return w.sessions() == 0 })
	w.stop()
	if got := w.log.String(); got != "" {
		t.Error(got)
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
