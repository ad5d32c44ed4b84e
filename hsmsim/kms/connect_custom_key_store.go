package kms

import (
	"context"
	"errors"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// How long the original takes, which says "up to 20 minutes" of connecting.
const (
	connectTime    = 5 * time.Minute
	disconnectTime = time.Minute
)

// ConnectCustomKeyStore begins to connect a custom key store and returns at once. What can be seen to be wrong at
// once is an exception and changes nothing; what goes wrong later makes the store FAILED.
func (s *Service) ConnectCustomKeyStore(ctx context.Context, c *shape.Call, r CustomKeyStoreRequest) (shape.Empty, error) {
	return shape.Empty{}, s.change(ctx, func() error {
		st, err := s.store(c, r.ID)
		if err != nil {
			return err
		}
		st.about(c)
		switch st.State {
		case Connecting, Connected:
			return nil
		case Failed, Disconnecting:
			return st.wrongState()
		}
		// A cluster that is gone, or without HSMs, is told by an error code; so only one that is there can fail here.
		if cl, found := s.CloudHSM.Cluster(st.Region, st.Cluster); found {
			if err := checkNetwork(cl); err != nil {
				return err
			}
		}
		s.enter(st, Connecting, "")
		s.beginConnecting(st)
		return nil
	})
}

// enter brings a custom key store into a state; s.mu is held. What belonged to the one before is too late from now on.
func (s *Service) enter(st *keyStore, state ConnectionState, code ErrorCode) {
	st.attempt++
	if st.cancel != nil {
		st.cancel()
		st.cancel = nil
	}
	if st.timer != nil {
		st.timer.Stop()
		st.timer = nil
	}
	st.State, st.ErrorCode = state, code
	s.putStore(st)
}

// beginConnecting starts the clock of a store that is CONNECTING; s.mu is held.
func (s *Service) beginConnecting(st *keyStore) {
	attempt := st.attempt
	st.timer = s.Clock.AfterFunc(s.paced(connectTime), func() { s.connectNow(st, attempt) })
}

// connectNow connects a store that is CONNECTING and brings it to CONNECTED or FAILED.
func (s *Service) connectNow(st *keyStore, attempt uint64) {
	s.mu.Lock()
	if st.attempt != attempt || s.closed {
		s.mu.Unlock()
		return
	}
	s.running.Add(1)
	defer s.running.Done()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	st.cancel = cancel
	record := st.storeRecord
	s.mu.Unlock()

	conn, err := s.connect(ctx, st, attempt, record)
	var failure connectError
	if err != nil && !errors.As(err, &failure) {
		s.Log.Error("a custom key store cannot be connected", "store", record.ID, "error", err)
		failure.code = InternalError
	}

	s.mu.Lock()
	if st.attempt != attempt || s.closed {
		s.mu.Unlock()
		if conn != nil {
			conn.close()
		}
		return
	}
	if err != nil {
		s.enter(st, Failed, failure.code)
		s.Log.Info("a custom key store is not connected", "store", record.ID, "code", failure.code, "reason", err)
	} else {
		st.Password, st.Next, st.Proof = conn.password, "", nil
		s.enter(st, Connected, "")
		st.conn = conn
	}
	t := s.ticket
	s.mu.Unlock()
	if err := s.settle(ctx, t); err != nil {
		s.Log.Error("a custom key store's state is not durable", "store", record.ID, "error", err)
	}
}

// connectError is why a custom key store cannot be connected.
type connectError struct {
	code   ErrorCode
	reason error
}

func (e connectError) Error() string {
	if e.reason == nil {
		return string(e.code)
	}
	return string(e.code) + ": " + e.reason.Error()
}

func (e connectError) Unwrap() error { return e.reason }
