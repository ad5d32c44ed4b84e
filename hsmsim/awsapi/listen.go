package awsapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Limits of an endpoint beside those of Options: they bound what a client can cost.
const (
	maxHeader      = 64 << 10
	maxBody        = 1 << 20 // also unpacked
	maxConnections = 512
	peerTimeout    = time.Minute
	idleTimeout    = 2 * time.Minute // of connections that clients keep; the SDKs give them up earlier
	serviceTimeout = 5 * time.Minute // that an answer may take
	closeTimeout   = time.Second     // for what is under way when the endpoint ends
)

// Listen listens on an address such as 127.0.0.1:4566. Addresses that other machines can reach are refused unless
// expose is set.
func Listen(address string, expose bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %q: it must be an address and a port, such as 127.0.0.1:4566", address)
	}
	refused := fmt.Errorf("cannot listen on %s: other machines could reach it; the endpoint listens on loopback only, such as 127.0.0.1, unless it is exposed on purpose", address)
	if ip := net.ParseIP(host); !expose && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, refused
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	// The name localhost can mean anything on a machine that is set up badly.
	if a, ok := l.Addr().(*net.TCPAddr); !expose && ok && !a.IP.IsLoopback() {
		l.Close()
		return nil, refused
	}
	return l, nil
}

// Serve answers the clients of a listener until ctx ends or the listener is closed. What is under way then has a
// second to end; when Serve returns, all has ended.
func (e *Endpoint) Serve(ctx context.Context, l net.Listener) error {
	peer, most := e.options.PeerTimeout, e.options.MaxConnections
	if peer <= 0 {
		peer = peerTimeout
	}
	if most <= 0 {
		most = maxConnections
	}
	calls, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var running sync.RWMutex // held for reading by each call
	queue := &queue{Listener: l, places: make(chan struct{}, most), closed: make(chan struct{})}
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !running.TryRLock() {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			defer running.RUnlock()
			e.ServeHTTP(w, r)
		}),
		ReadHeaderTimeout: peer,
		ReadTimeout:       peer,
		WriteTimeout:      peer + serviceTimeout,
		IdleTimeout:       max(idleTimeout, peer),
		MaxHeaderBytes:    maxHeader,
		BaseContext:       func(net.Listener) context.Context { return calls },
		ConnState:         queue.state,
		ErrorLog:          slog.NewLogLogger(e.log.Handler(), slog.LevelDebug),
	}
	defer running.Lock() // waits for calls, and lets none in any more
	defer server.Close()
	defer cancel()
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		grace, done := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
		defer done()
		server.Shutdown(grace)
	})
	err := server.Serve(queue)
	if !stop() {
		<-ended
	}
	if ctx.Err() != nil || errors.Is(err, net.ErrClosed) || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("cannot serve on %s: %w", l.Addr(), err)
}

// queue is a listener with so many places: a client that finds none waits in the system's queue.
type queue struct {
	net.Listener
	places chan struct{}
	once   sync.Once
	closed chan struct{}
}

func (q *queue) Accept() (net.Conn, error) {
	select {
	case q.places <- struct{}{}:
	case <-q.closed:
		return nil, net.ErrClosed
	}
	c, err := q.Listener.Accept()
	if err != nil {
		<-q.places
	}
	return c, err
}

func (q *queue) Close() error {
	q.once.Do(func() { close(q.closed) })
	return q.Listener.Close()
}

// state frees the place of a connection that has ended.
func (q *queue) state(_ net.Conn, s http.ConnState) {
	if s == http.StateClosed || s == http.StateHijacked {
		<-q.places
	}
}
