package kms

import "github.com/hsmlab/hsmlab/hsmsim/hsm"

// CloudHSM is what KMS asks the CloudHSM service and the network of the account for. Regions and ids are those of
// the account; a cluster of another region is not found.
type CloudHSM interface {
	// Cluster describes a cluster as it is now. A deleted one is not found.
	Cluster(region, id string) (Cluster, bool)

	// Attach gives a custom key store its place in the cluster's subnets: the security group kms-STORE and one
	// network interface in each, which takes an address each until Detach. Its errors are ErrSubnetNotFound and
	// ErrNoFreeAddress, and nothing has changed then. Attaching again does nothing.
	Attach(region, cluster, store string) error

	// Detach takes that back. What is not attached is left alone.
	Detach(region, cluster, store string)

	// Open reports whether packets get from KMS to the HSMs of a cluster: network access control lists and
	// security groups. It is asked before each use of a key and answers at once.
	Open(region, cluster string) bool
}

// A Cluster is what KMS wants to know of a CloudHSM cluster.
type Cluster struct {
	ID          string
	State       string // ACTIVE and so on
	Certificate []byte // of the cluster, X.509 DER; the same for all clusters of one backup history
	TrustAnchor []byte // customerCA.crt, X.509 DER
	HSMs        []Member
	Subnets     []string // of the cluster's configuration, also those that have been deleted since
	Zones       int      // availability zones that these subnets are in
	GroupIntact bool     // its security group has its rules still: TCP 2223 to 2225 from and to itself
}

// A Member is an HSM of a cluster that is ACTIVE.
type Member struct {
	hsm.Member
	Zone string
}
