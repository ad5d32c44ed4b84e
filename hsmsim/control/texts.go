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
