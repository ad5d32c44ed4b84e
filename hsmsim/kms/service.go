package kms

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"sync"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/ids"
	"github.com/hsmlab/hsmlab/hsmsim/trail"
)

// Options make a Service.
type Options struct {
	Account  string      // 12 digits
	Journal  hsm.Journal // keeps everything; the service has it for itself
	Clock    clock.Clock
	CloudHSM CloudHSM
	Dialer   *cluster.Dialer // to the HSMs of clusters
	Trail    trail.Recorder
	Log      *slog.Logger

	// Speed is how many times faster than the original custom key stores connect and disconnect.
	Speed float64

	// Seed decides the ids that the service makes up, for the same Journal always the same one; 0 makes them random.
	Seed ids.Seed

	// Current makes the service that of today where it differs from the one of the guide's older editions.
	Current bool
}

// A Service is KMS. Its methods with a [shape.Call] are the operations of the API.
type Service struct {
	Options

	mu      sync.RWMutex
	regions map[string]*region
	serial  uint64              // of the last record
	made    map[string]*counter // by kind
	tokens  cipher.AEAD         // seals import tokens; nil until there is one
	ticket  hsm.Ticket          // of the last change
	closed  bool
	failing bool           // see SetFailing
	running sync.WaitGroup // what goes on beside requests
}

// region is what an account has in one region.
type region struct {
	name    string
	keys    map[string]*key // by id
	order   []string        // ids of the keys, sorted
	aliases map[string]*alias
	stores  map[string]*keyStore // by id
	grants  map[string]*grant    // by id
}

// Open makes the service of what its journal holds. It does nothing before Begin but answer.
func Open(o Options) (*Service, error) {
	if o.Speed <= 0 {
		o.Speed = 1
	}
	s := &Service{Options: o, regions: map[string]*region{}, made: map[string]*counter{}}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("cannot start KMS: %w", err)
	}
	return s, nil
}

// Begin lets the service go on: custom key stores that were connected log in again, so the HSMs must be there, and what
// came due meanwhile happens.
func (s *Service) Begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.regions {
		for _, st := range r.stores {
			s.resume(st)
		}
		for _, k := range r.keys {
			s.expire(k) // before anybody can use it
			s.arm(k)
		}
	}
}

// SetFailing makes KMS fail inside where custom key stores are concerned, or takes that back: the one trouble of theirs
// that has no cause in the clusters and networks of the account.
func (s *Service) SetFailing(failing bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failing = failing
}

// Rejoin lets the connected custom key stores of all regions look for HSMs that have come,
// come back or gone, and log in to them.
func (s *Service) Rejoin(ctx context.Context) {
	s.mu.RLock()
	var list []*connection
	for _, r := range s.regions {
		for _, st := range r.stores {
			if st.conn != nil {
				list = append(list, st.conn)
			}
		}
	}
	s.mu.RUnlock()
	for _, c := range list {
		c.manage(ctx, func(a *cluster.Application) error {
			a.Reach(ctx)
			return nil
		})
	}
}

// Yield lets the custom key stores give back the sessions on an HSM that they keep for the next requests. What they do
// then needs new ones, for as long as the HSM has none to spare.
func (s *Service) Yield(address string) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, r := range s.regions {
		for _, st := range r.stores {
			if st.conn != nil {
				st.conn.yield(address)
			}
		}
	}
}

// Close ends the sessions of all custom key stores. They count as connected still, and are again when the service
// is opened the next time.
func (s *Service) Close() {
	s.mu.Lock()
	s.closed = true
	var ended []*connection
	for _, r := range s.regions {
		for _, st := range r.stores {
			st.attempt++
			if st.cancel != nil {
				st.cancel()
			}
			if st.conn != nil {
				ended = append(ended, st.conn)
				st.conn = nil
			}
		}
	}
	s.mu.Unlock()
	for _, c := range ended {
		c.close()
	}
	s.running.Wait()
}

// region gives the region's part of the account, which begins empty; s.mu is held for writing.
func (s *Service) region(name string) *region {
	r := s.regions[name]
	if r == nil {
		r = &region{name: name, keys: map[string]*key{}, aliases: map[string]*alias{}, stores: map[string]*keyStore{}, grants: map[string]*grant{}}
		s.regions[name] = r
	}
	return r
}

// see is region for those who only read.
func (s *Service) see(name string) *region {
	if r := s.regions[name]; r != nil {
		return r
	}
	return &region{name: name}
}

// change runs what changes the state, and returns when that is durable.
func (s *Service) change(ctx context.Context, f func() error) error {
	s.mu.Lock()
	err := f()
	t := s.ticket
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.settle(ctx, t)
}

// settle returns when everything up to a ticket is durable.
func (s *Service) settle(ctx context.Context, t hsm.Ticket) error {
	if err := s.Journal.Wait(ctx, t); err != nil {
		return fmt.Errorf("cannot store: %w", err)
	}
	return nil
}

// arn is the name of a resource of the account, such as key/1234….
func (s *Service) arn(region, resource string) string {
	return "arn:aws:kms:" + region + ":" + s.Account + ":" + resource
}

// newHex makes up a secret of so many hex digits.
func newHex(digits int) string {
	b := make([]byte, (digits+1)/2)
	rand.Read(b)
	return hex.EncodeToString(b)[:digits]
}
