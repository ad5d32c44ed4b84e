// Package scenario reads the files that describe a world before the first command: its clusters, HSMs,
// users, keys, and the operator's machine. A file is taken whole or refused whole, with the line, the
// field and the reason of everything that is wrong with it.
//
// It knows the format and which worlds are possible, and of HSMs and services the names of their operations.
// It knows no HSM, no socket and no file: bytes go in, a [World] comes out, and building that world is the
// lab's work.
package scenario

import (
	"slices"
	"time"
)

// A World is everything that a scenario file says, with the defaults of the fields that it left out.
// Fields are named in the file by their yaml tags; those tagged required have no default.
type World struct {
	// Region is the AWS region, such as eu-west-1 (the default).
	Region string `yaml:"region"`

	// Account is the AWS account, 12 digits. Default 111122223333.
	Account string `yaml:"account"`

	// Generation is the output family of the tools: Classic (the default) or Late.
	Generation string `yaml:"generation"`

	// Seed decides what the lab makes up and shows: with the same seed and the same commands in the same order, all labs
	// have the same ids. 1 to 9007199254740992; 0, the default, lets them be random. Key material, passwords and other
	// secrets are always random.
	Seed int64 `yaml:"seed,omitempty"`

	Clock Clock `yaml:"clock"`

	// Speed is how many times faster than the original the services change things, 1 to 100000: at 100, the
	// default, a new HSM takes three seconds of lab time.
	Speed float64 `yaml:"speed,omitempty"`

	// SyncInterval is the lab time between two rounds of the service's own synchronisation of token
	// keys, 0s to 24h; 0s pauses it. Default 60s.
	SyncInterval time.Duration `yaml:"sync_interval"`

	Client Client `yaml:"client"`

	Endpoint Endpoint `yaml:"endpoint,omitempty"`

	// AccessKeys are those of the account's users, 1 to 100. Default one of the user Alice, that of AWS's own examples.
	AccessKeys []AccessKey `yaml:"access_keys,omitempty"`

	// IAMUsers are the users who may only do what policies allow them, at most 100. Users whom only an access key names
	// may do everything.
	IAMUsers []IAMUser `yaml:"iam_users,omitempty"`

	// Clusters are the CloudHSM clusters, 1 to 16.
	Clusters []Cluster `yaml:"clusters" required:"true"`

	KMS KMS `yaml:"kms,omitempty"`

	// Faults are what goes wrong with the world, at most 100. Default none.
	Faults []Fault `yaml:"faults,omitempty"`
}

// The values of World.Generation.
const (
	Classic = "classic" // "Cluster Error Status", "Cav server does NOT synchronize"
	Late    = "late"    // client 3.4: "Cluster Status:", "AWS does NOT synchronize"
)

// A Clock is lab time.
type Clock struct {
	// Start is the lab time at which the lab starts, in UTC, from 2000 to 2199. The zero time, the
	// default, stands for the real time of that moment.
	Start time.Time `yaml:"start,omitempty"`

	// Rate is how many seconds of lab time pass in a real second, 0 to 1000000. At 0 the clock stands
	// still. Default 1.
	Rate float64 `yaml:"rate"`
}

// A Client is the operator's machine.
type Client struct {
	// ConnectTimeout is the real time until an HSM that does not answer counts as down, 1ms to 10m.
	// Default 2s.
	ConnectTimeout time.Duration `yaml:"connect_timeout"`

	// RequestTimeout is the real time that an HSM may take for one answer, 1ms to 10m. Default 10s.
	RequestTimeout time.Duration `yaml:"request_timeout"`

	// MinimumNodes is create_object_minimum_nodes of the client daemon's configuration file: how many
	// HSMs a new key must reach, 1 to 28. Default 1.
	MinimumNodes int `yaml:"create_object_minimum_nodes"`

	// Daemon is the state of the client daemon that KMU needs: DaemonRunning (the default),
	// DaemonAbsent or DaemonLost.
	Daemon string `yaml:"daemon"`

	// CustomerCA is whether customerCA.crt is in place: CAPresent (the default) or CAAbsent.
	CustomerCA string `yaml:"customer_ca"`

	// Home is the node id of the HSM that serves KMU sessions, where session keys live: one of the
	// cluster that the first server belongs to. Default the first server; nil only without servers.
	Home *int `yaml:"home,omitempty"`

	// Servers are the addresses in the CMU configuration file, in its order: the position is the
	// server number of CMU. Default the HSMs of the first cluster in their order.
	Servers []string `yaml:"servers,omitempty,flow"`
}

