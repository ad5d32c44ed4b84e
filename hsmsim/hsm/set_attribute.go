package hsm

import "context"

// SetAttributeRequest is a new value of an attribute: a number, or text for the label.
type SetAttributeRequest struct {
	Handle Handle
	ID     AttributeID
	Number uint64
	Text   string
}

// settable are the boolean attributes that an owner may change (management tool, setAttribute). Templates,
// which the guide lists too, are not simulated.
var settable = map[AttributeID]bool{
	AttrEncrypt: true, AttrDecrypt: true, AttrWrap: true, AttrUnwrap: true, AttrSign: true, AttrVerify: true,
	AttrDerive: true, AttrDestroyable: true, AttrWrapWithTrusted: true,
}

// SetAttribute changes an attribute of a key: the owner may change label and usage, and make a session key a
// token key (AttrToken 1); officers set AttrTrusted. AttrWrapWithTrusted cannot be taken back. Errors:
// NotAllowed, InvalidHandle, KeyAccessDenied, InvalidInput.
func (s *Session) SetAttribute(_ context.Context, r SetAttributeRequest) (Done, error) {
	return Done{}, s.change(func(h *HSM) error {
		err := h.setAttribute(s, r)
		h.recordKeys(s, opModifyObject, codeOf(err), h.handlesOf(r.Handle))
		return err
	})
}

func (h *HSM) setAttribute(s *Session, r SetAttributeRequest) error {
	find := h.ownedByCU
	if r.ID == AttrTrusted {
		if err := s.require(CO, PCO); err != nil {
			return err
		}
		find = h.owned
	}
	k, err := find(s, r.Handle)
	if err != nil {
		return err
	}
	row, _ := r.ID.row()
	switch {
	case r.ID == AttrLabel && validKeyText(r.Text):
		k.Label = r.Text
	case r.ID == AttrToken && r.Number == 1:
		if k.session != nil {
			delete(s.keys, k.Handle)
			k.session = nil
		}
	case r.ID == AttrTrusted || settable[r.ID]:
		if r.Number > 1 || r.ID == AttrWrapWithTrusted && r.Number == 0 && k.Flags&row.flag != 0 {
			return InvalidInput
		}
		k.Flags = k.Flags.with(row.flag, r.Number == 1)
	default:
		return InvalidInput
	}
	if k.session == nil {
		h.commit(keyChange(k))
	}
	return nil
}
