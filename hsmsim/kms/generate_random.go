package kms

import (
	"context"
	"crypto/rand"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// GenerateRandomRequest asks for random bytes, of the HSMs of a custom key store where it names one.
type GenerateRandomRequest struct {
	NumberOfBytes    *int       `json:"NumberOfBytes" range:"1:1024"`
	CustomKeyStoreID string     `json:"CustomKeyStoreId" len:"1:64"`
	Recipient        *Recipient `json:"Recipient" trail:"-"`
}

// GenerateRandomResponse is random bytes.
type GenerateRandomResponse struct {
	Plaintext []byte `json:"Plaintext"`
}

// GenerateRandom gives random bytes.
func (s *Service) GenerateRandom(ctx context.Context, c *shape.Call, r GenerateRandomRequest) (GenerateRandomResponse, error) {
	if err := noRecipient(r.Recipient); err != nil {
		return GenerateRandomResponse{}, err
	}
	if r.NumberOfBytes == nil {
		return GenerateRandomResponse{}, shape.Invalid(textNoRandomSize)
	}
	if r.CustomKeyStoreID == "" {
		b := make([]byte, *r.NumberOfBytes)
		rand.Read(b)
		return GenerateRandomResponse{b}, nil
	}
	s.mu.RLock()
	st, conn, err := s.connected(c, r.CustomKeyStoreID)
	u := &use{store: st, conn: conn, storeID: r.CustomKeyStoreID}
	if err == nil {
		u.region, u.cluster = st.Region, st.Cluster
	}
	s.mu.RUnlock()
	if err != nil {
		return GenerateRandomResponse{}, err
	}
	b, err := inHSM(ctx, s, u, wire.Random, hsm.RandomRequest{Size: *r.NumberOfBytes})
	if isException(err, invalidState) { // the operation's model has no such exception
		err = shape.Errorf(storeInvalidState, "%s", err.(*shape.Exception).Message)
	}
	return GenerateRandomResponse{b}, err
}
