package hsm

import "context"

// GeneratePBERequest asks for a DES3 key from a password. HSMs in FIPS mode, the only ones here, refuse that before
// they look at the password, so there is none.
type GeneratePBERequest struct{ Template Template }

// GeneratePBE fails: CUs get PolicyViolation. Other errors as GenerateSecret.
func (s *Session) GeneratePBE(_ context.Context, r GeneratePBERequest) (Generated, error) {
	return Generated{}, s.change(func(h *HSM) error {
		err := h.mayCreate(s, r.Template, 1)
		if err == nil {
			err = PolicyViolation
		}
		h.record(s, opGenerateKey, codeOf(err), "", 0)
		return err
	})
}
