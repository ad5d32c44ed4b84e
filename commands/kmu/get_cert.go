package kmu

import (
	"context"
	"encoding/pem"
	"math"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

var getCertOptions = []option{
	{name: "-f", value: "<file>", kind: kindText, about: "the file for the certificate, PEM, which is written over"},
	{name: "-s", value: "<subject>", kind: kindNumber, max: math.MaxUint8, about: "number of the certificate, see below"},
}

var getCertChecks = []check{
	{requires: "-f", text: textNoCertificateFile},
	{requires: "-s", text: textNoSubject},
}

const getCertSubjects = `
	Certificates:
	   1  manufacturer root
	   2  manufacturer hardware
	   4  customer root
	   8  cluster, signed by the customer root
	  16  cluster, chained to the manufacturer
`

// runGetCert writes a certificate of the HSM to a file. It has a result line of its own.
func runGetCert(ctx context.Context, s *session, a arguments) hsm.Code {
	r := hsm.CertificateRequest{Kind: hsm.CertificateKind(a.number("-s"))} // at most 255
	der, code := cluster.OnHome(ctx, s.cluster(ctx), wire.GetCertificate, r)
	if code == hsm.Success {
		block := &pem.Block{Type: "CERTIFICATE", Bytes: der}
		if err := s.writeFile(a.text("-f"), pem.EncodeToMemory(block)); err != nil {
			code = hsm.InvalidArguments
		}
	}
	if code != hsm.Success {
		s.out.Printf(textNoCertificate, uint32(code), code.Text())
		return code
	}
	s.out.Printf(textCertificate, uint32(code), code.Text())
	return code
}
