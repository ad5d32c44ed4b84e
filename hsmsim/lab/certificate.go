package lab

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

// A certified key is a private key (PKCS #8, DER) with its certificate (X.509, DER).
type certified struct {
	Key         []byte
	Certificate []byte
}

// newCustomerCA makes the self-signed certificate that the owner of a cluster signs its CSR with: the
// trust anchor, customerCA.crt.
func newCustomerCA(cluster string) (certified, error) {
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "hsmlab customer CA", Organization: []string{"hsmlab"}, OrganizationalUnit: []string{cluster}},
		IsCA:    true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	return certify(template, certified{})
}

// newClusterCertificate makes an HSM's cluster certificate, signed by the customer CA.
func newClusterCertificate(ca certified, cluster, hsmID string) (certified, error) {
	template := &x509.Certificate{
		Subject:  pkix.Name{CommonName: cluster, OrganizationalUnit: []string{hsmID}},
		KeyUsage: x509.KeyUsageDigitalSignature,
	}
	return certify(template, ca)
}

// certify makes a key and its certificate, self-signed where ca is empty.
func certify(template *x509.Certificate, ca certified) (certified, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return certified{}, fmt.Errorf("cannot make a certificate's key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return certified{}, fmt.Errorf("cannot make a serial number: %w", err)
	}
	template.SerialNumber = serial
	// Valid at whatever time a scenario's clock starts.
	template.NotBefore = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	template.NotAfter = time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)
	parent, signer := template, key
	if ca.Certificate != nil {
		if parent, err = x509.ParseCertificate(ca.Certificate); err != nil {
			return certified{}, fmt.Errorf("cannot read the CA's certificate: %w", err)
		}
		if signer, err = ca.private(); err != nil {
			return certified{}, err
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return certified{}, fmt.Errorf("cannot sign a certificate: %w", err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return certified{}, fmt.Errorf("cannot encode a certificate's key: %w", err)
	}
	return certified{Key: pkcs8, Certificate: der}, nil
}

func (c certified) private() (*ecdsa.PrivateKey, error) {
	key, err := x509.ParsePKCS8PrivateKey(c.Key)
	if err != nil {
		return nil, fmt.Errorf("cannot read a certificate's key: %w", err)
	}
	ec, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("cannot use a certificate's key of type %T", key)
	}
	return ec, nil
}

func certificatePEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func keyPEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}
