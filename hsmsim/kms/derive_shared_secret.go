package kms

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"fmt"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// DeriveSharedSecretRequest names the key and brings the other side's public key, a SubjectPublicKeyInfo in DER.
type DeriveSharedSecretRequest struct {
	KeyID       string                `json:"KeyId" required:"true" len:"1:2048"`
	Algorithm   KeyAgreementAlgorithm `json:"KeyAgreementAlgorithm" required:"true"`
	PublicKey   []byte                `json:"PublicKey" required:"true" len:"1:8192" trail:"-"`
	GrantTokens []string              `json:"GrantTokens" len:"0:10" trail:"-"`
	DryRun      bool                  `json:"DryRun,omitempty"`
	Recipient   *Recipient            `json:"Recipient" trail:"-"`
}

// DeriveSharedSecretResponse is the secret as it comes out of ECDH.
type DeriveSharedSecretResponse struct {
	KeyID        string                `json:"KeyId"`
	SharedSecret []byte                `json:"SharedSecret"`
	Algorithm    KeyAgreementAlgorithm `json:"KeyAgreementAlgorithm"`
	Origin       Origin                `json:"KeyOrigin"`
}

// DeriveSharedSecret agrees on a secret with the owner of another key on the same curve.
func (s *Service) DeriveSharedSecret(_ context.Context, c *shape.Call, r DeriveSharedSecretRequest) (DeriveSharedSecretResponse, error) {
	if err := noRecipient(r.Recipient); err != nil {
		return DeriveSharedSecretResponse{}, err
	}
	u, err := s.use(c, r.KeyID, KeyAgreement, "DeriveSharedSecret")
	if err != nil {
		return DeriveSharedSecretResponse{}, err
	}
	private, err := u.signer()
	if err != nil {
		return DeriveSharedSecretResponse{}, err
	}
	own, ok := private.(*ecdsa.PrivateKey)
	if !ok {
		return DeriveSharedSecretResponse{}, fmt.Errorf("cannot agree on a secret with %s: it is a %T", u.arn, private)
	}
	parsed, _ := x509.ParsePKIXPublicKey(r.PublicKey) // nil where it cannot be read
	other, ok := parsed.(*ecdsa.PublicKey)
	if !ok || other.Curve != own.Curve {
		return DeriveSharedSecretResponse{}, shape.Invalid(textPublicKey, u.spec)
	}
	if err := s.checkTokens(c, r.GrantTokens, r.DryRun); err != nil {
		return DeriveSharedSecretResponse{}, err
	}
	secret, err := agree(own, other)
	if err != nil {
		return DeriveSharedSecretResponse{}, shape.Invalid(textPublicKey, u.spec)
	}
	return DeriveSharedSecretResponse{u.arn, secret, r.Algorithm, u.origin}, nil
}

func agree(own *ecdsa.PrivateKey, other *ecdsa.PublicKey) ([]byte, error) {
	private, err := own.ECDH()
	if err != nil {
		return nil, err
	}
	public, err := other.ECDH()
	if err != nil {
		return nil, err
	}
	return private.ECDH(public)
}
