package kms

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// kmsuser is the crypto user that KMS logs in as.
const kmsuser = "kmsuser"

// connect goes through the procedure of connecting a custom key store (KMS Developer Guide, connecting an AWS CloudHSM
// key store): the cluster, its network, its HSMs, kmsuser, and kmsuser's password, which nobody but KMS knows
// afterwards. Its errors are connectErrors. Without a connection everything is taken back but failed logins.
func (s *Service) connect(ctx context.Context, st *keyStore, attempt uint64, r storeRecord) (*connection, error) {
	s.mu.RLock()
	failing := s.failing
	s.mu.RUnlock()
	cl, found := s.CloudHSM.Cluster(r.Region, r.Cluster)
	switch {
	case failing:
		return nil, connectError{code: InternalError}
	case !found:
		return nil, connectError{code: ClusterNotFound}
	case len(cl.HSMs) == 0:
		return nil, connectError{code: InsufficientHSMs}
	}
	err := s.CloudHSM.Attach(r.Region, r.Cluster, r.ID)
	switch {
	case errors.Is(err, ErrSubnetNotFound):
		return nil, connectError{SubnetNotFound, err}
	case errors.Is(err, ErrNoFreeAddress):
		return nil, connectError{InsufficientAddresses, err}
	case err != nil:
		return nil, connectError{InternalError, err}
	}
	conn, err := s.enterCluster(ctx, st, attempt, r, cl)
	if err != nil {
		s.CloudHSM.Detach(r.Region, r.Cluster, r.ID)
		return nil, err
	}
	return conn, nil
}

// enterCluster reaches the HSMs, logs in and changes the password.
func (s *Service) enterCluster(ctx context.Context, st *keyStore, attempt uint64, r storeRecord, cl Cluster) (*connection, error) {
	if !s.CloudHSM.Open(r.Region, r.Cluster) {
		return nil, connectError{NetworkErrors, errors.New("the network lets nothing through")}
	}
	conn := s.newConnection(r)
	conn.join(ctx, cl.HSMs)
	if err := conn.verify(r.TrustAnchor); err != nil {
		conn.close()
		return nil, connectError{NetworkErrors, err}
	}
	err := conn.checkUser(ctx)
	if err == nil {
		err = conn.logIn(ctx, r)
	}
	if err == nil {
		err = s.rotatePassword(ctx, st, attempt, conn)
	}
	if err != nil {
		conn.close()
		return nil, err
	}
	return conn, nil
}

// verify fails unless every HSM is there and has a certificate that the trust anchor has signed.
func (c *connection) verify(trustAnchor string) error {
	certificates, up := c.app.Certificates()
	if !up {
		return errors.New("not all HSMs can be reached")
	}
	block, _ := pem.Decode([]byte(trustAnchor))
	if block == nil {
		return errors.New("the trust anchor is not a certificate")
	}
	anchor, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return fmt.Errorf("cannot read the trust anchor: %w", err)
	}
	for _, der := range certificates {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return fmt.Errorf("cannot read an HSM's certificate: %w", err)
		}
		if err := certificate.CheckSignatureFrom(anchor); err != nil {
			return fmt.Errorf("an HSM's certificate is not of this cluster: %w", err)
		}
	}
	return nil
}

// checkUser fails unless kmsuser is a crypto user on every HSM, not locked out and not logged in anywhere.
func (c *connection) checkUser(ctx context.Context) error {
	states, o := cluster.Gather(ctx, c.app, wire.UserState, hsm.UserNameRequest{Name: kmsuser})
	if err := worst(o, UserNotFound); err != nil {
		return err
	}
	var locked, loggedIn bool
	for _, u := range states {
		if u.Type != hsm.CU {
			return connectError{UserNotFound, fmt.Errorf("kmsuser is a %s", u.Type)}
		}
		locked = locked || u.Locked
		loggedIn = loggedIn || u.LoggedIn
	}
	switch {
	case locked:
		return connectError{code: UserLockedOut}
	case loggedIn:
		return connectError{code: UserLoggedIn}
	}
	return nil
}

// logIn logs kmsuser in on every HSM. Where a rotation was cut short, some HSMs may have the next password already.
func (c *connection) logIn(ctx context.Context, r storeRecord) error {
	if r.Proof != nil {
		return worst(c.app.LoginWithProof(ctx, "CU", kmsuser, *r.Proof), InvalidCredentials)
	}
	o := c.app.Login(ctx, "CU", kmsuser, r.Password)
	if r.Next == "" || o.Succeeded() == len(o.Nodes) {
		return worst(o, InvalidCredentials)
	}
	c.app.Login(ctx, "CU", kmsuser, r.Next)
	states, o := cluster.Gather(ctx, c.app, wire.LoginState, hsm.Done{})
	for _, state := range states {
		if state.Name == "" {
			return connectError{code: InvalidCredentials}
		}
	}
	return worst(o, InvalidCredentials)
}

// worst makes a connectError of what the HSMs said, nil if all report success. refused is what it means that one of
// them refuses the user.
func worst(o cluster.Outcome, refused ErrorCode) error {
	var err error
	for _, n := range append(o.Nodes, cluster.NodeStatus{Code: o.Code}) {
		switch n.Code {
		case hsm.Success:
		case hsm.NodeUnavailable, hsm.DaemonSocket:
			err = connectError{NetworkErrors, fmt.Errorf("node %d: %w", n.Node, n.Code)}
		case hsm.UnknownUser, hsm.NoSuchUser, hsm.InvalidUserType:
			return connectError{UserNotFound, fmt.Errorf("node %d: %w", n.Node, n.Code)}
		case hsm.LoginFailure:
			return connectError{refused, fmt.Errorf("node %d: %w", n.Node, n.Code)}
		case hsm.PolicyViolation:
			return connectError{UserLoggedIn, fmt.Errorf("node %d: %w", n.Node, n.Code)}
		default:
			return connectError{InternalError, fmt.Errorf("node %d: %w", n.Node, n.Code)}
		}
	}
	return err
}

// rotatePassword changes kmsuser's password to one that only KMS knows. The new one is durable before any HSM has
// it, so that nothing that happens on the way locks KMS out.
func (s *Service) rotatePassword(ctx context.Context, st *keyStore, attempt uint64, conn *connection) error {
	next := newPassword()
	err := s.change(ctx, func() error {
		if st.attempt != attempt {
			return context.Canceled
		}
		st.Next = next
		s.putStore(st)
		return nil
	})
	if err != nil {
		return err
	}
	r := hsm.ChangePasswordRequest{Type: "CU", Name: kmsuser, Password: next}
	if err := worst(cluster.Everywhere(ctx, conn.app, wire.ChangePassword, r, false), InternalError); err != nil {
		return err
	}
	return conn.remember(ctx, next)
}

// newPassword makes up 32 letters and digits, the longest that an HSM takes.
func newPassword() string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	var b []byte
	random := make([]byte, 64)
	for len(b) < hsm.MaxPassword {
		rand.Read(random)
		for _, r := range random {
			if int(r) < len(letters)*4 && len(b) < hsm.MaxPassword { // so that all are equally likely
				b = append(b, letters[int(r)%len(letters)])
			}
		}
	}
	return string(b)
}
