package hsm

// A Service is a set of operations that can need the approval of several users (user guide, quorum
// authentication).
type Service uint8

// The services that the tools know. How many approvals the officers' services need is a value of the HSM, those
// of keys are a value of each key.
const (
	UserManagement Service = 3 // createUser, deleteUser, changePswd of another user
	MiscOfficer    Service = 4 // setMValue
	UseKey         Service = 5
	ManageKey      Service = 6
)

var serviceNames = map[Service]string{
	UserManagement: "USER_MGMT", MiscOfficer: "MISC_CO", UseKey: "USE_KEY", ManageKey: "MANAGE_KEY",
}

// String is the service as the tools name it, "" for one that they do not know.
func (s Service) String() string { return serviceNames[s] }

// ofOfficers reports whether officers need the approvals, and not the users of a key.
func (s Service) ofOfficers() bool { return s == UserManagement || s == MiscOfficer }

// MinMValue is the smallest number of approvals that a service can be made to need, MaxMValue the largest (user
// guide, quorum authentication). Until somebody sets it, it is 1: no approval is needed.
const MinMValue = 2

// m is the number of approvals that an officers' service needs, 1 for none.
func (h *HSM) m(s Service) uint8 { return max(1, h.quorum[s]) }

// approved lets an officers' operation pass that needs no approvals, or for which the user has a token with enough
// of them. The token is used up, so this is the last check of an operation. Error: QuorumMissing.
func (h *HSM) approved(s *Session, service Service) error {
	return h.useToken(s, service, 0, h.m(service))
}

// approvedForKey is approved for an operation with a key.
func (h *HSM) approvedForKey(s *Session, service Service, k *key) error {
	return h.useToken(s, service, k.Handle, k.MValue)
}
