package cmu

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
)

// A fault is how a node goes away in the middle of a command: its connection ends at a request, before it is
// carried out, or after that and before the answer.
type fault struct {
	mu      sync.Mutex
	request int  // from now on, the one at which the connection ends; 0 for none
	late    bool // it is carried out
	mute    bool // the next answer is not sent
	count   int  // requests so far
}

// arm reads NUMBER or NUMBER REQUEST, the request being the first when it is left out.
func (w *world) arm(args string, late bool) error {
	var number int
	request := 1
	if n, err := fmt.Sscan(args, &number, &request); n == 0 {
		return err
	}
	f := &w.nodes[number].fault
	f.mu.Lock()
	defer f.mu.Unlock()
	f.request, f.late = request, late
	return nil
}

func (f *fault) gate(context.Context) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count++
	if f.request == 0 {
		return true
	}
	f.request--
	f.mute = f.request == 0 && f.late
	return f.request > 0 || f.late
}

// requests tells how many the node has got, with the beginnings of connections.
func (f *fault) requests() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.count
}

type faultyListener struct {
	net.Listener
	fault *fault
}

func (l faultyListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return faultyConn{c, l.fault}, nil
}

type faultyConn struct {
	net.Conn
	fault *fault
}

func (c faultyConn) Write(b []byte) (int, error) {
	c.fault.mu.Lock()
	mute := c.fault.mute
	c.fault.mute = false
	c.fault.mu.Unlock()
	if mute {
		return 0, errors.Join(errors.New("the answer is lost"), c.Close())
	}
	return c.Conn.Write(b)
}
