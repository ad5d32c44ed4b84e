package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
	"github.com/hsmlab/hsmlab/hsmsim/store"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// slowAnswer is how long a slow HSM takes for an answer, real time.
const slowAnswer = 300 * time.Millisecond

// node is one HSM of the lab with its file and its socket.
type node struct {
	spec   control.Node
	name   string // that CMU shows
	hsm    *hsm.HSM
	file   *store.File
	socket string
	log    *slog.Logger
	heard  func(ctx context.Context, id, operation string) bool // hears of requests, see wire.Server

	state string // how it answers, of scenario.StateUp, …; guarded by the lab's lock
	cut   bool   // the network keeps everybody from it; likewise

	mu       sync.Mutex
	listener *net.UnixListener
	stop     context.CancelFunc // ends the connections; nil while nothing is served
	gate     *gate
	served   sync.WaitGroup
	traffic  traffic
}

// gate holds back requests: each is let through at once, late, or never.
type gate struct {
	mu     sync.Mutex
	delay  time.Duration
	closed bool
}

func (g *gate) pass(ctx context.Context) bool {
	g.mu.Lock()
	delay, closed := g.delay, g.closed
	g.mu.Unlock()
	if closed {
		<-ctx.Done() // what was cut off gets no answer, not even an end
		return false
	}
	if delay > 0 {
		select {
		case <-time.After(delay):
		case <-ctx.Done():
			return false
		}
	}
	return true
}

func (g *gate) set(delay time.Duration, closed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.delay, g.closed = delay, closed
}

// openNode opens an HSM's file and loads its state; fill gives a new file its content. Nothing is served yet.
func (l *Lab) openNode(spec control.Node, fill func(hsm.Journal) error) (*node, error) {
	file, err := store.Open(l.home.nodeFile(spec.ID), l.manifest.StorageKey)
	if err != nil {
		return nil, fmt.Errorf("cannot open HSM %s: %w", spec.ID, err)
	}
	dev, err := l.load(spec, file, fill)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	l.mu.Lock()
	known := l.manifest.hsm(spec.ID, spec.Address)
	l.mu.Unlock()
	return &node{spec: spec, name: known.Name, state: known.State, hsm: dev, file: file, socket: l.home.Socket(spec.Address),
		log: l.log.With("hsm", spec.ID), heard: l.calledHSM}, nil
}

func (l *Lab) load(spec control.Node, file *store.File, fill func(hsm.Journal) error) (*hsm.HSM, error) {
	if fill != nil {
		if err := fill(file); err != nil {
			return nil, fmt.Errorf("cannot make HSM %s: %w", spec.ID, err)
		}
	}
	key, err := spec.Family.Private()
	if err != nil {
		return nil, err
	}
	sc := l.scenarioCluster(spec.Cluster)
	next := make([]hsm.Handle, len(sc.NextHandles))
	for i, handle := range sc.NextHandles {
		next[i] = hsm.Handle(handle)
	}
	return hsm.Open(hsm.Options{
		Identity:    hsm.Identity{ID: spec.ID, Node: spec.Node, Address: spec.Address, Cluster: spec.Cluster},
		Family:      hsm.Family{MaskingKey: spec.Family.MaskingKey, Salt: spec.Family.Salt},
		Certificate: spec.Family.Certificate, Attestation: key, Chain: spec.Chain,
		Members: func() []hsm.Member { return l.cloud.Members(spec.Cluster) }, Activated: l.cloud.Activated,
		Journal: file, Clock: l.clock, MaxKeys: sc.MaxKeys, NextHandles: next,
	})
}

// apply makes the HSM answer as it is to; the lab's lock is held.
func (n *node) apply() error {
	if n.cut {
		return n.setState(scenario.StateDown)
	}
	return n.setState(n.state)
}

// setState makes the HSM answer as a state says. Whoever is connected when it goes down hears nothing more,
// and connections from before do not survive its coming back.
func (n *node) setState(state string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch state {
	case scenario.StateUp, scenario.StateSlow:
		var delay time.Duration
		if state == scenario.StateSlow {
			delay = slowAnswer
		}
		if n.stop != nil && !n.gate.isClosed() {
			n.gate.set(delay, false)
			return nil
		}
		n.end()
		return n.serve(delay)
	case scenario.StateDown:
		if n.gate != nil {
			n.gate.set(0, true)
		}
		return n.silence()
	case scenario.StateRefused:
		n.end()
		return n.listenNowhere()
	}
	return fmt.Errorf("HSM state %q: not up, down, refused or slow", state)
}

func (g *gate) isClosed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.closed
}

// serve listens and answers; n.mu is held.
func (n *node) serve(delay time.Duration) error {
	l, err := n.listen()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	n.listener, n.stop, n.gate = l, cancel, &gate{delay: delay}
	srv := &wire.Server{HSM: n.hsm, Log: n.log, Gate: n.gate.pass,
		Called: func(ctx context.Context, operation string) bool { return n.heard(ctx, n.spec.ID, operation) }}
	n.served.Go(func() {
		if err := srv.Serve(ctx, counted{l, &n.traffic}); err != nil {
			n.log.Error("serving ended", "error", err)
		}
	})
	return nil
}

// listen makes the socket anew. Its name stays when the listener is closed, since a later one may have it.
func (n *node) listen() (*net.UnixListener, error) {
	if err := os.Remove(n.socket); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot replace socket %s: %w", n.socket, err)
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: n.socket, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("cannot listen for HSM %s: %w", n.spec.ID, err)
	}
	l.SetUnlinkOnClose(false)
	if err := os.Chmod(n.socket, 0o600); err != nil {
		l.Close()
		return nil, fmt.Errorf("cannot close socket %s to others: %w", n.socket, err)
	}
	return l, nil
}

// silence puts a listener in place that never answers: connecting works, and that is all. Connections that
// stand are kept, cut off by their gate.
func (n *node) silence() error {
	l, err := n.listen()
	if err != nil {
		return err
	}
	if n.listener != nil {
		n.listener.Close()
	}
	n.listener = l
	if n.gate == nil {
		n.gate = &gate{closed: true}
	}
	return nil
}

// listenNowhere leaves a socket that refuses.
func (n *node) listenNowhere() error {
	l, err := n.listen()
	if err != nil {
		return err
	}
	return l.Close()
}

// end drops the listener and all connections; n.mu is held.
func (n *node) end() {
	if n.listener != nil {
		n.listener.Close()
	}
	if n.stop != nil {
		n.stop()
	}
	n.served.Wait()
	n.listener, n.stop, n.gate = nil, nil, nil
}

// close ends serving and flushes the file.
func (n *node) close() error {
	n.mu.Lock()
	n.end()
	os.Remove(n.socket)
	n.mu.Unlock()
	return n.file.Close()
}

// reachable reports whether the service's own network reaches the HSM; the lab's lock is held.
func (n *node) reachable() bool {
	return n.state == scenario.StateUp || n.state == scenario.StateSlow
}
