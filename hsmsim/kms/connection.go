package kms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// connection is a connected custom key store's access to the HSMs of its cluster, logged in as kmsuser: an
// application's session for making and removing keys, and sessions of single HSMs for using them, which are opened
// as they are needed.
type connection struct {
	dialer   *cluster.Dialer
	members  func() []Member // of the cluster, as it is now
	password string          // "" where only the proof is known

	managing sync.Mutex           // held by who uses app
	app      *cluster.Application // nil after close
	proof    hsm.Proof

	mu      sync.Mutex
	closed  bool
	hsms    []*hsmSessions // in the order of the cluster
	next    int            // HSM that is asked next
	checked time.Time      // real time at which the members were compared
	open    int            // sessions
}

// hsmSessions are the sessions on one HSM.
type hsmSessions struct {
	member  Member
	idle    []*wire.Conn
	shunned time.Time // not asked before this real time, since it did not answer
	scarce  bool      // none is kept, since the HSM has none to spare
}

const (
	// maxSessions is how many PKCS #11 sessions an application can have (CloudHSM user guide, quotas).
	maxSessions = 1024
	// shunTime is how long an HSM that does not answer is left alone, real time.
	shunTime = time.Second
	// memberTime is how long members count as known, real time.
	memberTime = time.Second
)

// Why a key cannot be used in the cluster, beside the codes of the HSMs.
var (
	errUnreachable = errors.New("no HSM of the cluster can be reached")
	errNoSessions  = errors.New("no session is free")
	errLockedOut   = errors.New("kmsuser is locked out")
)

func (s *Service) newConnection(r storeRecord) *connection {
	region, id := r.Region, r.Cluster
	return &connection{dialer: s.Dialer, members: func() []Member {
		cl, _ := s.CloudHSM.Cluster(region, id)
		return cl.HSMs
	}}
}

// reopen makes the connection of a store that was connected when the service was closed.
func (s *Service) reopen(r storeRecord) *connection {
	conn := s.newConnection(r)
	conn.password = r.Password
	ctx := context.Background()
	cl, _ := s.CloudHSM.Cluster(r.Region, r.Cluster)
	conn.join(ctx, cl.HSMs)
	if r.Proof == nil {
		if err := conn.remember(ctx, r.Password); err != nil {
			s.Log.Error("kmsuser is not logged in everywhere", "store", r.ID, "error", err)
		}
		return conn
	}
	conn.proof = *r.Proof
	if o := conn.app.LoginWithProof(ctx, "CU", kmsuser, *r.Proof); !o.OK() {
		s.Log.Error("kmsuser is not logged in everywhere", "store", r.ID, "error", o.Code)
	}
	return conn
}

// join connects to HSMs; whoever calls it has the connection for itself.
func (c *connection) join(ctx context.Context, members []Member) {
	list := make([]hsm.Member, len(members))
	c.hsms = nil
	for i, m := range members {
		list[i] = m.Member
		c.hsms = append(c.hsms, &hsmSessions{member: m})
	}
	c.app = cluster.NewApplication(ctx, c.dialer, list, cluster.Settings{MinNodes: 2})
	c.checked = time.Now()
}

// remember logs the application in with a password and keeps what further sessions need of it.
func (c *connection) remember(ctx context.Context, password string) error {
	proof, err := hsm.Stretch(hsm.Salt(c.app.Salt()), kmsuser, password)
	if err != nil {
		return err
	}
	c.password, c.proof = password, proof
	return worst(c.app.LoginWithProof(ctx, "CU", kmsuser, proof), InternalError)
}

// close ends all sessions; kmsuser is logged out then.
func (c *connection) close() {
	c.mu.Lock()
	c.closed = true
	var idle []*wire.Conn
	for _, h := range c.hsms {
		idle = append(idle, h.idle...)
		h.idle = nil
	}
	c.mu.Unlock()
	c.managing.Lock()
	defer c.managing.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), c.dialer.RequestTimeout)
	defer cancel()
	for _, conn := range idle {
		wire.Logout.Call(ctx, conn, hsm.Done{}) // a lost connection logs out as well
		conn.Close()
	}
	if c.app != nil {
		c.app.Logout(ctx)
		c.app.Close()
		c.app = nil
	}
}

// yield gives the sessions on an HSM back that nobody uses, and keeps none until the HSM has some to spare again.
func (c *connection) yield(address string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.hsms {
		if h.member.Address != address {
			continue
		}
		for _, conn := range h.idle {
			conn.Close()
			c.open--
		}
		h.idle, h.scarce = nil, true
	}
}

// rejoin compares the members of the cluster with those that are known. A new HSM gets a login as well, so that
// kmsuser is logged in everywhere.
func (c *connection) rejoin(ctx context.Context) {
	members := c.members()
	c.mu.Lock()
	c.checked = time.Now()
	same := slices.EqualFunc(c.hsms, members, func(h *hsmSessions, m Member) bool { return h.member == m })
	if same || c.closed {
		c.mu.Unlock()
		return
	}
	known := map[Member]*hsmSessions{}
	for _, h := range c.hsms {
		known[h.member] = h
	}
	c.hsms = nil
	list := make([]hsm.Member, len(members))
	for i, m := range members {
		list[i] = m.Member
		h := known[m]
		if h == nil {
			h = &hsmSessions{member: m}
		}
		delete(known, m)
		c.hsms = append(c.hsms, h)
	}
	for _, gone := range known {
		for _, conn := range gone.idle {
			conn.Close()
			c.open--
		}
		gone.idle = nil
	}
	c.mu.Unlock()

	c.managing.Lock()
	defer c.managing.Unlock()
	if c.app == nil {
		return
	}
	old := c.app
	c.app = cluster.NewApplication(ctx, c.dialer, list, cluster.Settings{MinNodes: 2})
	c.app.LoginWithProof(ctx, "CU", kmsuser, c.proof) // what an HSM says shows when it is asked for something
	old.Close()
}

// manage uses the application's session.
func (c *connection) manage(ctx context.Context, f func(*cluster.Application) error) error {
	c.rejoin(ctx)
	c.managing.Lock()
	defer c.managing.Unlock()
	if c.app == nil {
		return errUnreachable
	}
	return f(c.app)
}

// generate makes a backing key on all HSMs: AES of 256 bits that cannot be taken out.
func (c *connection) generate(ctx context.Context, label, id string) (hsm.Handle, error) {
	var handle hsm.Handle
	err := c.manage(ctx, func(a *cluster.Application) error {
		made := a.GenerateSecret(ctx, hsm.GenerateSecretRequest{Type: hsm.AES, Size: 32,
			Template: hsm.Template{Label: label, ID: id, NotExtractable: true}}, 0)
		if !made.OK() {
			return codeError(made.Code)
		}
		handle = made.Handles[0]
		return nil
	})
	return handle, err
}

// remove deletes a backing key from all HSMs. One that is not there any more is fine.
func (c *connection) remove(ctx context.Context, h hsm.Handle) error {
	return c.manage(ctx, func(a *cluster.Application) error {
		o := a.DeleteKey(ctx, h)
		for _, n := range o.Nodes {
			if n.Code != hsm.Success && n.Code != hsm.InvalidHandle {
				return fmt.Errorf("node %d: %w", n.Node, codeError(n.Code))
			}
		}
		if len(o.Nodes) == 0 {
			return errUnreachable
		}
		return nil
	})
}

// codeError is what a code of the cluster layer means to KMS.
func codeError(code hsm.Code) error {
	if code == hsm.NodeUnavailable || code == hsm.DaemonSocket {
		return errUnreachable
	}
	return code
}
