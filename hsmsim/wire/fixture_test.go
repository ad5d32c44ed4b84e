package wire

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/store"
)

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

type stillClock struct{}

func (stillClock) Now() time.Time { return time.Unix(1545676134, 0) }

// lines is a log that can be read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// await waits until the log has a text.
func (l *lines) await(t testing.TB, want string) {
	t.Helper()
	await(t, "the log has "+want, func() bool { return strings.Contains(l.String(), want) })
}

// await polls until something holds.
func await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// world is an HSM with a server on a socket.
type world struct {
	hsm    *hsm.HSM
	server *Server
	socket string
	log    *lines
	stop   func() // ends serving and returns when every session has ended
}

// plan changes what a world is made with.
type plan struct {
	journal  hsm.Journal
	sessions int
	timeout  time.Duration
	gate     func(context.Context) bool
	called   func(context.Context, string) bool
}

var salt = hsm.Salt{2}

var aliceProof = sync.OnceValue(func() hsm.Proof {
	p, err := hsm.Stretch(salt, "alice", "alice-password")
	if err != nil {
		panic(err)
	}
	return p
})

func newHSM(t testing.TB, p plan) *hsm.HSM {
	t.Helper()
	if p.journal == nil {
		p.journal = store.Memory()
	}
	h, err := hsm.Open(hsm.Options{
		Identity: hsm.Identity{ID: "hsm-lgavqitns2a", Node: 1, Address: "10.0.1.7", Cluster: "cluster-igklspoyj5v"},
		Family:   hsm.Family{Salt: salt}, Certificate: []byte("certificate"),
		Journal: p.journal, Clock: stillClock{}, MaxSessions: p.sessions,
	})
	must(t, err)
	proof := aliceProof()
	must(t, h.ProvisionUsers(hsm.UserSpec{ID: 3, Type: hsm.CU, Name: "alice", Proof: &proof}))
	return h
}

func newServer(t testing.TB, p plan) (*Server, *lines) {
	t.Helper()
	log := &lines{}
	return &Server{HSM: newHSM(t, p), Log: slog.New(slog.NewTextHandler(log, nil)), PeerTimeout: p.timeout, Gate: p.gate, Called: p.called}, log
}

func newWorld(t testing.TB, p plan) *world {
	t.Helper()
	dir, err := os.MkdirTemp("", "w") // short, since the paths of sockets are limited
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	s, log := newServer(t, p)
	w := &world{hsm: s.HSM, server: s, socket: filepath.Join(dir, "s"), log: log}
	l, err := net.Listen("unix", w.socket)
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serving ended with %v", err)
		}
	})
	t.Cleanup(w.stop)
	return w
}

func (w *world) dial(t testing.TB) *Conn {
	t.Helper()
	c, err := Dial(t.Context(), w.socket)
	must(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

// as is a connection with alice's login.
func (w *world) as(t testing.TB) *Conn {
	t.Helper()
	c := w.dial(t)
	_, err := Login.Call(t.Context(), c, hsm.LoginRequest{Type: "CU", Name: "alice", Proof: aliceProof()})
	must(t, err)
	return c
}

func (w *world) sessions() int { return w.hsm.Status().Partition.Sessions }

// raw is a connection that sends and receives bytes.
type raw struct {
	net.Conn
	t  testing.TB
	in *bufio.Reader
}

func newRaw(t testing.TB, c net.Conn) *raw {
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(patience))
	return &raw{Conn: c, t: t, in: bufio.NewReader(c)}
}

func (w *world) raw(t testing.TB) *raw {
	t.Helper()
	c, err := net.Dial("unix", w.socket)
	must(t, err)
	return newRaw(t, c)
}

// piped is a connection to a server whose two ends hand over bytes directly. ended is closed with the session.
func piped(t testing.TB, s *Server) (c *raw, ended chan struct{}) {
	t.Helper()
	ours, theirs := net.Pipe()
	ended = make(chan struct{})
	go func() {
		s.serve(context.Background(), theirs)
		close(ended)
	}()
	t.Cleanup(func() {
		ours.Close()
		<-ended
	})
	return newRaw(t, ours), ended
}

func (r *raw) send(b []byte) {
	r.t.Helper()
	if _, err := r.Write(b); err != nil {
		r.t.Fatal(err)
	}
}

func (r *raw) receive(v any) {
	r.t.Helper()
	b, err := readFrame(r.in)
	must(r.t, err)
	must(r.t, decodeFrame(b, v))
}

func (r *raw) greet() Welcome {
	r.t.Helper()
	r.send(frame(r.t, hello{magic, Version}))
	var w Welcome
	r.receive(&w)
	if w.Refused != "" {
		r.t.Fatal(w.Refused)
	}
	return w
}

func (r *raw) answer() answer {
	r.t.Helper()
	var a answer
	r.receive(&a)
	return a
}

// closed waits for the other side to close the connection.
func (r *raw) closed() {
	r.t.Helper()
	b, err := readFrame(r.in)
	if err == nil {
		r.t.Fatalf("an answer instead of an end: %x", b)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		r.t.Fatal("the connection is still open")
	}
}

func frame(t testing.TB, v any) []byte {
	t.Helper()
	b, err := appendFrame(nil, v)
	must(t, err)
	return b
}

// asking is the frame of a request.
func asking[Req, Resp any](t testing.TB, id uint64, op Op[Req, Resp], r Req) []byte {
	t.Helper()
	body, err := cbor.Marshal(r)
	must(t, err)
	return frame(t, request{ID: id, Op: op.number, Body: body})
}

func loginFrame(t testing.TB, id uint64) []byte {
	return asking(t, id, Login, hsm.LoginRequest{Type: "CU", Name: "alice", Proof: aliceProof()})
}

func newKey(label string) hsm.GenerateSecretRequest {
	return hsm.GenerateSecretRequest{Type: hsm.AES, Size: 16, Template: hsm.Template{Label: label}}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// journal is one whose waits can be held up or fail.
type journal struct {
	hsm.Journal
	mu      sync.Mutex
	last    hsm.Ticket
	waits   int           // for a ticket
	entered chan struct{} // gets a value for each wait that is held up
	held    chan struct{} // waits go on when it is closed; nil for at once
	since   hsm.Ticket    // up to this ticket nothing is held up
	err     error         // what they end with
}

func newJournal() *journal {
	return &journal{Journal: store.Memory(), entered: make(chan struct{}, 1000)}
}

func (j *journal) Append(changes []hsm.Change) hsm.Ticket {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last = j.Journal.Append(changes)
	return j.last
}

func (j *journal) Wait(ctx context.Context, t hsm.Ticket) error {
	j.mu.Lock()
	held, err := j.held, j.err
	if t <= j.since {
		held = nil
	}
	if t > 0 {
		j.waits++
	}
	j.mu.Unlock()
	if t == 0 {
		return nil
	}
	if held != nil {
		j.entered <- struct{}{}
		select {
		case <-held:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err != nil {
		return err
	}
	return j.Journal.Wait(ctx, t)
}

// hold makes waits for new tickets block until the returned function is called.
func (j *journal) hold() (release func()) {
	held := make(chan struct{})
	j.mu.Lock()
	defer j.mu.Unlock()
	j.held, j.since = held, j.last
	return func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.held = nil
		close(held)
	}
}

func (j *journal) fail(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.err = err
}

func (j *journal) count() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.waits
}
