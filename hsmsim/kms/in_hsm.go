package kms

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// inHSM has an HSM of a key's cluster do something, and answers for the key if none can.
func inHSM[Req, Resp any](ctx context.Context, s *Service, u *use, op wire.Op[Req, Resp], r Req) (Resp, error) {
	var v Resp
	if u.conn == nil {
		return v, shape.Errorf(invalidState, "%s is unavailable.", u.arn)
	}
	err := errUnreachable
	if s.CloudHSM.Open(u.region, u.cluster) {
		v, err = anywhere(ctx, u.conn, op, r)
	}
	if errors.Is(err, hsm.InvalidHandle) {
		s.markLost(u, true)
	}
	if err != nil {
		return v, s.clusterError(err, u.storeID, u.arn)
	}
	s.markLost(u, false)
	return v, nil
}

// clusterError is the exception for what kept a key from being used or made in its cluster.
func (s *Service) clusterError(err error, store, arn string) error {
	switch {
	case errors.Is(err, errLockedOut):
		return shape.Errorf(invalidState, textLockedOut)
	case errors.Is(err, errNoSessions):
		return shape.Errorf(internal, textNoSessions)
	case errors.Is(err, hsm.InvalidHandle):
		return shape.Errorf(invalidState, textMaterialMissing, arn)
	case errors.Is(err, hsm.BadTagGCM):
		return shape.Errorf(invalidCiphertext, "")
	case errors.Is(err, errUnreachable):
		return shape.Errorf(invalidState, textUnreachable)
	}
	s.Log.Error("the HSMs of a custom key store refuse", "store", store, "key", arn, "error", err)
	return shape.Errorf(internal, "KMS cannot use the key material in your AWS CloudHSM cluster: %v.", err)
}

// anywhere asks one HSM after the other until one can do something. An HSM that lacks a key that another one has
// may just not have got it yet.
func anywhere[Req, Resp any](ctx context.Context, c *connection, op wire.Op[Req, Resp], r Req) (Resp, error) {
	var v Resp
	failed := errUnreachable
	for again := range 2 { // a second time where the members have changed since
		if again == 1 || c.stale() {
			c.rejoin(ctx)
		}
		for _, h := range c.inTurn() {
			value, err := once(ctx, c, h, op, r)
			var code hsm.Code
			switch {
			case err == nil:
				return value, nil
			case errors.As(err, &code) && code != hsm.InvalidHandle:
				return v, err
			case errors.As(err, &code), errors.Is(err, errLockedOut), errors.Is(err, errNoSessions):
				failed = err
			}
		}
		if !errors.Is(failed, errUnreachable) {
			break
		}
	}
	if err := ctx.Err(); err != nil {
		return v, err
	}
	return v, failed
}

// once asks one HSM, with a new session where the one at hand is lost or logged out.
func once[Req, Resp any](ctx context.Context, c *connection, h *hsmSessions, op wire.Op[Req, Resp], r Req) (Resp, error) {
	bounded, cancel := context.WithTimeout(ctx, c.dialer.RequestTimeout)
	defer cancel()
	for {
		conn, used, err := c.take(bounded, h)
		if err != nil {
			var none Resp
			return none, err
		}
		v, err := op.Call(bounded, conn, r)
		c.give(h, conn, errors.Is(err, hsm.NotAllowed))
		if !used || err == nil || conn.Err() == nil && !errors.Is(err, hsm.NotAllowed) {
			if conn.Err() != nil && ctx.Err() == nil {
				c.shun(h)
			}
			return v, err
		}
	}
}

