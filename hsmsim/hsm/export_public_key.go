package hsm

import "context"

// ExportPublicKey gives a public key as SubjectPublicKeyInfo in DER. Any CU may. Errors: NotAllowed,
// InvalidHandle, KeyAccessDenied, BadKeyType.
func (s *Session) ExportPublicKey(_ context.Context, r HandleRequest) ([]byte, error) {
	var der []byte
	return der, s.read(func(h *HSM) error {
		k, err := h.usable(s, r.Handle)
		if err != nil {
			return err
		}
		if k.Class != PublicKey {
			return BadKeyType
		}
		der, err = k.spki()
		return err
	})
}
