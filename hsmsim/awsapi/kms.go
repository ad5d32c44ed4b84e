package awsapi

import "github.com/hsmlab/hsmlab/hsmsim/kms"

// KMS, as its service model of 2014-11-01 has it: every operation with the exceptions that it declares. Operations
// that use keys count as reading (KMS Developer Guide, logging with CloudTrail).
var kmsService = service{
	name:     "kms",
	signing:  "kms",
	source:   "kms.amazonaws.com",
	target:   "TrentService",
	internal: "KMSInternalException",
	faults:   "KMSInternalException DependencyTimeoutException KeyUnavailableException",
	operations: []operation{
		op("CancelKeyDeletion", responds, (*kms.Service).CancelKeyDeletion,
			"NotFound InvalidArn DependencyTimeout KMSInternal KMSInvalidState"),
		op("ConnectCustomKeyStore", writes, (*kms.Service).ConnectCustomKeyStore,
			"CloudHsmClusterNotActive CustomKeyStoreInvalidState CustomKeyStoreNotFound KMSInternal CloudHsmClusterInvalidConfiguration"),
		op("CreateCustomKeyStore", responds, (*kms.Service).CreateCustomKeyStore,
			"CloudHsmClusterInUse CustomKeyStoreNameInUse CloudHsmClusterNotFound KMSInternal CloudHsmClusterNotActive IncorrectTrustAnchor "+
				"CloudHsmClusterInvalidConfiguration LimitExceeded"),
		op("CreateKey", responds, (*kms.Service).CreateKey,
			"MalformedPolicyDocument DependencyTimeout InvalidArn UnsupportedOperation KMSInternal LimitExceeded Tag "+
				"CustomKeyStoreNotFound CustomKeyStoreInvalidState CloudHsmClusterInvalidConfiguration"),
		op("Decrypt", reads, (*kms.Service).Decrypt,
			"NotFound Disabled InvalidCiphertext KeyUnavailable IncorrectKey InvalidKeyUsage DependencyTimeout InvalidGrantToken "+
				"KMSInternal KMSInvalidState DryRunOperation"),
		op("DeleteCustomKeyStore", writes, (*kms.Service).DeleteCustomKeyStore,
			"CustomKeyStoreHasCMKs CustomKeyStoreInvalidState CustomKeyStoreNotFound KMSInternal"),
		op("DescribeCustomKeyStores", reads, (*kms.Service).DescribeCustomKeyStores,
			"CustomKeyStoreNotFound InvalidMarker KMSInternal"),
		op("DescribeKey", reads, (*kms.Service).DescribeKey,
			"NotFound InvalidArn DependencyTimeout KMSInternal"),
		op("DisconnectCustomKeyStore", writes, (*kms.Service).DisconnectCustomKeyStore,
			"CustomKeyStoreInvalidState CustomKeyStoreNotFound KMSInternal"),
		op("Encrypt", reads, (*kms.Service).Encrypt,
			"NotFound Disabled KeyUnavailable DependencyTimeout InvalidKeyUsage InvalidGrantToken KMSInternal KMSInvalidState DryRunOperation"),
		op("GenerateDataKey", reads, (*kms.Service).GenerateDataKey,
			"NotFound Disabled KeyUnavailable DependencyTimeout InvalidKeyUsage InvalidGrantToken KMSInternal KMSInvalidState DryRunOperation"),
		op("GenerateDataKeyWithoutPlaintext", reads, (*kms.Service).GenerateDataKeyWithoutPlaintext,
			"NotFound Disabled KeyUnavailable DependencyTimeout InvalidKeyUsage InvalidGrantToken KMSInternal KMSInvalidState DryRunOperation"),
		op("GenerateRandom", reads, (*kms.Service).GenerateRandom,
			"DependencyTimeout KMSInternal UnsupportedOperation CustomKeyStoreNotFound CustomKeyStoreInvalidState"),
		op("ListKeys", reads, (*kms.Service).ListKeys,
			"DependencyTimeout KMSInternal InvalidMarker"),
		op("ReEncrypt", reads, (*kms.Service).ReEncrypt,
			"NotFound Disabled InvalidCiphertext KeyUnavailable IncorrectKey DependencyTimeout InvalidKeyUsage InvalidGrantToken "+
				"KMSInternal KMSInvalidState DryRunOperation"),
		op("ScheduleKeyDeletion", responds, (*kms.Service).ScheduleKeyDeletion,
			"NotFound InvalidArn DependencyTimeout KMSInternal KMSInvalidState"),
		op("UpdateCustomKeyStore", writes, (*kms.Service).UpdateCustomKeyStore,
			"CustomKeyStoreNotFound CustomKeyStoreNameInUse CloudHsmClusterNotFound CloudHsmClusterNotRelated CustomKeyStoreInvalidState "+
				"KMSInternal CloudHsmClusterNotActive CloudHsmClusterInvalidConfiguration"),
	},
}