// take gives a session on an HSM that is logged in as kmsuser: one that was used before, or a new one.
func (c *connection) take(ctx context.Context, h *hsmSessions) (conn *wire.Conn, used bool, err error) {
	c.mu.Lock()
	for n := len(h.idle); n > 0; n = len(h.idle) {
		conn := h.idle[n-1]
		h.idle = h.idle[:n-1]
		if conn.Err() == nil {
			c.mu.Unlock()
			return conn, true, nil
		}
		c.open--
	}
	switch {
	case c.closed:
		err = errUnreachable
	case c.open >= maxSessions:
		err = errNoSessions
	default:
		c.open++
	}
	c.mu.Unlock()
	if err != nil {
		return nil, false, err
	}
	if conn, err = c.dial(ctx, h); err != nil {
		c.mu.Lock()
		c.open--
		c.mu.Unlock()
	}
	return conn, false, err
}

// dial opens a session and logs in.
func (c *connection) dial(ctx context.Context, h *hsmSessions) (*wire.Conn, error) {
	conn, err := c.dialer.Dial(ctx, h.member.Address)
	if errors.Is(err, wire.ErrRefused) {
		return nil, errNoSessions
	}
	if err != nil {
		c.shun(h)
		return nil, errUnreachable
	}
	_, err = wire.Login.Call(ctx, conn, hsm.LoginRequest{Type: "CU", Name: kmsuser, Proof: c.proof})
	if err == nil {
		c.mu.Lock()
		h.scarce = false
		c.mu.Unlock()
		return conn, nil
	}
	defer conn.Close()
	if state, e := wire.UserState.Call(ctx, conn, hsm.UserNameRequest{Name: kmsuser}); e == nil && state.Locked {
		return nil, errLockedOut
	}
	return nil, errUnreachable
}

// give puts a session back that can be used again.
func (c *connection) give(h *hsmSessions, conn *wire.Conn, loggedOut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if conn.Err() != nil || loggedOut || c.closed || h.scarce {
		conn.Close()
		c.open--
		return
	}
	h.idle = append(h.idle, conn)
}

func (c *connection) shun(h *hsmSessions) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h.shunned = time.Now().Add(shunTime)
}

func (c *connection) stale() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Since(c.checked) > memberTime
}

// inTurn lists the HSMs to ask: another one first each time, and those that did not answer lately last.
func (c *connection) inTurn() []*hsmSessions {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.hsms)
	list := make([]*hsmSessions, 0, n)
	now := time.Now()
	var shunned []*hsmSessions
	for i := range n {
		h := c.hsms[(c.next+i)%n]
		if now.Before(h.shunned) {
			shunned = append(shunned, h)
			continue
		}
		list = append(list, h)
	}
	c.next++
	if len(list) == 0 {
		return shunned
	}
	return append(list, shunned...)
}

// materialID is the backing key id as ciphertexts have it.
func (b *backing) materialID() [materialIDSize]byte {
	var id [materialIDSize]byte
	hex.Decode(id[:], []byte(b.ID))
	return id
}

// missMaterial looks whether a key's backing key is in the cluster, and notes it where not.
func (s *Service) missMaterial(ctx context.Context, st *keyStore, k *key) {
	s.mu.RLock()
	u := &use{arn: s.keyARN(k), id: k.ID, region: k.Region, conn: st.conn, cluster: st.Cluster, backing: k.Backing}
	s.mu.RUnlock()
	if u.conn == nil || !s.CloudHSM.Open(u.region, u.cluster) {
		return
	}
	_, err := anywhere(ctx, u.conn, wire.FindKey, hsm.HandleRequest{Handle: u.backing.Handle})
	if err == nil || errors.Is(err, hsm.InvalidHandle) {
		s.markLost(u, err != nil)
	}
}

// markLost notes since when a key's material is missing, or that it is there.
func (s *Service) markLost(u *use, lost bool) {
	if u.backing == nil {
		return
	}
	s.mu.RLock()
	k := s.see(u.region).keys[u.id]
	known := k == nil || k.Lost.IsZero() != lost
	s.mu.RUnlock()
	if known {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case lost && k.Lost.IsZero():
		k.Lost = s.now()
	case !lost:
		k.Lost = time.Time{}
	}
	s.putKey(k)
}
