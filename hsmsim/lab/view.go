package lab

import "time"

// A View is the whole world as nobody in it could see it at once: what overviews print and what goals are conditions on.
// It says what is there and who is logged in, and nothing of passwords or key material.
type View struct {
	Lab        string
	Dir        string
	Time       time.Time // the lab's
	Rate       float64
	Endpoint   string // URL of the AWS services
	Generation string // output family of the tools
	Clusters   []ClusterView
	Stores     []StoreView
	Keys       []KMSKeyView
	Faults     []FaultView
	Broken     []string `json:",omitempty"` // HSMs that could not be started
}

// A ClusterView is a cluster with all that its HSMs hold.
type ClusterView struct {
	ID      string
	Region  string
	State   string // of the CloudHSM service, such as ACTIVE
	Subnets []SubnetView
	Backups []string // ids
	HSMs    []HSMView
}

// A SubnetView is a subnet of a cluster's configuration.
type SubnetView struct {
	ID, Zone, CIDR string
	Free           int  // addresses
	Gone           bool // it was deleted
}

// An HSMView is one HSM with its users and keys.
type HSMView struct {
	ID      string
	Node    int
	Address string
	Zone    string
	State   string // how it answers: up, down, refused, slow; or what the service says while it comes or goes
	Users   []UserView
	Keys    []KeyView      // token and session keys, by slot
	Quorum  map[string]int // approvals that services 3 and 4 need, where it is more than one
}

// A UserView is a user of an HSM.
type UserView struct {
	ID        int
	Type      string
	Name      string
	Failures  int // wrong passwords since the last login
	Locked    bool
	TwoFactor bool
	QuorumKey bool
	Logins    int // connections that are logged in as this user
}

// A KeyView is a key of an HSM.
type KeyView struct {
	Handle     uint64
	Label, ID  string
	Class      string // secret, public or private
	Type       string // AES, RSA, …
	Owner      string // name
	Shared     []string
	MValue     int
	Session    bool
	Attributes map[string]bool // those that are true or false, by name without OBJ_ATTR_
}

// A StoreView is a custom key store of KMS.
type StoreView struct {
	ID, Name, Region string
	Cluster          string
	State            string
	ErrorCode        string `json:",omitempty"`
	Keys             int
}

// A KMSKeyView is a KMS key.
type KMSKeyView struct {
	Region  string
	ID      string
	Aliases []string
	State   string    // Enabled, PendingImport, …
	Origin  string    // AWS_KMS, EXTERNAL or AWS_CLOUDHSM
	Store   string    `json:",omitempty"`
	Handles []uint64  `json:",omitempty"` // of its backing key in the store's cluster
	Expires time.Time `json:",omitzero"`  // of imported material
}

// A FaultView is something that is wrong with the world.
type FaultView struct {
	Kind string // down, refused, slow, kms, …
	HSM  string `json:",omitempty"` // address
	When string `json:",omitempty"` // what it waits for, of one that is not there yet
}
