package control

import "github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"

// Texts of the service that are known from its guide and its consoles.
const (
	msgInitializing    = "Cluster is initializing. State will change to INITIALIZED upon completion."
	msgDeletingCluster = "The cluster is being deleted."
	msgHSMCreated      = "HSM created."
	msgModeRequired    = "Mode is a required argument for this hsm type."
	msgUnsupportedType = "Provided HsmType is not supported."
)

// Texts whose wording is not known.
const (
	msgClusterDeleted = "The cluster has been deleted."
	msgHSMDegraded    = "HSM does not respond to health checks."

	msgTooManyFilters       = "%d filters were given. At most 30 are allowed."
	msgUnknownFilter        = "Filter %s is not valid. Valid filters: %s"
	msgBadToken             = "The NextToken is not valid."
	msgTooManyClusters      = "You have reached the maximum number of clusters per account and Region: %d"
	msgTooManyHSMs          = "You have reached the maximum number of HSMs per account and Region: %d"
	msgTooManyHSMsOfCluster = "Cluster %s has the maximum number of HSMs: %d"
	msgTooManyTags          = "Resource %s would have more than %d tags."
	msgReservedTag          = "Tag keys that begin with aws: are reserved."
	msgModeNotSupported     = "Mode %s is not supported for HsmType %s."
	msgBadRetention         = "The backup retention value must be between %d and %d days."
	msgNothingToModify      = "Nothing to modify. Provide BackupRetentionPolicy or HsmType."

	msgNoSubnet         = "Subnet %s does not exist."
	msgSubnetsOfVPCs    = "All subnets must be in the same VPC."
	msgTwoSubnetsInZone = "Only one subnet may be given for Availability Zone %s."
	msgZoneNotMapped    = "Availability Zone %s is not among those of the subnets of cluster %s."
	msgBadAddress       = "IpAddress %s is not valid."
	msgAddressTaken     = "IpAddress %s is already in use."
	msgAddressOutside   = "IpAddress %s is not an available address of subnet %s."
	msgSubnetFull       = "Subnet %s has no free addresses."

	msgNotUninitialized  = "Cluster %s must be in UNINITIALIZED state. It is in %s state."
	msgNoHSMToInitialize = "Cluster %s does not contain an active HSM."
	msgNotActivated      = "Cluster %s already contains an HSM but has not yet been fully activated"
	msgNotReadyForHSMs   = "Cluster %s must be in ACTIVE or UNINITIALIZED state to create an HSM. It is in %s state."
	msgClusterHasHSMs    = "Cluster %s has HSMs. Delete all HSMs before deleting the cluster."
	msgClusterGoing      = "Cluster %s is in %s state."

	msgBadSignedCert            = "SignedCert is not a valid PEM-encoded X.509 certificate."
	msgBadTrustAnchor           = "TrustAnchor is not a valid PEM-encoded X.509 certificate."
	msgTrustAnchorKey           = "TrustAnchor must have an RSA key of 2048 or 4096 bits."
	msgTrustAnchorNotSelfSigned = "TrustAnchor must be a self-signed certificate."
	msgTrustAnchorNotCA         = "TrustAnchor must have the Basic Constraints of a certificate authority."
	msgNotSignedByAnchor        = "SignedCert is not signed by TrustAnchor."
	msgWrongKey                 = "The public key of SignedCert does not match the ClusterCsr."

	msgNoHSM      = "HSM %s does not exist in cluster %s"
	msgOneHSMName = "Exactly one of HsmId, EniId and EniIp must be provided."
	msgHSMBusy    = "HSM %s is in %s state."

	msgBackupNotReady   = "Backup %s must be in READY state. It is in %s state."
	msgBackupNotPending = "Backup %s must be in PENDING_DELETION state. It is in %s state."
	msgNoBackupLeft     = "the cluster has no backup that could be restored"
	msgSameRegion       = "The destination Region must differ from the source Region %s."
	msgOtherPartition   = "Backups cannot be copied to Region %s."
	msgNoResource       = "Resource %s does not exist"
	msgBadPolicy        = "The policy is not valid JSON."
)

// The exceptions of the service.
const (
	invalidRequest = "CloudHsmInvalidRequestException"
	notFound       = "CloudHsmResourceNotFoundException"
	limitExceeded  = "CloudHsmResourceLimitExceededException"
	internalFault  = "CloudHsmInternalFailureException"
	tagFault       = "CloudHsmTagException"
)

func invalid(format string, args ...any) error { return shape.Errorf(invalidRequest, format, args...) }

func noCluster(id string) error { return shape.Errorf(notFound, "Cluster %s does not exist", id) }

func noBackup(id string) error { return shape.Errorf(notFound, "Backup %s does not exist", id) }

func internal(err error) error { return shape.Errorf(internalFault, "%v", err) }
