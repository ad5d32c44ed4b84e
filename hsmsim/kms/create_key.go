package kms

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// maxKeys is the quota of keys of an account and region.
const maxKeys = 100_000

// CreateKeyRequest says what the key is to be.
type CreateKeyRequest struct {
	Policy                *string  `json:"Policy" len:"1:131072" trail:"-"`
	Description           string   `json:"Description" len:"0:8192"`
	KeyUsage              KeyUsage `json:"KeyUsage"`
	CustomerMasterKeySpec KeySpec  `json:"CustomerMasterKeySpec"`
	KeySpec               KeySpec  `json:"KeySpec"`
	Origin                Origin   `json:"Origin"`
	CustomKeyStoreID      string   `json:"CustomKeyStoreId" len:"1:64"`
	BypassSafetyCheck     bool     `json:"BypassPolicyLockoutSafetyCheck"`
	Tags                  []Tag    `json:"Tags"`
	MultiRegion           bool     `json:"MultiRegion,omitempty"`
	XksKeyID              string   `json:"XksKeyId" len:"1:128"`
}

// CreateKeyResponse is the new key's metadata.
type CreateKeyResponse struct {
	KeyMetadata KeyMetadata `json:"KeyMetadata"`
}

// CreateKey makes a key: with material of its own, in a custom key store, or without material (EXTERNAL).
func (s *Service) CreateKey(ctx context.Context, c *shape.Call, r CreateKeyRequest) (CreateKeyResponse, error) {
	k, err := s.newKey(c, r)
	if err != nil {
		return CreateKeyResponse{}, err
	}
	if k.Store != "" {
		return s.createInStore(ctx, c, k)
	}
	if k.Origin == OriginKMS {
		bytes, err := newMaterial(k.Spec)
		if err != nil {
			return CreateKeyResponse{}, err
		}
		k.Materials = []material{{ID: s.newMaterialID(k.ID, 0, bytes), Made: k.Created, Bytes: bytes}}
	}
	return s.addKey(ctx, c, k)
}

// addKey puts a key with all that belongs to it into the account.
func (s *Service) addKey(ctx context.Context, c *shape.Call, k *key) (CreateKeyResponse, error) {
	var m KeyMetadata
	err := s.change(ctx, func() error {
		if err := s.insert(k); err != nil {
			return err
		}
		m = s.describe(k)
		c.About("AWS::KMS::Key", s.keyARN(k))
		return nil
	})
	return CreateKeyResponse{m}, err
}

// insert puts a new key into its region and stores it; s.mu is held.
func (s *Service) insert(k *key) error {
	r := s.region(k.Region)
	if len(r.keys) >= maxKeys {
		return shape.Errorf(limitExceeded, "You have reached the limit of %d KMS keys in this account and Region.", maxKeys)
	}
	k.prepare()
	r.keys[k.ID] = k
	i, _ := slices.BinarySearch(r.order, k.ID)
	r.order = slices.Insert(r.order, i, k.ID)
	s.putKey(k)
	return nil
}

// newKey makes the record of a key that a request describes, or says what is wrong with it.
func (s *Service) newKey(c *shape.Call, r CreateKeyRequest) (*key, error) {
	k := &key{keyRecord: keyRecord{
		Region: c.Region, ID: s.newKeyID(r.MultiRegion), Created: s.now(), Description: r.Description, Usage: r.KeyUsage, Spec: r.KeySpec,
		Origin: r.Origin, Store: r.CustomKeyStoreID, Tags: r.Tags,
	}}
	if r.CustomerMasterKeySpec != "" {
		if r.KeySpec != "" && r.KeySpec != r.CustomerMasterKeySpec {
			return nil, shape.Invalid(textBothSpecs)
		}
	}
	k.complete(r)
	if r.KeyUsage == "" && k.Spec != SymmetricDefault {
		return nil, shape.Invalid("You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.")
	}
	if !slices.Contains(usagesOf(k.Spec), k.Usage) {
		return nil, shape.Invalid("KeyUsage %s is not compatible with KeySpec %s", k.Usage, k.Spec)
	}
	if err := s.checkOrigin(k, r); err != nil {
		return nil, err
	}
	if r.MultiRegion {
		k.MultiRegion, k.Primary = true, c.Region
	}
	if err := checkTags(nil, r.Tags); err != nil {
		return nil, err
	}
	var err error
	k.Policy, err = s.newPolicy(c, s.keyARN(k), r.Policy, r.BypassSafetyCheck)
	return k, err
}

