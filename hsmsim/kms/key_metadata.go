package kms

import (
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// KeyMetadata describes a key (KMS API, KeyMetadata). Members that do not apply are left out.
type KeyMetadata struct {
	KeyID                       string                    `json:"KeyId"`
	Origin                      Origin                    `json:"Origin"`
	ExpirationModel             ExpirationModel           `json:"ExpirationModel,omitempty"`
	ValidTo                     *shape.Time               `json:"ValidTo,omitempty"`
	ARN                         string                    `json:"Arn"`
	Account                     string                    `json:"AWSAccountId"`
	CreationDate                shape.Time                `json:"CreationDate"`
	Enabled                     bool                      `json:"Enabled"`
	MultiRegion                 bool                      `json:"MultiRegion"`
	MultiRegionConfiguration    *MultiRegionConfiguration `json:"MultiRegionConfiguration,omitempty"`
	Description                 string                    `json:"Description"`
	KeyUsage                    KeyUsage                  `json:"KeyUsage"`
	KeyState                    KeyState                  `json:"KeyState"`
	DeletionDate                *shape.Time               `json:"DeletionDate,omitempty"`
	CustomKeyStoreID            string                    `json:"CustomKeyStoreId,omitempty"`
	CloudHsmClusterID           string                    `json:"CloudHsmClusterId,omitempty"`
	KeyManager                  string                    `json:"KeyManager"`
	KeySpec                     KeySpec                   `json:"KeySpec"`
	CustomerMasterKeySpec       KeySpec                   `json:"CustomerMasterKeySpec"`
	CurrentKeyMaterialID        string                    `json:"CurrentKeyMaterialId,omitempty"`
	EncryptionAlgorithms        []EncryptionAlgorithm     `json:"EncryptionAlgorithms,omitempty"`
	SigningAlgorithms           []SigningAlgorithm        `json:"SigningAlgorithms,omitempty"`
	KeyAgreementAlgorithms      []KeyAgreementAlgorithm   `json:"KeyAgreementAlgorithms,omitempty"`
	MacAlgorithms               []MacAlgorithm            `json:"MacAlgorithms,omitempty"`
	PendingDeletionWindowInDays int                       `json:"PendingDeletionWindowInDays,omitempty"`
}

// MultiRegionConfiguration tells a multi-Region key's relatives.
type MultiRegionConfiguration struct {
	MultiRegionKeyType string           `json:"MultiRegionKeyType"` // PRIMARY or REPLICA
	PrimaryKey         MultiRegionKey   `json:"PrimaryKey"`
	ReplicaKeys        []MultiRegionKey `json:"ReplicaKeys"`
}

// MultiRegionKey is one of the keys of a multi-Region key.
type MultiRegionKey struct {
	ARN    string `json:"Arn"`
	Region string `json:"Region"`
}

// describe gives a key's metadata; s.mu is held.
func (s *Service) describe(k *key) KeyMetadata {
	state := s.state(k)
	model, validTo := k.expiration()
	m := KeyMetadata{
		KeyID: k.ID, Origin: k.Origin, ExpirationModel: model, ARN: s.keyARN(k), Account: s.Account,
		CreationDate: shape.At(k.Created), Enabled: state == Enabled, MultiRegion: k.MultiRegion, Description: k.Description,
		KeyUsage: k.Usage, KeyState: state, DeletionDate: shape.Ref(k.DeleteAt), KeyManager: "CUSTOMER", KeySpec: k.Spec,
		CustomerMasterKeySpec: k.Spec, CustomKeyStoreID: k.Store, ValidTo: shape.Ref(validTo),
		PendingDeletionWindowInDays: k.Waiting,
	}
	if st := s.see(k.Region).stores[k.Store]; st != nil {
		m.CloudHsmClusterID = st.Cluster
	}
	if n := len(k.Materials); n > 0 && k.Spec == SymmetricDefault && (k.Origin == OriginKMS || k.Origin == OriginExternal && s.Current) {
		m.CurrentKeyMaterialID = k.Materials[n-1].id()
	}
	switch k.Usage {
	case EncryptDecrypt:
		m.EncryptionAlgorithms = encryptionAlgorithms(k.Spec)
	case SignVerify:
		m.SigningAlgorithms = specifications[k.Spec].signs
	case GenerateVerifyMac:
		m.MacAlgorithms = specifications[k.Spec].macs
	case KeyAgreement:
		m.KeyAgreementAlgorithms = []KeyAgreementAlgorithm{ECDH}
	}
	if k.MultiRegion {
		m.MultiRegionConfiguration = s.relatives(k)
	}
	return m
}

func (s *Service) relatives(k *key) *MultiRegionConfiguration {
	at := func(region string) MultiRegionKey { return MultiRegionKey{s.arn(region, "key/"+k.ID), region} }
	c := &MultiRegionConfiguration{MultiRegionKeyType: "REPLICA", PrimaryKey: at(k.Primary), ReplicaKeys: []MultiRegionKey{}}
	if k.Region == k.Primary {
		c.MultiRegionKeyType = "PRIMARY"
	}
	for _, r := range s.family(k) {
		if r.Region != k.Primary {
			c.ReplicaKeys = append(c.ReplicaKeys, at(r.Region))
		}
	}
	return c
}

// now is lab time as the service stores it.
func (s *Service) now() time.Time { return s.Clock.Now().UTC().Truncate(time.Millisecond) }
