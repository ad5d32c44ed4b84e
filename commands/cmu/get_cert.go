package cmu

import (
	"context"
	"encoding/pem"
	"math"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// certificates are those of an HSM's chain.
var certificates = []struct {
	kind  hsm.CertificateKind
	about string
}{
	{hsm.ManufacturerRoot, "manufacturer root"},
	{hsm.ManufacturerHardware, "manufacturer hardware"},
	{hsm.CustomerRoot, "customer root"},
	{hsm.ClusterByCustomer, "cluster, signed by the customer root"},
	{hsm.ClusterByHardware, "cluster, chained to the manufacturer"},
}

// getCert writes a certificate of the HSM's chain into a file. Its result line is unlike all others.
func getCert(ctx context.Context, c *console, args []string) error {
	kind, err := number("certificate type", args[1], math.MaxUint8)
	if err != nil {
		return err
	}
	a := ask(ctx, c, c.server, wire.GetCertificate, hsm.CertificateRequest{Kind: hsm.CertificateKind(kind)})
	if !succeeded(c, "getCert", a) {
		return nil
	}
	if err := c.writeFile(args[0], pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Value}), 0o644); err != nil {
		return err
	}
	c.print(textGotCert)
	return nil
}
