package cluster

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/hsmlab/hsmlab/hsmsim/config"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// A Fleet is the servers of a management configuration file. It knows no other HSM of the cluster.
type Fleet struct {
	Servers []*Server
	dialer  *Dialer
}

// A Server is one HSM of a fleet. Its number is its place in the configuration file, from 0.
type Server struct {
	config.Server
	Number    int
	Encrypted bool // the end-to-end channel is set up
	conn      *wire.Conn
}

// NewFleet makes a fleet of the servers of a configuration file; none is connected yet.
func NewFleet(d *Dialer, servers []config.Server) *Fleet {
	f := &Fleet{dialer: d}
	for i, s := range servers {
		f.Servers = append(f.Servers, &Server{Server: s, Number: i})
	}
	return f
}

// Connect connects one server. A connection that it had before ends.
func (f *Fleet) Connect(ctx context.Context, s *Server) error {
	c, err := f.dialer.Dial(ctx, s.Hostname)
	if err != nil {
		return fmt.Errorf("cannot connect server %d: %w", s.Number, err)
	}
	if s.conn != nil {
		s.conn.Close()
	}
	s.conn = c
	return nil
}

// Close ends all connections.
func (f *Fleet) Close() {
	for _, s := range f.Servers {
		if s.conn != nil {
			s.conn.Close()
		}
	}
}

// Connected reports whether the server's connection stands as far as is known.
func (s *Server) Connected() bool { return s.conn != nil && s.conn.Err() == nil }

// HSM is what the server said of itself when it was connected; the zero value before.
func (s *Server) HSM() wire.Welcome {
	if s.conn == nil {
		return wire.Welcome{}
	}
	return s.conn.Welcome()
}

// An Answer is what one server said. Err is an hsm.Code, ErrNotConnected, or why the answer could not be had.
type Answer[Resp any] struct {
	Server *Server
	Value  Resp
	Err    error
}

// Code is the return code of an answer; ok is false when there is none, since the server is not connected.
func (a Answer[Resp]) Code() (code hsm.Code, ok bool) {
	if a.Err == nil {
		return hsm.Success, true
	}
	ok = errors.As(a.Err, &code)
	return code, ok
}

// All asks several servers at once and gives their answers in the order of the list as they come. A server that
// does not answer costs the request timeout, and nobody else's answer.
func All[Req, Resp any](ctx context.Context, f *Fleet, servers []*Server, op wire.Op[Req, Resp], r Req) iter.Seq[Answer[Resp]] {
	return all(ctx, f, servers, op, func(*Server) (Req, error) { return r, nil })
}

func all[Req, Resp any](ctx context.Context, f *Fleet, servers []*Server, op wire.Op[Req, Resp], request func(*Server) (Req, error)) iter.Seq[Answer[Resp]] {
	return func(yield func(Answer[Resp]) bool) {
		ctx, cancel := f.dialer.request(ctx, 1)
		defer cancel()
		calls := make([]wire.Call[Resp], len(servers))
		failed := make([]error, len(servers))
		for i, s := range servers {
			if !s.Connected() {
				failed[i] = ErrNotConnected
				continue
			}
			r, err := request(s)
			if err != nil {
				failed[i] = err
				continue
			}
			calls[i] = op.Start(ctx, s.conn, r)
		}
		given := false
		for i, s := range servers {
			a := Answer[Resp]{Server: s, Err: failed[i]}
			if a.Err == nil {
				a.Value, a.Err = calls[i].Wait(ctx)
			}
			if !given {
				given = !yield(a) // answers that nobody looks at are still taken off their connections
			}
		}
	}
}

// One asks one server.
func One[Req, Resp any](ctx context.Context, f *Fleet, s *Server, op wire.Op[Req, Resp], r Req) Answer[Resp] {
	for a := range All(ctx, f, []*Server{s}, op, r) {
		return a
	}
	return Answer[Resp]{Server: s, Err: ErrNotConnected}
}

// Login logs in on several servers at once. signatures answer the challenges of the servers' second factor, nil for
// a login without.
func (f *Fleet) Login(ctx context.Context, servers []*Server, userType, name, password string, signatures map[*Server][]byte) iter.Seq[Answer[hsm.Done]] {
	c := newCredentials(userType, name, password)
	return all(ctx, f, servers, wire.Login, func(s *Server) (hsm.LoginRequest, error) {
		r, err := c.login(hsm.Salt(s.HSM().Salt))
		r.Signature = signatures[s]
		return r, err
	})
}
