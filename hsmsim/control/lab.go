package control

import (
	"errors"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// Lab is the lab that a service runs in: where time, files and running HSMs are. The service calls it with its own
// lock held, so it must not call back.
type Lab interface {
	clock.Clock

	// Save makes the state durable, whole or not at all.
	Save(state []byte) error

	// Store keeps a file under a name, encrypted and durable; Fetch gives it back, and Discard removes it.
	Store(name string, data []byte) error
	Fetch(name string) ([]byte, error)
	Discard(name string) error

	// Prepare makes the store of an HSM anew with the content of a backup, or for nil with that of an HSM that has
	// just been initialised, durable, and loads the HSM. It does not answer anybody before Serve.
	Prepare(n Node, backup []byte) error
	Serve(id string) error

	// Halt takes an HSM out of the world and gives its audit log. Its store stays until Remove, or until the next
	// start of the lab.
	Halt(id string) ([]hsm.AuditRecord, error)
	Remove(id string) error

	// Look tells how an HSM is, Backup what a backup of it holds and Audit what it has logged. Error: ErrNotRunning.
	Look(id string) (Condition, error)
	Backup(id string) ([]byte, error)
	Audit(id string) ([]hsm.AuditRecord, error)

	// Cut makes HSMs that are named silent for all clients, and lets all others answer again.
	Cut(ids map[string]bool) error
}

// ErrNotRunning is why nothing can be asked of an HSM: it does not run, since its store is damaged.
var ErrNotRunning = errors.New("the HSM does not run")

// A Condition is how an HSM is for the service.
type Condition struct {
	Reachable bool       // it answers health checks
	Activated bool       // it has an officer
	Change    hsm.Ticket // while it stays, so does what the HSM holds
}

// A Node is an HSM that runs, with all that its cluster and its hardware give it.
type Node struct {
	Cluster string
	ID      string
	Node    int
	Address string
	Family  *Family
	Chain   map[hsm.CertificateKind][]byte // all certificates but the one that the customer has signed
}

// A Family is what all clusters of one backup history have in common.
type Family struct {
	MaskingKey  [32]byte
	Salt        [16]byte
	TrustAnchor []byte // customerCA.crt, X.509 DER
	Certified          // cluster key, with the certificate that the customer has signed
}
