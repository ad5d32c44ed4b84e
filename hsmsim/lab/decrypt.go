package lab

import (
	"context"
	"errors"
	"fmt"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/kms"
)

// Decrypts is what KMS decrypts a ciphertext without encryption context to for the user of the account's first access
// key, in whatever region its key is. HSMs are asked where they hold the key; no event of CloudTrail tells of it. Where
// no region decrypts it the error is that of the region that has the key.
func (l *Lab) Decrypts(ciphertext []byte) (plaintext []byte, err error) {
	request := kms.DecryptRequest{CiphertextBlob: ciphertext}
	if err := shape.Validate(request); err != nil {
		return nil, fmt.Errorf("cannot decrypt: %w", err)
	}
	policies, err := l.policies()
	if err != nil {
		return nil, err
	}
	key := l.accessKeys()[0]
	var failed error
	for _, region := range l.services.kms.Regions() {
		c := &shape.Call{Action: "kms:Decrypt", Request: request, Caller: shape.Caller{Account: l.world.Account, Region: region,
			AccessKeyID: key.ID, UserName: key.UserName, PrincipalID: key.PrincipalID}}
		c.Policies, c.Limited = policies[key.UserName]
		r, err := l.services.kms.Decrypt(context.Background(), c, request)
		if err == nil {
			return r.Plaintext, nil
		}
		var ex *shape.Exception
		if absent := errors.As(err, &ex) && ex.Code == "NotFoundException"; failed == nil || !absent {
			failed = err
		}
	}
	if failed == nil {
		failed = errors.New("there are no KMS keys")
	}
	return nil, fmt.Errorf("cannot decrypt: %w", failed)
}

// fitting are the addresses of the HSMs of a cluster on which a password is that of a user.
func (l *Lab) fitting(cluster, user, password string) []string {
	l.mu.Lock()
	nodes := l.clusterNodes(cluster)
	l.mu.Unlock()
	var list []string
	for _, n := range nodes {
		if n.hsm.Fits(user, password) {
			list = append(list, n.spec.Address)
		}
	}
	return list
}
