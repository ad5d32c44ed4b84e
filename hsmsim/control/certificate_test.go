package control_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// TestOpenSSLVerifiesTheHardware runs the commands with which the guide verifies an HSM and claims a cluster.
func TestOpenSSLVerifiesTheHardware(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed")
	}
	w := run(t, still+"clusters: [{}]\n")
	id := w.newCluster("HSM")
	c := w.cluster(id)
	dir := t.TempDir()
	for name, text := range map[string]string{"csr": c.Certificates.ClusterCsr, "hsm.crt": c.Certificates.HsmCertificate,
		"aws.crt": c.Certificates.AwsHardwareCertificate, "manufacturer.crt": c.Certificates.ManufacturerHardwareCertificate} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	etc := filepath.Join(w.home.Prefix(), "etc")
	openssl := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("openssl", args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("openssl %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	awsRoot, makerRoot := filepath.Join(etc, "AWS_CloudHSM_Root-G1.crt"), filepath.Join(etc, "liquid_security_certificate.crt")
	openssl("verify", "-CAfile", awsRoot, "aws.crt")
	openssl("verify", "-CAfile", makerRoot, "manufacturer.crt")
	openssl("verify", "-CAfile", awsRoot, "-untrusted", "aws.crt", "hsm.crt")
	openssl("verify", "-CAfile", makerRoot, "-untrusted", "manufacturer.crt", "hsm.crt")
	for _, wrong := range [][]string{{makerRoot, "aws.crt"}, {awsRoot, "manufacturer.crt"}} {
		if exec.Command("openssl", "verify", "-CAfile", wrong[0], filepath.Join(dir, wrong[1])).Run() == nil {
			t.Errorf("%s vouches for %s", wrong[0], wrong[1])
		}
	}
	openssl("req", "-in", "csr", "-verify", "-noout")
	if a, b := openssl("req", "-in", "csr", "-pubkey", "-noout"), openssl("x509", "-in", "hsm.crt", "-pubkey", "-noout"); a != b {
		t.Errorf("the keys of the CSR and of the HSM's certificate differ:\n%s%s", a, b)
	}
	subject := openssl("req", "-in", "csr", "-subject", "-noout", "-nameopt", "RFC2253")
	for _, part := range []string{"C=US", "ST=CA", "O=Cavium", "OU=N3FIPS", "L=SanJose", "CN=HSM:" + c.Hsms[0].HsmId + ":PARTN:1\\, for FIPS mode"} {
		if !strings.Contains(subject, part) {
			t.Errorf("%s is not in %s", part, subject)
		}
	}
	openssl("req", "-new", "-x509", "-days", "3652", "-newkey", "rsa:2048", "-nodes", "-keyout", "customerCA.key", "-out", "customerCA.crt", "-subj", "/CN=me")
	openssl("x509", "-req", "-days", "3652", "-in", "csr", "-CA", "customerCA.crt", "-CAkey", "customerCA.key", "-CAcreateserial", "-out", "signed.crt")
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	call(w, (*control.Service).InitializeCluster, control.InitializeClusterRequest{ClusterId: id, SignedCert: read("signed.crt"), TrustAnchor: read("customerCA.crt")})
	w.settle()
	if got := w.cluster(id); got.State != "INITIALIZED" || got.Certificates.ClusterCertificate != read("signed.crt") {
		t.Errorf("%+v", got)
	}
	seen, _ := w.service.Cluster(region, id)
	if block, _ := pem.Decode([]byte(read("customerCA.crt"))); string(block.Bytes) != string(seen.TrustAnchor) {
		t.Error("KMS sees another trust anchor")
	}
}

func TestInitialisationChecksTheCertificates(t *testing.T) {
	w := run(t, still+"clusters: [{}]\n")
	id := w.newCluster("HSM")
	csr := w.cluster(id).Certificates.ClusterCsr
	owner := customerCA()
	signed, anchor := signRequest(t, csr, owner)
	other := newCA(2048)
	small := newCA(3072)
	smallSigned, smallAnchor := signRequest(t, csr, small)

	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	issue := func(template *x509.Certificate, parent *x509.Certificate, public, signer any) string {
		t.Helper()
		template.SerialNumber, template.NotAfter = big.NewInt(9), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
		der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
		if err != nil {
			t.Fatal(err)
		}
		return control.CertificatePEM(der)
	}
	ecTemplate := &x509.Certificate{Subject: pkix.Name{CommonName: "ec"}, IsCA: true, BasicConstraintsValid: true}
	ecAnchor := issue(ecTemplate, ecTemplate, ecKey.Public(), ecKey)
	leaf := &x509.Certificate{Subject: pkix.Name{CommonName: "leaf"}, KeyUsage: x509.KeyUsageDigitalSignature}
	noCA := issue(leaf, leaf, owner.key.Public(), owner.key)
	intermediate := issue(&x509.Certificate{Subject: pkix.Name{CommonName: "intermediate"}, IsCA: true, BasicConstraintsValid: true},
		owner.certificate, other.key.Public(), owner.key)
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}

	for _, tt := range []struct{ name, signed, anchor, want string }{
		{"no certificate", "hello", anchor, "SignedCert is not a valid"},
		{"the CSR itself", csr, anchor, "SignedCert is not a valid"},
		{"no trust anchor", signed, "hello", "TrustAnchor is not a valid"},
		{"damaged PEM", strings.Replace(signed, "M", "N", 1), anchor, "SignedCert is not a valid"},
		{"an EC trust anchor", signed, ecAnchor, "RSA key of 2048 or 4096"},
		{"a trust anchor of 3072 bits", smallSigned, smallAnchor, "RSA key of 2048 or 4096"},
		{"a trust anchor that is no CA", signed, noCA, "Basic Constraints"},
		{"an intermediate as trust anchor", signed, intermediate, "self-signed"},
		{"another trust anchor", signed, control.CertificatePEM(other.certificate.Raw), "not signed by"},
		{"another key", signKey(t, stranger.Public(), owner), anchor, "does not match the ClusterCsr"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := *w
			w.TB = t
			refused(&w, (*control.Service).InitializeCluster, control.InitializeClusterRequest{ClusterId: id, SignedCert: tt.signed, TrustAnchor: tt.anchor}, invalidRequest, tt.want)
			if got := w.cluster(id).State; got != "UNINITIALIZED" {
				t.Errorf("the cluster is %s", got)
			}
		})
	}
	large := newCA(4096)
	signed, anchor = signRequest(t, csr, large)
	call(w, (*control.Service).InitializeCluster, control.InitializeClusterRequest{ClusterId: id, SignedCert: signed, TrustAnchor: anchor})
}

