package wire

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// Limits of a server: they bound what a slow or dead peer can cost.
const (
	peerTimeout = 10 * time.Second // real time
	maxPending  = 64               // answers that wait for the same commit
	maxOut      = 64 << 10         // bytes of answers from which on no more are gathered
	readBuffer  = 4 << 10
)

// A Server serves one HSM.
type Server struct {
	HSM *hsm.HSM
	Log *slog.Logger

	// PeerTimeout is how long a peer may take from the first byte of a frame to its last, and to accept its
	// answers, in real time. 0 means ten seconds.
	PeerTimeout time.Duration

	// Gate is asked before each frame is handled and may take its time, as a slow HSM does. Where it returns
	// false the connection ends without an answer. A nil gate lets everything through.
	Gate func(ctx context.Context) bool

	// Called hears of each request that has come, by the name of its operation, before it is handled. Where it returns
	// true something has changed, and the gate is asked once more. Nil for nobody who listens.
	Called func(ctx context.Context, operation string) bool
}

// Serve accepts connections until the listener is closed or ctx ends, and returns when every session has ended.
// Closing the listener leaves standing connections alone; the end of ctx closes them and the listener.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	var wait sync.WaitGroup
	defer wait.Wait()
	defer context.AfterFunc(ctx, func() { l.Close() })()
	for {
		c, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return nil
			}
			s.Log.Error("cannot accept a connection", "error", err)
			select { // out of file descriptors: give connections a chance to end
			case <-time.After(50 * time.Millisecond):
				continue
			case <-ctx.Done():
				return nil
			}
		}
		wait.Go(func() { s.serve(ctx, c) })
	}
}

// serve talks to one client until either side ends the connection.
func (s *Server) serve(ctx context.Context, c net.Conn) {
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	defer c.Close()
	link := &link{server: s, conn: c, in: bufio.NewReaderSize(c, readBuffer)}
	err := link.run(ctx)
	if link.session != nil {
		link.session.Close()
	}
	if err != nil && !errors.Is(err, io.EOF) && ctx.Err() == nil {
		s.Log.Warn("connection closed", "error", err)
	}
}

// link is the server's end of one connection.
type link struct {
	server  *Server
	conn    net.Conn
	in      *bufio.Reader
	session *hsm.Session

	out    []byte     // answers that are ready
	ticket hsm.Ticket // what must be durable before they go out
	held   []uint64   // their request ids
}

func (l *link) run(ctx context.Context) error {
	if err := l.greet(ctx); err != nil {
		return err
	}
	for {
		if err := l.serveNext(ctx); err != nil {
			if !errors.Is(err, errCutOff) {
				err = errors.Join(err, l.flush(ctx))
			}
			return err
		}
		if len(l.held) < maxPending && len(l.out) < maxOut && l.buffered() {
			continue
		}
		if err := l.flush(ctx); err != nil {
			return err
		}
	}
}

// errCutOff is why a connection ends that the gate has closed.
var errCutOff = errors.New("cut off by the gate")

// pass asks the gate.
func (l *link) pass(ctx context.Context) error {
	if l.server.Gate != nil && !l.server.Gate(ctx) || ctx.Err() != nil {
		return errCutOff
	}
	return nil
}

// serveNext takes one request and adds its answer to those that go out next.
func (l *link) serveNext(ctx context.Context) error {
	frame, err := l.next()
	if err != nil {
		return err
	}
	if err := l.pass(ctx); err != nil {
		return err
	}
	var r request
	if err := decodeFrame(frame, &r); err != nil {
		return err
	}
	if h, ok := handlers[r.Op]; ok && l.server.Called != nil && l.server.Called(ctx, h.name) {
		if err := l.pass(ctx); err != nil {
			return err
		}
	}
	return l.handle(ctx, r)
}

// due is when the peer must be done with what it begins now.
func (l *link) due() time.Time {
	if l.server.PeerTimeout > 0 {
		return time.Now().Add(l.server.PeerTimeout)
	}
	return time.Now().Add(peerTimeout)
}

