package hsm

import "context"

// A CertificateKind is one certificate of the chain, by the number that the tools have for it (management tool,
// getCert).
type CertificateKind uint8

// The certificates of an HSM. The last two certify the same key.
const (
	ManufacturerRoot     CertificateKind = 1
	ManufacturerHardware CertificateKind = 2
	CustomerRoot         CertificateKind = 4
	ClusterByCustomer    CertificateKind = 8
	ClusterByHardware    CertificateKind = 16
)

// CertificateRequest asks for a certificate.
type CertificateRequest struct{ Kind CertificateKind }

// GetCertificate gives a certificate of the chain, X.509 in DER. It needs no login. Error: InvalidInput where the
// HSM has no such certificate.
func (s *Session) GetCertificate(_ context.Context, r CertificateRequest) ([]byte, error) {
	var der []byte
	return der, s.read(func(h *HSM) error {
		der = h.options.Chain[r.Kind]
		if r.Kind == ClusterByCustomer {
			der = h.options.Certificate
		}
		if der == nil {
			return InvalidInput
		}
		return nil
	})
}
