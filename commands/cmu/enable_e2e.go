package cmu

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/cluster"
)

// maxOwnerCert bounds the trust anchor's file, bytes.
const maxOwnerCert = 1 << 20

// errBadOwnerCert is a trust anchor that has not signed the HSM's certificate.
var errBadOwnerCert = errors.New("the owner's certificate has not signed that of the HSM")

// enableE2E sets up the end-to-end channels. It does no harm where they are there already.
func enableE2E(_ context.Context, c *console, _ []string) error {
	for _, s := range c.servers() {
		if !s.Connected() {
			c.notConnected(s)
			continue
		}
		c.reportSecured(s, c.secure(s))
	}
	return nil
}

// secureAtStart is enableE2E for a server that has just been connected.
func (c *console) secureAtStart(s *cluster.Server) {
	err := c.secure(s)
	if err != nil && !errors.Is(err, errBadOwnerCert) {
		c.printf(textNoOwnerCert, s.OwnerCertPath)
		c.printf(textUnencrypted+textLimited, s.Number, s.Name)
	}
	c.reportSecured(s, err)
}

func (c *console) reportSecured(s *cluster.Server, err error) {
	switch {
	case err == nil:
		c.printf(textE2EEnabled, s.Number, s.Name)
	case errors.Is(err, errBadOwnerCert):
		c.print(textBadOwnerCert + textE2EFailed)
	default:
		c.print(textE2EFailed)
	}
}

// secure checks the certificate of a server's HSM against the trust anchor, the certificate of the cluster's
// owner. Error: errBadOwnerCert, any other where there is no such file.
func (c *console) secure(s *cluster.Server) error {
	anchor, err := readOwnerCert(c.env.Resolve(s.OwnerCertPath))
	if err != nil {
		return err
	}
	if der := s.HSM().Certificate; len(der) > 0 {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return fmt.Errorf("%w: %w", errBadOwnerCert, err)
		}
		if err := certificate.CheckSignatureFrom(anchor); err != nil {
			return fmt.Errorf("%w: %w", errBadOwnerCert, err)
		}
	}
	s.Encrypted = true
	return nil
}

// readOwnerCert reads the first certificate of a PEM file.
func readOwnerCert(path string) (*x509.Certificate, error) {
	data, err := tool.ReadFile(path, maxOwnerCert)
	if err != nil {
		return nil, fmt.Errorf("cannot read the owner's certificate: %w", err)
	}
	block, _ := pem.Decode(data)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, fmt.Errorf("%w: no certificate in %s", errBadOwnerCert, path)
	}
	anchor, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBadOwnerCert, err)
	}
	return anchor, nil
}

// secured reports whether commands may be sent to all of the servers, and says so where not: limited
// commands mode. Servers that are not connected do not count.
func (c *console) secured(servers ...*cluster.Server) bool {
	all := true
	for _, s := range servers {
		if s.Connected() && !s.Encrypted {
			c.printf(textUnencrypted, s.Number, s.Name)
			all = false
		}
	}
	if !all {
		c.print(textLimited)
	}
	return all
}