func (l *link) greet(ctx context.Context) error {
	l.conn.SetReadDeadline(l.due())
	frame, err := readFrame(l.in)
	if err != nil {
		return fmt.Errorf("no hello: %w", err)
	}
	if err := l.pass(ctx); err != nil {
		return err
	}
	var h hello
	if err := decodeFrame(frame, &h); err != nil {
		return fmt.Errorf("no hello: %w", err)
	}
	id := l.server.HSM.Identity()
	w := Welcome{Magic: magic, Version: Version, HSM: id.ID, Node: id.Node, Cluster: id.Cluster,
		Salt: l.server.HSM.Salt(), Certificate: l.server.HSM.Certificate()}
	switch {
	case h.Magic != magic:
		return fmt.Errorf("%w: not a client of ours", ErrFrame)
	case h.Version != Version:
		w.Refused = fmt.Sprintf("protocol version %d is not spoken here, only %d", h.Version, Version)
	default:
		if l.session, err = l.server.HSM.NewSession(); err != nil {
			w.Refused = err.Error()
			if code, ok := errors.AsType[hsm.Code](err); ok {
				w.Code = uint32(code)
			}
		} else {
			w.Session = l.session.Handle()
		}
	}
	if l.out, err = appendFrame(l.out, w); err != nil {
		return err
	}
	if err := l.flush(ctx); err != nil {
		return err
	}
	if w.Refused != "" {
		return errors.New(w.Refused)
	}
	return nil
}

// next waits for a frame as long as it takes, but not for the rest of one.
func (l *link) next() ([]byte, error) {
	if l.buffered() {
		return readFrame(l.in)
	}
	l.conn.SetReadDeadline(time.Time{})
	if _, err := l.in.Peek(1); err != nil {
		return nil, err
	}
	if !l.buffered() {
		l.conn.SetReadDeadline(l.due())
	}
	return readFrame(l.in)
}

// buffered reports whether a whole frame has been read already.
func (l *link) buffered() bool {
	if l.in.Buffered() < 4 {
		return false
	}
	head, _ := l.in.Peek(4)
	return uint64(l.in.Buffered()) >= 4+uint64(binary.BigEndian.Uint32(head))
}

// handle runs one request.
func (l *link) handle(ctx context.Context, r request) error {
	h, ok := handlers[r.Op]
	if !ok {
		return l.answer(answer{ID: r.ID, Code: uint32(hsm.UnknownOperation)})
	}
	value, err := h.run(ctx, l.session, r.Body)
	if errors.Is(err, ErrFrame) {
		return fmt.Errorf("operation %d: %w", r.Op, err)
	}
	if !r.Early {
		l.ticket = l.session.Pending() // never less than before
	}
	a := answer{ID: r.ID}
	var code hsm.Code
	switch {
	case errors.As(err, &code):
		a.Code = uint32(code)
	case err != nil:
		l.server.Log.Error("operation failed", "op", r.Op, "error", err)
		a.Code = uint32(hsm.InvalidInput)
	default:
		if a.Body, err = cbor.Marshal(value); err != nil {
			return fmt.Errorf("cannot encode the answer of operation %d: %w", r.Op, err)
		}
	}
	return l.answer(a)
}

func (l *link) answer(a answer) error {
	var err error
	l.out, err = appendFrame(l.out, a)
	l.held = append(l.held, a.ID)
	return err
}

// flush sends the waiting answers once what they report is durable. Where it cannot be stored, they all
// report that instead: a refusal may have changed a counter too.
func (l *link) flush(ctx context.Context) error {
	if len(l.out) == 0 {
		return nil
	}
	if err := l.server.HSM.Wait(ctx, l.ticket); err != nil {
		if ctx.Err() != nil {
			return err
		}
		l.server.Log.Error("answers withheld", "error", err)
		l.out = l.out[:0]
		for _, id := range l.held {
			l.out, _ = appendFrame(l.out, answer{ID: id, Code: uint32(hsm.StorageFailure)})
		}
	}
	l.conn.SetWriteDeadline(l.due())
	_, err := l.conn.Write(l.out)
	l.out, l.held, l.ticket = l.out[:0], l.held[:0], 0
	if cap(l.out) > 2*maxOut {
		l.out = nil
	}
	if err != nil {
		return fmt.Errorf("cannot answer: %w", err)
	}
	return nil
}