// complete fills in what a request leaves out.
func (k *key) complete(r CreateKeyRequest) {
	k.Spec = cmp.Or(k.Spec, r.CustomerMasterKeySpec, SymmetricDefault)
	k.Usage = cmp.Or(k.Usage, EncryptDecrypt)
	k.Origin = cmp.Or(k.Origin, OriginKMS)
}

// checkOrigin checks what keys of an origin can be.
func (s *Service) checkOrigin(k *key, r CreateKeyRequest) error {
	simple := k.Spec == SymmetricDefault && k.Usage == EncryptDecrypt
	switch {
	case k.Origin == OriginXKS || r.XksKeyID != "":
		return shape.Errorf(unsupported, xksUnsupportedStore)
	case (k.Origin == OriginCloudHSM) != (r.CustomKeyStoreID != ""):
		return shape.Invalid("Origin AWS_CLOUDHSM and CustomKeyStoreId must be specified together.")
	case k.Origin == OriginCloudHSM && !simple:
		return shape.Errorf(unsupported, "KeySpec %s and KeyUsage %s are not supported for KMS keys in custom key stores.", k.Spec, k.Usage)
	case k.Origin == OriginCloudHSM && r.MultiRegion:
		return shape.Errorf(unsupported, "Multi-Region keys are not supported in custom key stores.")
	case k.Origin == OriginExternal && !simple && !s.Current:
		return shape.Errorf(unsupported, "KeySpec %s is not supported for KMS keys with imported key material.", k.Spec)
	case !generated(k.Spec):
		return shape.Errorf(unsupported, "KeySpec %s is not supported in this Region.", k.Spec)
	}
	return nil
}

// materialID names material of a key: it is the same when the same material comes again.
func materialID(keyID string, bytes []byte) [materialIDSize]byte {
	return sha256.Sum256(append([]byte(keyID+"\x00"), bytes...))
}

// createInStore makes a key whose material is a new key in the HSMs of its custom key store.
func (s *Service) createInStore(ctx context.Context, c *shape.Call, k *key) (CreateKeyResponse, error) {
	s.mu.RLock()
	st, conn, err := s.connected(c, k.Store)
	var clusterID, storeID string
	if err == nil {
		clusterID, storeID = st.Cluster, st.ID
	}
	s.mu.RUnlock()
	if err != nil {
		return CreateKeyResponse{}, err
	}
	if err := s.checkHSMs(c.Region, clusterID); err != nil {
		return CreateKeyResponse{}, err
	}
	k.Backing = &backing{ID: s.newBackingID(k.ID)}
	if k.Backing.Handle, err = conn.generate(ctx, s.keyARN(k), k.Backing.ID); err != nil {
		err = s.clusterError(err, storeID, s.keyARN(k))
		if isException(err, invalidState) { // the operation's model has no such exception
			err = shape.Errorf(storeInvalidState, "%s", err.(*shape.Exception).Message)
		}
		return CreateKeyResponse{}, err
	}
	c.Note("backingKey", fmt.Sprintf(`{"keyHandle":"%d","backingKeyId":"%s"}`, k.Backing.Handle, k.Backing.ID))
	m, err := s.addKey(ctx, c, k)
	if err != nil {
		conn.remove(context.WithoutCancel(ctx), k.Backing.Handle)
	}
	return m, err
}
