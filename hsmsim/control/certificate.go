package control

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

// A Certified is a private key (PKCS #8, DER) with its certificate (X.509, DER).
type Certified struct {
	Key         []byte
	Certificate []byte
}

// Private is the key.
func (c Certified) Private() (crypto.Signer, error) {
	key, err := x509.ParsePKCS8PrivateKey(c.Key)
	if err != nil {
		return nil, fmt.Errorf("cannot read a certificate's key: %w", err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("cannot use a certificate's key of type %T", key)
	}
	return signer, nil
}

// NewCA makes a self-signed certificate authority on P-256.
func NewCA(name string, unit ...string) (Certified, error) {
	return certify(authority(pkix.Name{CommonName: name, Organization: []string{"hsmlab"}, OrganizationalUnit: unit}), Certified{})
}

// newFamily makes what the clusters of a new backup history have in common, as if the owner of a cluster had signed its
// CSR with a new customer CA.
func newFamily(cluster string) (*Family, error) {
	ca, err := NewCA("hsmlab customer CA", cluster)
	if err != nil {
		return nil, err
	}
	key, err := certify(clusterTemplate(pkix.Name{CommonName: cluster}), ca)
	if err != nil {
		return nil, err
	}
	f := newUnsignedFamily()
	f.TrustAnchor, f.Certified = ca.Certificate, key
	return f, nil
}

// newUnsignedFamily is one without certificates.
func newUnsignedFamily() *Family {
	f := &Family{}
	rand.Read(f.MaskingKey[:])
	rand.Read(f.Salt[:])
	return f
}

// newHardware makes the key of an HSM's hardware with the manufacturer's certificate of it.
func newHardware(manufacturer Certified, hsmID string) (Certified, error) {
	return certify(hardwareTemplate(hsmID), manufacturer)
}

func hardwareTemplate(hsmID string) *x509.Certificate {
	return authority(pkix.Name{CommonName: "hsmlab simulated hardware", OrganizationalUnit: []string{hsmID}})
}

func authority(name pkix.Name) *x509.Certificate {
	return &x509.Certificate{Subject: name, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
}

func clusterTemplate(name pkix.Name) *x509.Certificate {
	return &x509.Certificate{Subject: name, KeyUsage: x509.KeyUsageDigitalSignature}
}

// partition is the subject of a cluster's CSR (user guide, initialize cluster).
func partition(hsmID string) pkix.Name {
	return pkix.Name{
		Country: []string{"US"}, Province: []string{"CA"}, Locality: []string{"SanJose"},
		Organization: []string{"Cavium"}, OrganizationalUnit: []string{"N3FIPS"},
		CommonName: "HSM:" + hsmID + ":PARTN:1, for FIPS mode",
	}
}

// newRequest makes the key of a new cluster and its CSR.
func newRequest(hsmID string) (key, csr []byte, err error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot make a cluster's key: %w", err)
	}
	if key, err = x509.MarshalPKCS8PrivateKey(private); err != nil {
		return nil, nil, fmt.Errorf("cannot encode a cluster's key: %w", err)
	}
	csr, err = x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: partition(hsmID)}, private)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot make a cluster's CSR: %w", err)
	}
	return key, csr, nil
}

// certify makes a key on P-256 and its certificate, self-signed where ca is empty.
func certify(template *x509.Certificate, ca Certified) (Certified, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Certified{}, fmt.Errorf("cannot make a certificate's key: %w", err)
	}
	var der []byte
	if ca.Certificate == nil {
		prepare(template)
		der, err = create(template, template, &key.PublicKey, key)
	} else {
		der, err = sign(template, &key.PublicKey, ca)
	}
	if err != nil {
		return Certified{}, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Certified{}, fmt.Errorf("cannot encode a certificate's key: %w", err)
	}
	return Certified{Key: pkcs8, Certificate: der}, nil
}

// sign makes the certificate of a public key, DER.
func sign(template *x509.Certificate, public any, ca Certified) ([]byte, error) {
	prepare(template)
	parent, err := x509.ParseCertificate(ca.Certificate)
	if err != nil {
		return nil, fmt.Errorf("cannot read the CA's certificate: %w", err)
	}
	signer, err := ca.Private()
	if err != nil {
		return nil, err
	}
	return create(template, parent, public, signer)
}

// prepare makes a template valid at whatever time a scenario's clock starts.
func prepare(template *x509.Certificate) {
	serial := make([]byte, 16)
	rand.Read(serial)
	serial[0] = serial[0]&0x7f | 1
	template.SerialNumber = new(big.Int).SetBytes(serial)
	template.NotBefore = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	template.NotAfter = time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)
}

func create(template, parent *x509.Certificate, public any, signer crypto.Signer) ([]byte, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		return nil, fmt.Errorf("cannot sign a certificate: %w", err)
	}
	return der, nil
}

// CertificatePEM is a certificate as the service gives it.
func CertificatePEM(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