// The values of Client.Daemon and Client.CustomerCA.
const (
	DaemonRunning = "running"
	DaemonAbsent  = "absent"
	DaemonLost    = "lost" // goes away after the library has initialised

	CAPresent = "present"
	CAAbsent  = "absent"
)

// A Cluster is a CloudHSM cluster.
type Cluster struct {
	// ID is "cluster-" and 11 of 0-9 and a-z. Only the first cluster has a default, cluster-1a23b4cdefg.
	ID string `yaml:"id"`

	// ClonedFrom is the id of a cluster that stands earlier in the file. A clone has the same masking
	// key and certificates, so that keys can be copied between the two.
	ClonedFrom string `yaml:"cloned_from,omitempty"`

	// MaxKeys is how many keys an HSM of the cluster holds, 1 to 1000000. Default 3300 (user guide, quotas).
	MaxKeys int `yaml:"max_keys"`

	// Subnets are the subnets of the cluster's configuration, at most one in each zone. Default one of 256
	// addresses for each zone in which the cluster has HSMs and for each of the zones a, b and c.
	Subnets []Subnet `yaml:"subnets,omitempty"`

	// Backups are backups of what the cluster holds at the beginning, at most 100. A cluster that is not
	// activated has none.
	Backups []Backup `yaml:"backups,omitempty"`

	// HSMs are the cluster's HSMs, at most 28. Without any the cluster is empty.
	HSMs []HSM `yaml:"hsms"`

	// Users are the users of all HSMs that have no list of their own, in ascending order of id, 1 to 1024.
	// Default those of the cluster that this one is a clone of; else the users of a cluster that is not
	// activated: PRECO admin with the password "password", AU app_user.
	Users []User `yaml:"users"`

	// Quorum is how many approvals the services 3 (user management) and 4 (quorum settings) need on all
	// HSMs, 1 to 8 and at most the number of COs and PCOs. Default 1, none.
	Quorum map[int]int `yaml:"quorum,omitempty,flow"`

	// Keys are the token keys that exist, with handles that are unique in the cluster.
	Keys []Key `yaml:"keys,omitempty"`

	// NextHandles are the handles that new keys get, in order of creation; of a pair first the public,
	// then the private key. They are handles that no key has. Afterwards the HSMs choose.
	NextHandles []uint32 `yaml:"next_handles,omitempty,flow"`
}

// UsersOn is the list of users of one of the cluster's HSMs.
func (c *Cluster) UsersOn(h *HSM) []User {
	if h.Users != nil {
		return h.Users
	}
	return c.Users
}

// A Subnet is a subnet of a cluster.
type Subnet struct {
	// Zone is the availability zone: the region and a letter.
	Zone string `yaml:"zone" required:"true"`

	// CIDR are its addresses, an IPv4 block of 16 to 65536 with those of all HSMs in the zone. AWS keeps five
	// of them for itself.
	CIDR string `yaml:"cidr" required:"true"`

	// ID is "subnet-" and 8 or 17 hexadecimal digits, unique in the world. "" lets the lab make one up.
	ID string `yaml:"id,omitempty"`
}

// A Backup is a backup of a cluster.
type Backup struct {
	// ID is "backup-" and 11 of 0-9 and a-z, unique in the world. "" lets the lab make one up.
	ID string `yaml:"id,omitempty"`

	// Age is how long before the beginning it was made, 0s to 9096h (379 days).
	Age time.Duration `yaml:"age"`
}

// An HSM is one HSM of a cluster.
type HSM struct {
	// Node is the HSM's own number in its cluster, 0 to 63: KMU's "Node id".
	Node int `yaml:"node" required:"true"`

	// Address is the IPv4 address, unique in the world.
	Address string `yaml:"address" required:"true"`

	// Name is what CMU shows for the HSM, unique in the world: 1 to 63 visible ASCII characters
	// without blanks. Default the address.
	Name string `yaml:"name"`

	// ID is "hsm-" and 11 of 0-9 and a-z, unique in the world. "" lets the lab make one up.
	ID string `yaml:"id,omitempty"`

	// Zone is the availability zone: the region and a letter. Default a, b and c in turn.
	Zone string `yaml:"zone"`

	// State is how the HSM answers: StateUp (the default), StateDown, StateRefused or StateSlow.
	State string `yaml:"state"`

	// Users replace the cluster's users on this HSM; nil means the cluster's. See [Cluster.UsersOn].
	Users []User `yaml:"users,omitempty"`
}

// The values of HSM.State.
const (
	StateUp      = "up"
	StateDown    = "down"    // does not answer: connecting times out
	StateRefused = "refused" // refuses connections
	StateSlow    = "slow"    // answers late
)

