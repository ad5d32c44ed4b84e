package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// CustomKeyStoreRequest names a custom key store.
type CustomKeyStoreRequest struct {
	ID string `json:"CustomKeyStoreId" required:"true" len:"1:64"`
}

// DeleteCustomKeyStore removes a disconnected custom key store without keys. The cluster stays as it is.
func (s *Service) DeleteCustomKeyStore(ctx context.Context, c *shape.Call, r CustomKeyStoreRequest) (shape.Empty, error) {
	return shape.Empty{}, s.change(ctx, func() error {
		st, err := s.store(c, r.ID)
		if err != nil {
			return err
		}
		st.about(c)
		of := s.region(c.Region)
		for _, k := range of.keys {
			if k.Store == st.ID {
				return shape.Errorf(storeHasKeys, "Custom key store %s still contains KMS keys.", st.ID)
			}
		}
		if st.State != Disconnected {
			return st.wrongState()
		}
		s.drop(bucketStores, st.serial)
		delete(of.stores, st.ID)
		return nil
	})
}
