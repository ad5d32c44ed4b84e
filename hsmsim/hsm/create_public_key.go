package hsm

import "context"

// CreatePublicKeyRequest is a public key from outside.
type CreatePublicKeyRequest struct {
	Key      []byte // SubjectPublicKeyInfo, DER
	Template Template
}

// CreatePublicKey makes a public key of one from outside. CUs only. Errors: as GenerateSecret; InvalidInput for a
// key that cannot be read, PolicyViolation for one that could not be made here either.
func (s *Session) CreatePublicKey(_ context.Context, r CreatePublicKeyRequest) (Generated, error) {
	var g Generated
	return g, s.change(func(h *HSM) error {
		var err error
		g, err = h.createPublicKey(s, r)
		h.recordKeys(s, opCreateObject, codeOf(err), handles{public: g.Handle})
		return err
	})
}

func (h *HSM) createPublicKey(s *Session, r CreatePublicKeyRequest) (Generated, error) {
	if err := h.mayCreate(s, r.Template, 1); err != nil {
		return Generated{}, err
	}
	half, err := parsePublic(r.Key)
	if err != nil {
		return Generated{}, inputError(err)
	}
	if err := allowed(half); err != nil {
		return Generated{}, err
	}
	k := h.newKey(s, PublicKey, typeOf(half), r.Template)
	if err := k.fillPublic(half); err != nil {
		return Generated{}, err
	}
	return h.adopt(s, r.Template, k), nil
}