// A User is a user of an HSM.
type User struct {
	// ID numbers the users in the order of their creation, 1 to 1024.
	ID int `yaml:"id" required:"true"`

	// Type is PRECO, PCO, CO, CU or AU. Every HSM has an officer. A PRECO is the officer of a cluster
	// that is not activated, so besides it there are only AUs.
	Type string `yaml:"type" required:"true"`

	// Name is 1 to 31 letters, digits and underscores, unique on the HSM regardless of case and type.
	Name string `yaml:"name" required:"true"`

	// Password is 7 to 32 printable ASCII characters; an AU has none.
	Password string `yaml:"password,omitempty"`

	// Failures counts the wrong passwords since the last login, 0 to 255. Five lock the account.
	Failures int `yaml:"failures,omitempty"`

	// QuorumKey is the registered public key for quorum approvals and the second factor, nil for none.
	// A PRECO and an AU cannot register one.
	QuorumKey PublicKey `yaml:"quorum_key,omitempty"`

	// TwoFactor makes logins need a signature of the quorum key.
	TwoFactor bool `yaml:"two_factor,omitempty"`
}

// The values of User.Type.
const (
	PRECO = "PRECO"
	PCO   = "PCO"
	CO    = "CO"
	CU    = "CU"
	AU    = "AU"
)

// A Key is a token key. Material that is not given is random.
type Key struct {
	// Handle is 6 to 4294967295. The original gives node id x 262144 plus a slot from 6 on.
	Handle uint32 `yaml:"handle" required:"true"`

	// Class is Secret, Public or Private.
	Class string `yaml:"class" required:"true"`

	// Type is AES (the default), DES3 or GENERIC for secret keys, RSA (the default), DSA or EC for others.
	Type string `yaml:"type"`

	// Size is in bytes for secret keys: AES 16, 24, 32 (the default), DES3 24, GENERIC 1 to 3583 (default
	// 32); of given material its length is the default. For others it is in bits: RSA 2048 (the default)
	// to 4096 in steps of 256, DSA 2048 (the default) or 3072. EC keys have a curve instead.
	Size int `yaml:"size,omitempty"`

	// Curve of an EC key: P-256 (the default), P-384, P-521 or secp256k1.
	Curve string `yaml:"curve,omitempty"`

	// Owner is the id of a CU on every HSM that holds the key.
	Owner int `yaml:"owner" required:"true"`

	// Label is 1 to 127 bytes of printable text. Default key-HANDLE.
	Label string `yaml:"label"`

	// ID is the attribute of that name, at most 127 bytes of printable text. Default empty.
	ID string `yaml:"id,omitempty"`

	// Pair is the handle of the other half of a key pair, which must name this one back; 0 for none.
	Pair uint32 `yaml:"pair,omitempty"`

	// Shared are the ids of CUs besides the owner who may use the key, on every HSM that holds it.
	// Public keys are everybody's and never shared.
	Shared []int `yaml:"shared,omitempty,flow"`

	// MValue is how many approvals each use needs, 0 to 8 and at most one for the owner and one for each
	// CU in Shared; 0 and 1 mean none.
	MValue int `yaml:"m_value,omitempty"`

	// Nodes are the node ids of the HSMs that hold the key; nil means all. See [Key.On].
	Nodes []int `yaml:"nodes,omitempty,flow"`

	// Extractable is whether the key may leave the HSM. Default true, and always true for public keys.
	Extractable bool `yaml:"extractable"`

	// Local is false for an imported key. Default true.
	Local bool `yaml:"local"`

	// Material is the value of a secret key, in hex digits in the file; nil for random material.
	Material Hex `yaml:"material,omitempty"`

	// Exponent is the public exponent of an RSA key, odd, 3 to 2147483647. Default 65537.
	Exponent int `yaml:"exponent,omitempty"`

	// Attributes are those that differ from a new key's, by name without OBJ_ATTR_, with the value 0 or 1.
	// EXTRACTABLE and LOCAL have fields of their own, and TOKEN is always 1.
	Attributes map[string]int `yaml:"attributes,omitempty,flow"`
}

// On reports whether the HSM with this node id holds the key.
func (k *Key) On(node int) bool { return k.Nodes == nil || slices.Contains(k.Nodes, node) }

// The values of Key.Class.
const (
	Secret  = "secret"
	Public  = "public"
	Private = "private"
)

// The values of Key.Type.
const (
	AES     = "AES"
	DES3    = "DES3"
	Generic = "GENERIC"
	RSA     = "RSA"
	DSA     = "DSA"
	EC      = "EC"
)