func TestAnUninitialisedClusterHasNoCSRWithoutItsHSM(t *testing.T) {
	w := run(t, still+"clusters: [{}]\n")
	id := w.newCluster("HSM")
	before := w.cluster(id).Certificates.ClusterCsr
	call(w, (*control.Service).DeleteHsm, control.DeleteHsmRequest{ClusterId: id, HsmId: w.cluster(id).Hsms[0].HsmId})
	w.settle()
	if got := w.cluster(id).Certificates; got != (control.Certificates{}) {
		t.Errorf("%+v", got)
	}
	w.createHSM(id, region+"a")
	w.settle()
	if after := w.cluster(id).Certificates.ClusterCsr; after == "" || after == before {
		t.Error("the CSR of another HSM is the same")
	}
	if b := w.backups(region, nil); len(b) > 0 {
		t.Errorf("backups of a cluster that holds nothing: %+v", b)
	}
}

// TestAnRSAKeyAttests checks an attestation as key_mgmt_util does, on a cluster whose owner has signed an RSA key.
func TestAnRSAKeyAttests(t *testing.T) {
	w := run(t, still+"clusters: [{}]\n")
	id := w.newCluster("ACTIVE")
	s := w.session(w.cluster(id).Hsms[0].EniIp)
	s.login("CO", "admin", "adminpw1")
	if _, err := wire.CreateUser.Call(t.Context(), s.conn, hsm.CreateUserRequest{Type: "CU", Name: "alice", Password: "password1"}); err != nil {
		t.Fatal(err)
	}
	s.login("CU", "alice", "password1")
	key, err := wire.GenerateSecret.Call(t.Context(), s.conn, hsm.GenerateSecretRequest{Type: hsm.AES, Size: 32})
	if err != nil {
		t.Fatal(err)
	}
	proof, err := wire.Attest.Call(t.Context(), s.conn, hsm.AttestRequest{Handle: key.Handle, Nonce: []byte("once")})
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(s.conn.Welcome().Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if err := certificate.CheckSignature(x509.SHA256WithRSA, proof.Statement, proof.Signature); err != nil {
		t.Error(err)
	}
	if err := certificate.CheckSignatureFrom(customerCA().certificate); err != nil {
		t.Error(err)
	}
}
