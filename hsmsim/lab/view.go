package lab

import (
	"strconv"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

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
	Backups []string // ids of those that are READY
	HSMs    []HSMView
}

// A SubnetView is a subnet of a cluster's configuration.
type SubnetView struct {
	ID, Zone, CIDR string
	Free           int      // addresses
	Gone           bool     // it was deleted
	Interfaces     []string `json:",omitempty"` // descriptions of the network interfaces in it
}

// An HSMView is one HSM with its users and keys.
type HSMView struct {
	ID      string
	Node    int
	Address string
	Zone    string
	State   string // how it answers: up, down, refused, slow; broken where it could not be started; or what the service says while it comes or goes
	Users   []UserView
	Keys    []KeyView      // token and session keys, by slot
	Quorum  map[string]int // approvals that services 3 and 4 need, by number, where it is more than one

	Connections int // that are open, whoever is logged in on them
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
	Digest  string    `json:",omitempty"` // SHA-256 of imported material, in hex
}

// A FaultView is something that is wrong with the world.
type FaultView struct {
	Kind   string    // down, refused, slow, kms, …
	HSM    string    `json:",omitempty"` // address; the id of one that does not run
	Subnet string    `json:",omitempty"` // id
	When   string    `json:",omitempty"` // what it waits for, of one that is not there yet
	For    string    `json:",omitempty"` // how long it will stay, such as 5m0s; "" until it is taken back
	Until  time.Time `json:",omitzero"`  // when it ends, of one that is there; zero for never
}

// stateBroken is that of an HSM whose file is damaged.
const stateBroken = "broken"

// View shows the whole world at this moment.
func (l *Lab) View() *View {
	clusters, stores, keys, faults := l.cloud.Overview(), l.services.kms.Overview(), l.services.kms.Keys(), l.faults()
	l.mu.Lock()
	v := &View{Lab: l.home.Name, Dir: l.home.Dir, Time: l.clock.Now(), Rate: l.clock.State().Rate, Endpoint: l.aws().Endpoint, Generation: l.world.Generation,
		Faults: faults}
	devices := map[string]*hsm.HSM{}
	for _, c := range clusters {
		cv := ClusterView{ID: c.ID, Region: c.Region, State: c.State, Backups: c.Backups}
		for _, s := range c.Subnets {
			cv.Subnets = append(cv.Subnets, SubnetView(s))
		}
		for _, h := range c.HSMs {
			n := l.node(h.ID)
			cv.HSMs = append(cv.HSMs, HSMView{ID: h.ID, Node: h.Node, Address: h.Address, Zone: h.Zone, State: n.shown(h)})
			if n == nil {
				continue
			}
			devices[h.ID] = n.hsm
		}
		v.Clusters = append(v.Clusters, cv)
	}
	for _, err := range l.broken {
		v.Broken = append(v.Broken, err.Error())
	}
	l.mu.Unlock()
	for i := range v.Clusters {
		for j := range v.Clusters[i].HSMs {
			if h := &v.Clusters[i].HSMs[j]; devices[h.ID] != nil {
				h.show(devices[h.ID].Overview())
			}
		}
	}
	for _, st := range stores {
		v.Stores = append(v.Stores, StoreView{st.ID, st.Name, st.Region, st.Cluster, string(st.State), string(st.ErrorCode), st.Keys})
	}
	for _, k := range keys {
		kv := KMSKeyView{Region: k.Region, ID: k.ID, Aliases: k.Aliases, State: string(k.State), Origin: string(k.Origin), Store: k.Store, Expires: k.Expires, Digest: k.Digest}
		for _, h := range k.Handles {
			kv.Handles = append(kv.Handles, uint64(h))
		}
		v.Keys = append(v.Keys, kv)
	}
	return v
}

// shown is the state of an HSM in a view; n is nil where the lab does not have it. The lab's lock is held.
func (n *node) shown(h control.HSMOverview) string {
	switch {
	case !h.Running || h.State != control.Active && h.State != control.Degraded:
		return h.State
	case n == nil:
		return stateBroken
	case n.cut:
		return scenario.StateDown
	}
	return n.state
}

// show fills in what an HSM holds.
func (h *HSMView) show(o hsm.Overview) {
	h.Connections = o.Sessions
	for _, u := range o.Users {
		h.Users = append(h.Users, UserView{ID: int(u.ID), Type: u.Type.String(), Name: u.Name, Failures: int(u.Failures), Locked: u.Locked,
			TwoFactor: u.TwoFactor, QuorumKey: u.QuorumKey, Logins: u.Logins})
	}
	for _, k := range o.Keys {
		h.Keys = append(h.Keys, KeyView{Handle: uint64(k.Handle), Label: k.Label, ID: k.ID, Class: nameOf(keyClasses, k.Class), Type: nameOf(keyTypes, k.Type),
			Owner: k.Owner, Shared: k.Shared, MValue: k.MValue, Session: k.Session, Attributes: k.Attributes})
	}
	for service, m := range o.Quorum {
		if m > 1 {
			if h.Quorum == nil {
				h.Quorum = map[string]int{}
			}
			h.Quorum[strconv.Itoa(int(service))] = int(m)
		}
	}
}

// nameOf is what scenarios call a class or type of keys, or its number.
func nameOf[T ~uint8](names map[string]T, v T) string {
	for name, value := range names {
		if value == v {
			return name
		}
	}
	return strconv.Itoa(int(v))
}
