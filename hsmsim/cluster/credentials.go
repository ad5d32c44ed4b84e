package cluster

import "github.com/hsmlab/hsmlab/hsmsim/hsm"

// credentials are a name and password with their proofs by salt: they take a while to compute and are the same
// on all HSMs of a cluster and its clones.
type credentials struct {
	userType string
	name     string
	password string
	proofs   map[hsm.Salt]hsm.Proof
}

func newCredentials(userType, name, password string) *credentials {
	return &credentials{userType: userType, name: name, password: password, proofs: map[hsm.Salt]hsm.Proof{}}
}

// login is the request for an HSM with the given salt.
func (c *credentials) login(salt hsm.Salt) (hsm.LoginRequest, error) {
	p, ok := c.proofs[salt]
	if !ok {
		var err error
		if p, err = hsm.Stretch(salt, c.name, c.password); err != nil {
			return hsm.LoginRequest{}, err
		}
		c.proofs[salt] = p
	}
	return hsm.LoginRequest{Type: c.userType, Name: c.name, Proof: p}, nil
}

func (c *credentials) onNode(n *node) (hsm.LoginRequest, error) {
	return c.login(hsm.Salt(n.conn.Welcome().Salt))
}
