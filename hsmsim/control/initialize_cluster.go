package control

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// InitializeClusterRequest claims a cluster: its CSR signed, and the certificate that has signed it, both PEM.
type InitializeClusterRequest struct {
	ClusterId   string `json:"ClusterId" required:"true" pattern:"cluster-[0-9a-zA-Z]{11,16}"`
	SignedCert  string `json:"SignedCert" required:"true" len:"0:20000" secret:"true"`
	TrustAnchor string `json:"TrustAnchor" required:"true" len:"0:20000" secret:"true"`
}

// InitializeClusterResponse is the new state.
type InitializeClusterResponse struct {
	State        string `json:"State"`
	StateMessage string `json:"StateMessage"`
}

// InitializeCluster claims a cluster (user guide, initialize cluster).
func (s *Service) InitializeCluster(_ context.Context, c *shape.Call, r InitializeClusterRequest) (answer InitializeClusterResponse, err error) {
	s.enter()
	defer s.leave(&err)
	cluster := s.region(c.Region).cluster(r.ClusterId)
	switch {
	case cluster == nil:
		return answer, noCluster(r.ClusterId)
	case cluster.State != Uninitialized:
		return answer, invalid(msgNotUninitialized, cluster.ID, cluster.State)
	case cluster.Request == nil:
		return answer, invalid(msgNoHSMToInitialize, cluster.ID)
	}
	signed, anchor, err := claim(r.SignedCert, r.TrustAnchor)
	if err != nil {
		return answer, err
	}
	key, err := Certified{Key: cluster.Key}.Private()
	if err != nil {
		return answer, internal(err)
	}
	if public, ok := signed.PublicKey.(*rsa.PublicKey); !ok || !public.Equal(key.Public()) {
		return answer, invalid(msgWrongKey)
	}
	cluster.State, cluster.Message = InitializeInProgress, msgInitializing
	cluster.Confirmed, cluster.Anchor = signed.Raw, anchor.Raw
	cluster.Due = s.lab.Now().Add(s.scaled(initialisation))
	s.dirty = true
	return InitializeClusterResponse{cluster.State, cluster.Message}, nil
}

// claim reads the two certificates and checks that one has signed the other.
func claim(signedPEM, anchorPEM string) (signed, anchor *x509.Certificate, err error) {
	if signed, err = readCertificate(signedPEM); err != nil {
		return nil, nil, invalid(msgBadSignedCert)
	}
	if anchor, err = readCertificate(anchorPEM); err != nil {
		return nil, nil, invalid(msgBadTrustAnchor)
	}
	public, ok := anchor.PublicKey.(*rsa.PublicKey)
	switch {
	case !ok || public.N.BitLen() != 2048 && public.N.BitLen() != 4096:
		return nil, nil, invalid(msgTrustAnchorKey)
	case anchor.CheckSignature(anchor.SignatureAlgorithm, anchor.RawTBSCertificate, anchor.Signature) != nil:
		return nil, nil, invalid(msgTrustAnchorNotSelfSigned)
	case anchor.Version == 3 && len(anchor.Extensions) > 0 && !(anchor.BasicConstraintsValid && anchor.IsCA):
		return nil, nil, invalid(msgTrustAnchorNotCA)
	case signed.CheckSignatureFrom(anchor) != nil:
		return nil, nil, invalid(msgNotSignedByAnchor)
	}
	return signed, anchor, nil
}

// readCertificate reads one PEM certificate.
func readCertificate(text string) (*x509.Certificate, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("it is not a PEM certificate")
	}
	return x509.ParseCertificate(block.Bytes)
}
