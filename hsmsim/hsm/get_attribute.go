package hsm

import "context"

// AttributeRequest names an attribute of a key; AttrAll stands for all of them.
type AttributeRequest struct {
	_      struct{} `cbor:",toarray"`
	Handle Handle
	ID     AttributeID
}

// GetAttribute reads one attribute, or all that the key has in the order of a dump. Errors: NotAllowed,
// InvalidHandle, KeyAccessDenied, NoSuchAttribute.
func (s *Session) GetAttribute(_ context.Context, r AttributeRequest) ([]Attribute, error) {
	var list []Attribute
	return list, s.read(func(h *HSM) error {
		k, err := h.usable(s, r.Handle)
		if err != nil {
			return err
		}
		for _, row := range attributes {
			if r.ID != AttrAll && r.ID != row.id {
				continue
			}
			if a, ok := k.attribute(row); ok {
				list = append(list, a)
			}
		}
		if len(list) == 0 {
			return NoSuchAttribute
		}
		return nil
	})
}
