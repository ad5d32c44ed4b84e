package hsm

import "context"

// MValueRequest is the number of approvals that an officers' service is to need, 2 to 8.
type MValueRequest struct {
	Service Service
	M       uint32
}

// SetMValue sets how many approvals a service needs (management tool, setMValue): not more than there are
// officers, and never again none. Once that of MISC_CO is set, setting needs approvals itself. Officers only.
// Errors: NotAllowed, InvalidInput, QuorumMissing.
func (s *Session) SetMValue(_ context.Context, r MValueRequest) (Done, error) {
	return Done{}, s.change(func(h *HSM) error {
		err := h.setMValue(s, r)
		h.record(s, opSetMValue, codeOf(err), "", 0)
		return err
	})
}

func (h *HSM) setMValue(s *Session, r MValueRequest) error {
	switch {
	case s.require(CO, PCO) != nil:
		return NotAllowed
	case !r.Service.ofOfficers() || r.M < MinMValue || r.M > MaxMValue || int(r.M) > h.officers():
		return InvalidInput
	}
	if err := h.approved(s, MiscOfficer); err != nil {
		return err
	}
	h.quorum[r.Service] = uint8(r.M)
	h.commit(h.stateChange())
	return nil
}

// officers is how many there are.
func (h *HSM) officers() int {
	n := 0
	for _, u := range h.users {
		if u.record.Type.officer() {
			n++
		}
	}
	return n
}

// ServiceRequest names a service.
type ServiceRequest struct{ Service Service }

// MValue tells how many approvals a service of officers needs, 1 for none (management tool, getMValue). Officers
// only. Errors: NotAllowed, InvalidInput.
func (s *Session) MValue(_ context.Context, r ServiceRequest) (uint8, error) {
	var m uint8
	return m, s.read(func(h *HSM) error {
		switch {
		case s.require(CO, PCO) != nil:
			return NotAllowed
		case !r.Service.ofOfficers():
			return InvalidInput
		}
		m = h.m(r.Service)
		return nil
	})
}
