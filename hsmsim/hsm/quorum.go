package hsm

// A Service is a set of operations that can need the approval of several officers (user guide, quorum
// authentication).
type Service uint8

// The services of the guide.
const (
	UserManagement Service = 3 // createUser, deleteUser, changePswd of another user
	MiscOfficer    Service = 4 // setMValue
)

// approved fails with QuorumMissing when the service needs more than one approval.
func (h *HSM) approved(_ *Session, service Service) error {
	if h.quorum[service] > 1 {
		return QuorumMissing
	}
	return nil
}
