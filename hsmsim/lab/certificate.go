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

// newManufacturerRoot makes the certificate that the simulated manufacturer of the hardware signs with.
func newManufacturerRoot() (certified, error) {
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "hsmlab simulated manufacturer root", Organization: []string{"hsmlab"}},
		IsCA:    true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	return certify(template, certified{})
}

// newHardwareCertificate makes the certificate of an HSM's hardware, which signs that of the cluster in its turn.
func newHardwareCertificate(root certified, hsmID string) (certified, error) {
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "hsmlab simulated hardware", OrganizationalUnit: []string{hsmID}},
		IsCA:    true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	return certify(template, root)
}

// newClusterCertificate makes an HSM's cluster certificate, signed by the customer CA.
func newClusterCertificate(ca certified, cluster, hsmID string) (certified, error) {
	return certify(clusterTemplate(cluster, hsmID), ca)
}

func clusterTemplate(cluster, hsmID string) *x509.Certificate {
	return &x509.Certificate{
		Subject:  pkix.Name{CommonName: cluster, OrganizationalUnit: []string{hsmID}},
		KeyUsage: x509.KeyUsageDigitalSignature,
	}
}

// certifyAgain makes another certificate of an HSM's cluster key, signed by its hardware. It is DER.
func certifyAgain(key, hardware certified, cluster, hsmID string) ([]byte, error) {
	private, err := key.private()
	if err != nil {
		return nil, err
	}
	return sign(clusterTemplate(cluster, hsmID), private, hardware)
}

// certify makes a key and its certificate, self-signed where ca is empty.
func certify(template *x509.Certificate, ca certified) (certified, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return certified{}, fmt.Errorf("cannot make a certificate's key: %w", err)
	}
	der, err := sign(template, key, ca)
	if err != nil {
		return certified{}, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return certified{}, fmt.Errorf("cannot encode a certificate's key: %w", err)
	}
	return certified{Key: pkcs8, Certificate: der}, nil
}

// sign makes the certificate of a key, DER.
func sign(template *x509.Certificate, key *ecdsa.PrivateKey, ca certified) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("cannot make a serial number: %w", err)
	}
	template.SerialNumber = serial
	// Valid at whatever time a scenario's clock starts.
	template.NotBefore = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	template.NotAfter = time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)
	parent, signer := template, key
	if ca.Certificate != nil {
		if parent, err = x509.ParseCertificate(ca.Certificate); err != nil {
			return nil, fmt.Errorf("cannot read the CA's certificate: %w", err)
		}
		if signer, err = ca.private(); err != nil {
			return nil, err
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return nil, fmt.Errorf("cannot sign a certificate: %w", err)
	}
	return der, nil
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
