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
	textNoValidTo     = "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES"
	textWrappedSize   = "Invalid encrypted key size."
	textOtherPending  = "New key material (id: %s) cannot be imported into KMS key %s, because another key material (id: %s) is pending rotation."
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
	textValidTo         = "A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE"
	textValidToPast     = "The validTo date must be in the future."
	textValidToFar      = "The validTo date must be at most %d days in the future."
	textWrapping        = "Wrapping algorithm %s is not supported in this Region."
	textWrappingFor     = "Wrapping algorithm %s is not supported for key spec %s."
	textWrappingSpec    = "Wrapping key spec %s is incompatible with wrapping algorithm %s."
	textImported        = "%s already has key material. Delete the existing key material before you import it again."
	textImportType      = "ImportType, KeyMaterialId and KeyMaterialDescription are not supported for %s."
	textImportNewID     = "KeyMaterialId must not be set if the ImportType is NEW_KEY_MATERIAL."
	textNoMaterial      = "Key material (id: %s) of KMS key %s is not found."
	textPendingReplica  = "Key material (id: %s) of KMS key %s is not imported in Region %s."
	textMaterialMissing = "KMS cannot find the key material of %s in the associated AWS CloudHSM cluster."
)

// errDryRun is the answer to a dry run that would have gone well.
func errDryRun() error { return shape.Errorf(dryRun, textDryRun) }
