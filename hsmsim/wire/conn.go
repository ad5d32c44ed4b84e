package wire

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// ErrRefused is why an HSM does not open a session; the reason follows, an hsm.Code where the HSM has one.
var ErrRefused = errors.New("the HSM refuses the connection")

// maxAhead is how many answers a client takes off its connection before somebody waits for them.
const maxAhead = 16

// Conn is the client's end of a connection. One goroutine uses it at a time; Err and Close are for all.
type Conn struct {
	conn    net.Conn
	welcome Welcome
	sent    uint64        // id of the last request
	answers chan []byte   // frames as they come; closed when there will be no more
	ended   chan struct{} // closed by end

	mu  sync.Mutex
	err error // why the connection cannot be used any more
}

// Dial connects to an HSM's socket and opens a session. ctx bounds all of it.
func Dial(ctx context.Context, socket string) (*Conn, error) {
	var d net.Dialer
	nc, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, fmt.Errorf("cannot connect to an HSM: %w", err)
	}
	return open(ctx, nc)
}

// open opens a session on a connection. Without one it closes the connection.
func open(ctx context.Context, nc net.Conn) (*Conn, error) {
	c := &Conn{conn: nc, answers: make(chan []byte, maxAhead), ended: make(chan struct{})}
	in := bufio.NewReaderSize(nc, readBuffer)
	if err := c.greet(ctx, in); err != nil {
		nc.Close()
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, fmt.Errorf("cannot open a session: %w", err)
	}
	go c.receive(in)
	return c, nil
}

func (c *Conn) greet(ctx context.Context, in *bufio.Reader) error {
	defer bound(ctx, c.conn.SetDeadline)()
	b, err := appendFrame(nil, hello{magic, Version})
	if err != nil {
		return err
	}
	if _, err := c.conn.Write(b); err != nil {
		return err
	}
	frame, err := readFrame(in)
	if err != nil {
		return err
	}
	if err := decodeFrame(frame, &c.welcome); err != nil {
		return err
	}
	switch {
	case c.welcome.Code != 0:
		return fmt.Errorf("%w: %w", ErrRefused, hsm.Code(c.welcome.Code))
	case c.welcome.Refused != "":
		return fmt.Errorf("%w: %s", ErrRefused, c.welcome.Refused)
	case c.welcome.Magic != magic || c.welcome.Version != Version:
		return fmt.Errorf("%w: not the expected protocol", ErrFrame)
	}
	return nil
}

// receive takes answers off the connection as they come, so that one that came in time stays good however late
// somebody waits for it, and that a connection is known to be lost before it is used.
func (c *Conn) receive(in *bufio.Reader) {
	defer close(c.answers)
	for {
		frame, err := readFrame(in)
		if err != nil {
			c.end(err)
			return
		}
		select {
		case c.answers <- frame:
		case <-c.ended:
			return
		}
	}
}

// Welcome is what the HSM said of itself.
func (c *Conn) Welcome() Welcome { return c.welcome }

// Close ends the connection and with it the session.
func (c *Conn) Close() error {
	c.end(net.ErrClosed)
	return nil
}

// Err tells why the connection cannot be used any more, nil while it can.
func (c *Conn) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// end makes the connection unusable and gives the first reason for it.
func (c *Conn) end(reason error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = fmt.Errorf("the connection to HSM %s is lost: %w", c.welcome.HSM, reason)
		close(c.ended)
		c.conn.Close()
	}
	return c.err
}

// bound makes a connection's operations end with ctx; the returned function takes that back.
func bound(ctx context.Context, set func(time.Time) error) func() {
	deadline, _ := ctx.Deadline()
	set(deadline)
	cut := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		set(time.Unix(1, 0))
		close(cut)
	})
	return func() {
		if !stop() {
			<-cut // or it would cut off the next operation
		}
		set(time.Time{})
	}
}

// A Call is a request whose answer is still to come. Answers of one connection are taken in order of the
// requests.
type Call[Resp any] struct {
	conn *Conn
	id   uint64
	err  error
}

// Start sends a request and does not wait for the answer.
func (o Op[Req, Resp]) Start(ctx context.Context, c *Conn, r Req) Call[Resp] {
	return o.start(ctx, c, r, false)
}

// StartEarly is Start for an answer that may come before the changes are durable; they count only after a
// Settle has been answered.
func (o Op[Req, Resp]) StartEarly(ctx context.Context, c *Conn, r Req) Call[Resp] {
	return o.start(ctx, c, r, true)
}

func (o Op[Req, Resp]) start(ctx context.Context, c *Conn, r Req, early bool) Call[Resp] {
	if err := c.Err(); err != nil {
		return Call[Resp]{err: err}
	}
	body, err := cbor.Marshal(r)
	if err != nil {
		return Call[Resp]{err: fmt.Errorf("cannot encode a request: %w", err)}
	}
	frame, err := appendFrame(nil, request{ID: c.sent + 1, Op: o.number, Early: early, Body: body})
	if err != nil {
		return Call[Resp]{err: err}
	}
	c.sent++
	defer bound(ctx, c.conn.SetWriteDeadline)()
	if _, err := c.conn.Write(frame); err != nil {
		return Call[Resp]{err: c.end(err)}
	}
	return Call[Resp]{conn: c, id: c.sent}
}

// Wait takes the answer. An hsm.Code is what the HSM said; any other error is of the connection, which is
// lost then: where an answer is missing, later ones cannot be told apart.
func (call Call[Resp]) Wait(ctx context.Context) (Resp, error) {
	var value Resp
	if call.err != nil {
		return value, call.err
	}
	c := call.conn
	frame, err := c.next(ctx)
	if err != nil {
		return value, c.end(err)
	}
	var a answer
	if err := decodeFrame(frame, &a); err != nil {
		return value, c.end(err)
	}
	if a.ID != call.id {
		return value, c.end(fmt.Errorf("%w: answer %d where %d was due", ErrFrame, a.ID, call.id))
	}
	if a.Code != 0 {
		return value, hsm.Code(a.Code)
	}
	if err := decodeFrame(a.Body, &value); err != nil {
		return value, c.end(err)
	}
	return value, nil
}

// next gives the next answer. One that is there already counts even when ctx has ended.
func (c *Conn) next(ctx context.Context) ([]byte, error) {
	select {
	case frame, ok := <-c.answers:
		return frame, c.gone(ok)
	default:
	}
	select {
	case frame, ok := <-c.answers:
		return frame, c.gone(ok)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// gone is the reason why there is no answer, nil where there is one.
func (c *Conn) gone(ok bool) error {
	if ok {
		return nil
	}
	return c.Err()
}

// Call sends a request and waits for its answer.
func (o Op[Req, Resp]) Call(ctx context.Context, c *Conn, r Req) (Resp, error) {
	return o.Start(ctx, c, r).Wait(ctx)
}
