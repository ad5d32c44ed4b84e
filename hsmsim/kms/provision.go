package kms

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// StoreSpec is a custom key store to provision.
type StoreSpec struct {
	Region, ID, Name, Cluster string
	TrustAnchor               string // PEM
	Password                  string // that KMS knows; "" for one that nobody knows, with its proof
	Proof                     *hsm.Proof
	Connected                 bool
	Created                   time.Time // zero for now
}

// ProvisionedKey is a key for symmetric encryption to provision.
type ProvisionedKey struct {
	Region, ID, Description string
	Store                   string // custom key store id; "" for none
	Handle                  hsm.Handle
	BackingID               string // 64 hex digits
	Material                []byte // of a key in no store, 32 bytes; nil for random material
	Disabled                bool
	Aliases                 []string
	Created                 time.Time // zero for now
}

// Provision gives the account custom key stores and keys without anybody's request, as a scenario describes them. It comes
// before Begin.
func (s *Service) Provision(ctx context.Context, stores []StoreSpec, keys []ProvisionedKey) error {
	return s.change(ctx, func() error {
		for _, spec := range stores {
			if err := s.provisionStore(spec); err != nil {
				return fmt.Errorf("cannot provision custom key store %s: %w", spec.ID, err)
			}
		}
		for _, spec := range keys {
			s.provisionKey(spec)
		}
		for _, r := range s.regions {
			r.order = r.order[:0]
			for id := range r.keys {
				r.order = append(r.order, id)
			}
			slices.Sort(r.order)
		}
		return nil
	})
}

func (s *Service) since(t time.Time) time.Time {
	if t.IsZero() {
		return s.now()
	}
	return t.UTC().Truncate(time.Millisecond)
}

func (s *Service) provisionStore(spec StoreSpec) error {
	cl, found := s.CloudHSM.Cluster(spec.Region, spec.Cluster)
	if !found {
		return fmt.Errorf("there is no cluster %s", spec.Cluster)
	}
	st := &keyStore{storeRecord: storeRecord{Region: spec.Region, ID: spec.ID, Name: spec.Name, Cluster: spec.Cluster, Certificate: cl.Certificate,
		TrustAnchor: spec.TrustAnchor, Created: s.since(spec.Created), State: Disconnected, Password: spec.Password, Proof: spec.Proof}}
	if spec.Connected {
		if err := s.CloudHSM.Attach(spec.Region, spec.Cluster, spec.ID); err != nil {
			return err
		}
		st.State = Connected
	}
	s.region(spec.Region).stores[spec.ID] = st
	s.putStore(st)
	return nil
}

func (s *Service) provisionKey(spec ProvisionedKey) {
	k := &key{keyRecord: keyRecord{Region: spec.Region, ID: spec.ID, Description: spec.Description, Store: spec.Store, Disabled: spec.Disabled,
		Created: s.since(spec.Created), Usage: EncryptDecrypt, Spec: SymmetricDefault, Origin: OriginKMS}}
	if spec.Store != "" {
		k.Origin, k.Backing = OriginCloudHSM, &backing{Handle: spec.Handle, ID: backingID(spec)}
	} else {
		material := s.provisionMaterial(spec)
		k.Materials = append(k.Materials, material)
	}
	k.prepare()
	r := s.region(spec.Region)
	r.keys[k.ID] = k
	s.putKey(k)
	for _, name := range spec.Aliases {
		a := &alias{aliasRecord: aliasRecord{Region: spec.Region, Name: name, Key: k.ID, Created: k.Created, Updated: k.Created}}
		r.aliases[name] = a
		s.putAlias(a)
	}
}

// backingID is the backing key id of a key, made up from the key's own where the HSMs' key has another form of one.
func backingID(spec ProvisionedKey) string {
	if b, err := hex.DecodeString(spec.BackingID); err == nil && len(b) == materialIDSize {
		return spec.BackingID
	}
	id := materialID(spec.ID, nil)
	return hex.EncodeToString(id[:])
}

func (s *Service) provisionMaterial(spec ProvisionedKey) material {
	if spec.Material != nil {
		return material{ID: materialID(spec.ID, spec.Material), Made: spec.Created, Bytes: spec.Material}
	}
	bytes := make([]byte, 32)
	rand.Read(bytes)
	return material{ID: s.newMaterialID(spec.ID, 0, bytes), Made: spec.Created, Bytes: bytes}
}
