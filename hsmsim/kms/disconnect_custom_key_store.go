package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// DisconnectCustomKeyStore begins to disconnect a custom key store. Its keys are unavailable at once, and kmsuser is
// logged out when the answer comes: a procedure that goes on with the next step must find it so.
func (s *Service) DisconnectCustomKeyStore(ctx context.Context, c *shape.Call, r CustomKeyStoreRequest) (shape.Empty, error) {
	var conn *connection
	err := s.change(ctx, func() error {
		st, err := s.store(c, r.ID)
		if err != nil {
			return err
		}
		st.about(c)
		if st.State == Disconnected || st.State == Disconnecting {
			return st.wrongState()
		}
		conn, st.conn = st.conn, nil
		s.enter(st, Disconnecting, st.ErrorCode)
		s.beginDisconnecting(st)
		return nil
	})
	if conn != nil {
		conn.close()
	}
	return shape.Empty{}, err
}

// beginDisconnecting starts the clock of a store that is DISCONNECTING; s.mu is held.
func (s *Service) beginDisconnecting(st *keyStore) {
	attempt := st.attempt
	st.timer = s.Clock.AfterFunc(s.paced(disconnectTime), func() { s.disconnectNow(st, attempt) })
}

func (s *Service) disconnectNow(st *keyStore, attempt uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st.attempt != attempt || s.closed {
		return
	}
	s.CloudHSM.Detach(st.Region, st.Cluster, st.ID)
	s.enter(st, Disconnected, st.ErrorCode)
}

// resume goes on with what a store was doing when the service was closed; s.mu is held.
func (s *Service) resume(st *keyStore) {
	switch st.State {
	case Connecting:
		s.beginConnecting(st)
	case Disconnecting:
		s.beginDisconnecting(st)
	case Connected:
		st.conn = s.reopen(st.storeRecord)
	}
}
