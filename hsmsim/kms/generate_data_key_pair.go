package kms

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// GenerateDataKeyPairRequest asks for a data key pair.
type GenerateDataKeyPairRequest struct {
	Context     map[string]string `json:"EncryptionContext"`
	KeyID       string            `json:"KeyId" required:"true" len:"1:2048"`
	KeyPairSpec KeyPairSpec       `json:"KeyPairSpec" required:"true"`
	GrantTokens []string          `json:"GrantTokens" len:"0:10" trail:"-"`
	Recipient   *Recipient        `json:"Recipient" trail:"-"`
	DryRun      bool              `json:"DryRun,omitempty"`
}

// GenerateDataKeyPairResponse is the pair: the private key in PKCS #8, as it is and encrypted, and the public one.
type GenerateDataKeyPairResponse struct {
	PrivateKeyCiphertextBlob []byte      `json:"PrivateKeyCiphertextBlob"`
	PrivateKeyPlaintext      []byte      `json:"PrivateKeyPlaintext"`
	PublicKey                []byte      `json:"PublicKey"`
	KeyID                    string      `json:"KeyId"`
	KeyPairSpec              KeyPairSpec `json:"KeyPairSpec"`
	KeyMaterialID            string      `json:"KeyMaterialId,omitempty"`
}

// GenerateDataKeyPair makes a data key pair and encrypts its private key.
func (s *Service) GenerateDataKeyPair(ctx context.Context, c *shape.Call, r GenerateDataKeyPairRequest) (GenerateDataKeyPairResponse, error) {
	return s.generateDataKeyPair(ctx, c, r, "GenerateDataKeyPair")
}

// GenerateDataKeyPairWithoutPlaintextResponse is the pair with an encrypted private key only.
type GenerateDataKeyPairWithoutPlaintextResponse struct {
	PrivateKeyCiphertextBlob []byte      `json:"PrivateKeyCiphertextBlob"`
	PublicKey                []byte      `json:"PublicKey"`
	KeyID                    string      `json:"KeyId"`
	KeyPairSpec              KeyPairSpec `json:"KeyPairSpec"`
	KeyMaterialID            string      `json:"KeyMaterialId,omitempty"`
}

// GenerateDataKeyPairWithoutPlaintext makes a data key pair and gives its private key encrypted only.
func (s *Service) GenerateDataKeyPairWithoutPlaintext(ctx context.Context, c *shape.Call, r GenerateDataKeyPairRequest) (GenerateDataKeyPairWithoutPlaintextResponse, error) {
	p, err := s.generateDataKeyPair(ctx, c, r, "GenerateDataKeyPairWithoutPlaintext")
	return GenerateDataKeyPairWithoutPlaintextResponse{p.PrivateKeyCiphertextBlob, p.PublicKey, p.KeyID, p.KeyPairSpec, p.KeyMaterialID}, err
}

func (s *Service) generateDataKeyPair(ctx context.Context, c *shape.Call, r GenerateDataKeyPairRequest, operation string) (GenerateDataKeyPairResponse, error) {
	u, err := s.useForPair(c, r, operation)
	if err != nil {
		return GenerateDataKeyPairResponse{}, err
	}
	private, err := newPrivate(KeySpec(r.KeyPairSpec))
	if err != nil {
		return GenerateDataKeyPairResponse{}, err
	}
	plain, err := marshalPrivate(private)
	if err != nil {
		return GenerateDataKeyPairResponse{}, err
	}
	public, err := marshalPublic(private.Public())
	if err != nil {
		return GenerateDataKeyPairResponse{}, err
	}
	blob, err := s.seal(ctx, u, AlgorithmSymmetric, plain, r.Context)
	return GenerateDataKeyPairResponse{blob, plain, public, u.arn, r.KeyPairSpec, u.materialID()}, err
}

func (s *Service) useForPair(c *shape.Call, r GenerateDataKeyPairRequest, operation string) (*use, error) {
	if err := noRecipient(r.Recipient); err != nil {
		return nil, err
	}
	u, err := s.use(c, r.KeyID, EncryptDecrypt, operation)
	switch {
	case err != nil:
		return nil, err
	case u.origin == OriginCloudHSM:
		return nil, shape.Errorf(unsupported, textOrigin, u.arn, u.origin)
	case u.spec != SymmetricDefault:
		return nil, shape.Errorf(invalidKeyUsage, textKeySpecFor, u.arn, u.spec, operation)
	case !generated(KeySpec(r.KeyPairSpec)):
		return nil, shape.Errorf(unsupported, "KeyPairSpec %s is not supported in this Region.", r.KeyPairSpec)
	}
	if err := s.checkTokens(c, r.GrantTokens, r.DryRun); err != nil {
		return nil, err
	}
	return u, nil
}
