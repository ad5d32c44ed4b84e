package kms

import "github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"

// The exceptions of KMS. Their messages are AWS's where those are known; see the comments.
const (
	notFound            = "NotFoundException"
	invalidARN          = "InvalidArnException"
	invalidState        = "KMSInvalidStateException"
	disabled            = "DisabledException"
	unsupported         = "UnsupportedOperationException"
	internal            = "KMSInternalException"
	invalidCiphertext   = "InvalidCiphertextException"
	incorrectKey        = "IncorrectKeyException"
	invalidKeyUsage     = "InvalidKeyUsageException"
	dryRun              = "DryRunOperationException"
	limitExceeded       = "LimitExceededException"
	alreadyExists       = "AlreadyExistsException"
	invalidMarker       = "InvalidMarkerException"
	storeNotFound       = "CustomKeyStoreNotFoundException"
	storeInvalidState   = "CustomKeyStoreInvalidStateException"
	storeNameInUse      = "CustomKeyStoreNameInUseException"
	storeHasKeys        = "CustomKeyStoreHasCMKsException"
	clusterInUse        = "CloudHsmClusterInUseException"
	clusterInvalid      = "CloudHsmClusterInvalidConfigurationException"
	clusterNotActive    = "CloudHsmClusterNotActiveException"
	clusterNotFound     = "CloudHsmClusterNotFoundException"
	clusterNotRelated   = "CloudHsmClusterNotRelatedException"
	incorrectAnchor     = "IncorrectTrustAnchorException"
	malformedPolicy     = "MalformedPolicyDocumentException"
	tagException        = "TagException"
	invalidAliasName    = "InvalidAliasNameException"
	invalidGrantID      = "InvalidGrantIdException"
	invalidGrantToken   = "InvalidGrantTokenException"
	keyUnavailable      = "KeyUnavailableException"
	conflict            = "ConflictException"
	invalidSignature    = "KMSInvalidSignatureException"
	invalidMAC          = "KMSInvalidMacException"
	invalidImportToken  = "InvalidImportTokenException"
	expiredImportToken  = "ExpiredImportTokenException"
	incorrectMaterial   = "IncorrectKeyMaterialException"
	notAuthorized       = "NotAuthorizedException"
	dependencyTimeout   = "DependencyTimeoutException"
	xksUnsupportedStore = "External key stores are not simulated."
)

// Messages that AWS is known to give.
const (
	textUnreachable = "KMS cannot communicate with your CloudHSM cluster. This might be a transient network issue. " +
		"If you see this error repeatedly, verify that the Network ACLs and the security group rules for the VPC of your AWS CloudHSM cluster are correct."
	textLockedOut = "KMS cannot communicate with your AWS CloudHSM cluster because the kmsuser is locked out. " +
		"If you see this error repeatedly, disconnect the AWS CloudHSM key store and reset the kmsuser account password. " +
		"Update the kmsuser password for the custom key store and try the request again."
	textIncorrectKey = "The key ID in the request does not identify a CMK that can perform this operation."
	textDryRun       = "The request would have succeeded, but the DryRun option is set."
	textDataKeySize  = "Please specify either number of bytes or key spec."
	textNoRandomSize = "NumberOfBytes is required."

	textBothSpecs     = "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated."
	textOrigin        = "%s origin is %s which is not valid for this operation."
	textAlgorithm     = "Algorithm %s is incompatible with key spec %s."
	textAliasPrefix   = `Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html`
	textAliasTarget   = "Aliases must refer to keys. Not aliases"
	textAliasExists   = "An alias with the name %s already exists"
	textAliasNotFound = "Alias %s is not found."
	textNoPolicy      = "No such policy exists"
	textLockout       = "The new key policy will not allow you to update the key policy in the future."
	textNoKey         = "Key '%s' does not exist"
	textNotMulti      = "Unable to replicate a non-MultiRegion key %s"
	textReplicaExists = "Unable to replicate key %s to region %s, as the key already exist there"
	textNoPending     = "No available key material pending rotation for the key: %s."
)

// Messages that are not known.
const (
	textNoSessions      = "KMS cannot get a PKCS #11 session for your AWS CloudHSM cluster. All sessions are in use. Back off and retry the request."
	textFailing         = "The request failed because of an internal error. Retry the request."
	textKeySpec         = "%s key spec is %s which is not valid for this operation."
	textKeySpecFor      = "%s key spec is %s which is not valid for %s."
	textPublicKey       = "PublicKey must be a public key in DER-encoded X.509 format that matches key spec %s."
	textNotPrimary      = "%s is not a multi-Region primary key."
	textGrantToken      = "The grant token is not valid."
	textGrantID         = "Grant id %s is not valid."
	textNoGrant         = "Grant ID %s not found"
	textGrantPrincipal  = "%s is not a valid principal ARN."
	textMaterialMissing = "KMS cannot find the key material of %s in the associated AWS CloudHSM cluster."
)

// errDryRun is the answer to a dry run that would have gone well.
func errDryRun() error { return shape.Errorf(dryRun, textDryRun) }
