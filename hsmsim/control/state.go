package control

import (
	"regexp"
	"sync"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/ids"
)

// State is all that the service knows. Times are lab time.
type State struct {
	Account      string
	At           time.Time         // of the last thing that happened
	Speed        float64           // that transitions are faster than the original's by
	Seed         ids.Seed          `json:",omitempty"` // of what is made up
	Made         map[string]uint64 `json:",omitempty"` // how many there have been of each kind, where there is a seed
	Manufacturer Certified
	AWS          Certified
	Families     map[string]*Family // by the id of the first cluster
	Regions      map[string]*Region // by name
}

// Region is the service in one region.
type Region struct {
	Name     string
	Clusters []*Cluster // in order of creation, also deleted ones
	Backups  []*Backup  // in order of creation
	Streams  []*Stream  // audit logs of HSMs that are gone
	Network  Net
}

// Cluster is a cluster as the service keeps it.
type Cluster struct {
	ID           string
	State        string
	Message      string
	Created      time.Time
	Due          time.Time // of the end of a transition; zero for none
	Type         string
	Mode         string
	NetworkType  string
	Retention    int // days
	VPC          string
	Subnets      map[string]string // zone to subnet id, as configured
	Group        string            // security group
	Family       string            // "" until it is initialised
	SourceBackup string
	Content      string // of the backup that it was made from
	Daily        time.Time
	Tags         map[string]string
	HSMs         []*HSM

	Request   []byte // CSR, DER, once there is an HSM
	Key       []byte // of the CSR, PKCS #8
	Unlisted  bool   // deleted so long ago that nobody sees it any more
	Stores    []string
	Confirmed []byte // cluster certificate, DER, while it is initialised
	Anchor    []byte // trust anchor, likewise
}

// HSM is an HSM as the service keeps it.
type HSM struct {
	ID        string
	State     string
	Message   string
	Due       time.Time // of the end of a transition; zero for none
	Silent    time.Time // since when health checks fail; zero while they do not
	Zone      string
	Subnet    string
	Interface string
	Address   string
	Node      int
	Running   bool // the lab has it
	Content   string

	Hardware      Certified // signed by the manufacturer
	HardwareByAWS []byte    // the same key, signed by AWS, DER; before initialisation only
	Certificate   []byte    // cluster key signed by the hardware, DER
}

// Backup is a backup as the service keeps it.
type Backup struct {
	ID           string
	State        string
	Cluster      string // whose it is; of a copy the source cluster
	Family       string
	Content      string // name of the file
	Created      time.Time
	Due          time.Time // of the end of a transition; zero for none
	Copied       time.Time // zero unless it is a copy
	Deleted      time.Time // when it is to be gone; zero unless it is pending deletion
	Kept         time.Time // the retention policy leaves it alone until then
	NeverExpires bool
	SourceRegion string
	SourceBackup string
	Type, Mode   string
	Tags         map[string]string
	Policy       string
}

// Stream is the audit log of an HSM that is gone.
type Stream struct{ Cluster, HSM, File string }

// The states of clusters, HSMs and backups.
const (
	CreateInProgress     = "CREATE_IN_PROGRESS"
	Uninitialized        = "UNINITIALIZED"
	InitializeInProgress = "INITIALIZE_IN_PROGRESS"
	Initialized          = "INITIALIZED"
	Active               = "ACTIVE"
	DeleteInProgress     = "DELETE_IN_PROGRESS"
	Deleted              = "DELETED"
	Degraded             = "DEGRADED"
	Ready                = "READY"
	PendingDeletion      = "PENDING_DELETION"
)

// maxRegions is more than AWS has.
const maxRegions = 60

var regionName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z]{2}(-[a-z]{1,12}){1,3}-\d$`) })

// region is that of a name; it is made with its default network where it is not there yet.
func (s *Service) region(name string) *Region {
	if r := s.state.Regions[name]; r != nil {
		return r
	}
	r := &Region{Name: name, Network: s.defaultNetwork(name)}
	if !regionName().MatchString(name) || len(s.state.Regions) >= maxRegions {
		return r // nothing that is done there lasts
	}
	s.state.Regions[name] = r
	s.dirty = true
	return r
}

// cluster is one that has not been deleted.
func (r *Region) cluster(id string) *Cluster {
	for _, c := range r.Clusters {
		if c.ID == id && c.State != Deleted {
			return c
		}
	}
	return nil
}

// backup is one that has not been deleted.
func (r *Region) backup(id string) *Backup {
	for _, b := range r.Backups {
		if b.ID == id && b.State != Deleted {
			return b
		}
	}
	return nil
}
