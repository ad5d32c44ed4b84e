package kmu

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// nonceSize is the length of the random value that keeps an attestation from being an old one, bytes.
const nonceSize = 32

// attest lets the HSM attest keys and prints whether all attestations hold.
func (s *session) attest(ctx context.Context, handles ...hsm.Handle) {
	verdict := "PASS"
	for _, h := range handles {
		if !attested(ctx, s.cluster(ctx), h) {
			verdict = "FAIL"
		}
	}
	s.out.Printf(textAttestation, verdict)
}

// attested asks the home HSM for a signed statement about a key and checks it: the signature with the key of
// the HSM's certificate, and that the statement is about this key and no older than the question.
func attested(ctx context.Context, a *cluster.Application, h hsm.Handle) bool {
	nonce := make([]byte, nonceSize)
	rand.Read(nonce)
	proof, code := cluster.OnHome(ctx, a, wire.Attest, hsm.AttestRequest{Handle: h, Nonce: nonce})
	if code != hsm.Success {
		return false
	}
	certificate, err := x509.ParseCertificate(a.HomeCertificate())
	if err != nil {
		return false
	}
	algorithm := x509.ECDSAWithSHA256
	if certificate.PublicKeyAlgorithm == x509.RSA {
		algorithm = x509.SHA256WithRSA
	}
	if certificate.CheckSignature(algorithm, proof.Statement, proof.Signature) != nil {
		return false
	}
	st, err := proof.Decode()
	return err == nil && st.Handle == h && bytes.Equal(st.Nonce, nonce)
}
