package model

// kms is what the KMS API reference (2014-11-01) lists.
var kms = Service{
	Name: "kms", Summary: "AWS Key Management Service",
	Endpoint: "KMS", Signing: "kms", Target: "TrentService", Protocol: JSON11,
	shapes: map[string]string{
		"Alias":       `AliasName AliasArn TargetKeyId CreationDate:time LastUpdatedDate:time`,
		"Constraints": `EncryptionContextSubset:<string> EncryptionContextEquals:<string>`,
		"CustomKeyStore": `CustomKeyStoreId CustomKeyStoreName CloudHsmClusterId TrustAnchorCertificate ConnectionState
			ConnectionErrorCode CreationDate:time CustomKeyStoreType XksProxyConfiguration:XksProxyConfiguration`,
		"Grant": `KeyId GrantId Name CreationDate:time GranteePrincipal RetiringPrincipal IssuingAccount
			Operations:[string] Constraints:Constraints`,
		"Key":          `KeyId KeyArn`,
		"KeyLastUsage": `Operation Timestamp:time CloudTrailEventId KmsRequestId`,
		"KeyMetadata": `AWSAccountId KeyId Arn CreationDate:time Enabled:bool Description KeyUsage KeyState
			DeletionDate:time ValidTo:time Origin CustomKeyStoreId CloudHsmClusterId ExpirationModel KeyManager
			CustomerMasterKeySpec KeySpec EncryptionAlgorithms:[string] SigningAlgorithms:[string]
			KeyAgreementAlgorithms:[string] MultiRegion:bool MultiRegionConfiguration:MultiRegionConfiguration
			PendingDeletionWindowInDays:int MacAlgorithms:[string] XksKeyConfiguration:XksKeyConfiguration
			CurrentKeyMaterialId`,
		"MultiRegionConfiguration": `MultiRegionKeyType PrimaryKey:PrimaryKey ReplicaKeys:[PrimaryKey]`,
		"PrimaryKey":               `Arn Region`,
		"Recipient":                `KeyEncryptionAlgorithm AttestationDocument:blob`,
		"Rotation": `KeyId KeyMaterialId KeyMaterialDescription ImportState KeyMaterialState ExpirationModel ValidTo:time
			RotationDate:time RotationType`,
		"Tag":                              `TagKey*:string:1 TagValue*`,
		"XksKeyConfiguration":              `Id`,
		"XksProxyAuthenticationCredential": `AccessKeyId*:string:20 RawSecretAccessKey*:string:43`,
		"XksProxyConfiguration":            `Connectivity AccessKeyId UriEndpoint UriPath VpcEndpointServiceName VpcEndpointServiceOwner`,
	},
	operations: []operation{
		{name: "CancelKeyDeletion", in: `KeyId*:string:1`, out: `KeyId`},
		{name: "ConnectCustomKeyStore", in: `CustomKeyStoreId*:string:1`},
		{name: "CreateAlias", in: `AliasName*:string:1 TargetKeyId*:string:1`},
		{
			name: "CreateCustomKeyStore",
			in: `CustomKeyStoreName*:string:1 CloudHsmClusterId:string:19 TrustAnchorCertificate:string:1
				KeyStorePassword:string:7 CustomKeyStoreType XksProxyUriEndpoint:string:10 XksProxyUriPath:string:10
				XksProxyVpcEndpointServiceName:string:20 XksProxyVpcEndpointServiceOwner:string:12
				XksProxyAuthenticationCredential:XksProxyAuthenticationCredential XksProxyConnectivity`,
			out: `CustomKeyStoreId`,
		},
		{
			name: "CreateGrant",
			in: `KeyId*:string:1 GranteePrincipal*:string:1 RetiringPrincipal:string:1 Operations*:[string]
				Constraints:Constraints GrantTokens:[string:1] Name:string:1 DryRun:bool`,
			out: `GrantToken GrantId`,
		},
		{
			name: "CreateKey",
			in: `Policy:string:1 Description KeyUsage CustomerMasterKeySpec KeySpec Origin CustomKeyStoreId:string:1
				BypassPolicyLockoutSafetyCheck:bool Tags:[Tag] MultiRegion:bool XksKeyId:string:1`,
			out: `KeyMetadata:KeyMetadata`,
		},
		{
			name: "Decrypt",
			in: `CiphertextBlob*:blob EncryptionContext:<string> GrantTokens:[string:1] KeyId:string:1
				EncryptionAlgorithm Recipient:Recipient DryRun:bool DryRunModifiers:[string]`,
			out: `KeyId Plaintext:blob EncryptionAlgorithm CiphertextForRecipient:blob KeyMaterialId`,
		},
		{name: "DeleteAlias", in: `AliasName*:string:1`},
		{name: "DeleteCustomKeyStore", in: `CustomKeyStoreId*:string:1`},
		{
			name: "DeleteImportedKeyMaterial",
			in:   `KeyId*:string:1 KeyMaterialId:string:64`,
			out:  `KeyId KeyMaterialId`,
		},
		{
			name: "DeriveSharedSecret",
			in: `KeyId*:string:1 KeyAgreementAlgorithm* PublicKey*:blob GrantTokens:[string:1] DryRun:bool
				Recipient:Recipient`,
			out: `KeyId SharedSecret:blob CiphertextForRecipient:blob KeyAgreementAlgorithm KeyOrigin`,
		},
		{
			name:  "DescribeCustomKeyStores",
			in:    `CustomKeyStoreId:string:1 CustomKeyStoreName:string:1 Limit:int:1 Marker:string:1`,
			out:   `CustomKeyStores:[CustomKeyStore] NextMarker Truncated:bool`,
			pages: "Marker NextMarker Limit CustomKeyStores",
		},
		{name: "DescribeKey", in: `KeyId*:string:1 GrantTokens:[string:1]`, out: `KeyMetadata:KeyMetadata`},
		{name: "DisableKey", in: `KeyId*:string:1`},
		{name: "DisableKeyRotation", in: `KeyId*:string:1`},
		{name: "DisconnectCustomKeyStore", in: `CustomKeyStoreId*:string:1`},
		{name: "EnableKey", in: `KeyId*:string:1`},
		{name: "EnableKeyRotation", in: `KeyId*:string:1 RotationPeriodInDays:int:90`},
		{
			name: "Encrypt",
			in: `KeyId*:string:1 Plaintext*:blob EncryptionContext:<string> GrantTokens:[string:1]
				EncryptionAlgorithm DryRun:bool`,
			out: `CiphertextBlob:blob KeyId EncryptionAlgorithm`,
		},
		{
			name: "GenerateDataKey",
			in: `KeyId*:string:1 EncryptionContext:<string> NumberOfBytes:int:1 KeySpec GrantTokens:[string:1]
				Recipient:Recipient DryRun:bool`,
			out: `CiphertextBlob:blob Plaintext:blob KeyId CiphertextForRecipient:blob KeyMaterialId`,
		},
		{
			name: "GenerateDataKeyPair",
			in: `EncryptionContext:<string> KeyId*:string:1 KeyPairSpec* GrantTokens:[string:1] Recipient:Recipient
				DryRun:bool`,
			out: `PrivateKeyCiphertextBlob:blob PrivateKeyPlaintext:blob PublicKey:blob KeyId KeyPairSpec
				CiphertextForRecipient:blob KeyMaterialId`,
		},
		{
			name: "GenerateDataKeyPairWithoutPlaintext",
			in:   `EncryptionContext:<string> KeyId*:string:1 KeyPairSpec* GrantTokens:[string:1] DryRun:bool`,
			out:  `PrivateKeyCiphertextBlob:blob PublicKey:blob KeyId KeyPairSpec KeyMaterialId`,
		},
		{
			name: "GenerateDataKeyWithoutPlaintext",
			in: `KeyId*:string:1 EncryptionContext:<string> KeySpec NumberOfBytes:int:1 GrantTokens:[string:1]
				DryRun:bool`,
			out: `CiphertextBlob:blob KeyId KeyMaterialId`,
		},
		{
			name: "GenerateMac",
			in:   `Message*:blob KeyId*:string:1 MacAlgorithm* GrantTokens:[string:1] DryRun:bool`,
			out:  `Mac:blob MacAlgorithm KeyId`,
		},
		{
			name: "GenerateRandom",
			in:   `NumberOfBytes:int:1 CustomKeyStoreId:string:1 Recipient:Recipient`,
			out:  `Plaintext:blob CiphertextForRecipient:blob`,
		},
		{
			name: "GetKeyLastUsage",
			in:   `KeyId*:string:1`,
			out:  `KeyId KeyLastUsage:KeyLastUsage TrackingStartDate:time KeyCreationDate:time`,
		},
		{name: "GetKeyPolicy", in: `KeyId*:string:1 PolicyName:string:1`, out: `Policy PolicyName`},
		{
			name: "GetKeyRotationStatus",
			in:   `KeyId*:string:1`,
			out: `KeyRotationEnabled:bool KeyId RotationPeriodInDays:int NextRotationDate:time
				OnDemandRotationStartDate:time`,
		},
		{
			name: "GetParametersForImport",
			in:   `KeyId*:string:1 WrappingAlgorithm* WrappingKeySpec*`,
			out:  `KeyId ImportToken:blob PublicKey:blob ParametersValidTo:time`,
		},
		{
			name: "GetPublicKey",
			in:   `KeyId*:string:1 GrantTokens:[string:1]`,
			out: `KeyId PublicKey:blob CustomerMasterKeySpec KeySpec KeyUsage EncryptionAlgorithms:[string]
				SigningAlgorithms:[string] KeyAgreementAlgorithms:[string]`,
		},
		{
			name: "ImportKeyMaterial",
			in: `KeyId*:string:1 ImportToken*:blob EncryptedKeyMaterial*:blob ValidTo:time ExpirationModel ImportType
				KeyMaterialDescription KeyMaterialId:string:64`,
			out: `KeyId KeyMaterialId`,
		},
		{
			name:  "ListAliases",
			in:    `KeyId:string:1 Limit:int:1 Marker:string:1`,
			out:   `Aliases:[Alias] NextMarker Truncated:bool`,
			pages: "Marker NextMarker Limit Aliases",
		},
		{
			name:  "ListGrants",
			in:    `Limit:int:1 Marker:string:1 KeyId*:string:1 GrantId:string:1 GranteePrincipal:string:1`,
			out:   `Grants:[Grant] NextMarker Truncated:bool`,
			pages: "Marker NextMarker Limit Grants",
		},
		{
			name:  "ListKeyPolicies",
			in:    `KeyId*:string:1 Limit:int:1 Marker:string:1`,
			out:   `PolicyNames:[string] NextMarker Truncated:bool`,
			pages: "Marker NextMarker Limit PolicyNames",
		},
		{
			name:  "ListKeyRotations",
			in:    `KeyId*:string:1 IncludeKeyMaterial Limit:int:1 Marker:string:1`,
			out:   `Rotations:[Rotation] NextMarker Truncated:bool`,
			pages: "Marker NextMarker Limit Rotations",
		},
		{
			name:  "ListKeys",
			in:    `Limit:int:1 Marker:string:1`,
			out:   `Keys:[Key] NextMarker Truncated:bool`,
			pages: "Marker NextMarker Limit Keys",
		},
		{
			name:  "ListResourceTags",
			in:    `KeyId*:string:1 Limit:int:1 Marker:string:1`,
			out:   `Tags:[Tag] NextMarker Truncated:bool`,
			pages: "Marker NextMarker Limit Tags",
		},
		{
			name:  "ListRetirableGrants",
			in:    `Limit:int:1 Marker:string:1 RetiringPrincipal*:string:1`,
			out:   `Grants:[Grant] NextMarker Truncated:bool`,
			pages: "Marker NextMarker Limit Grants",
		},
		{
			name: "PutKeyPolicy",
			in:   `KeyId*:string:1 PolicyName:string:1 Policy*:string:1 BypassPolicyLockoutSafetyCheck:bool`,
		},
		{
			name: "ReEncrypt",
			in: `CiphertextBlob*:blob SourceEncryptionContext:<string> SourceKeyId:string:1
				DestinationKeyId*:string:1 DestinationEncryptionContext:<string> SourceEncryptionAlgorithm
				DestinationEncryptionAlgorithm GrantTokens:[string:1] DryRun:bool DryRunModifiers:[string]`,
			out: `CiphertextBlob:blob SourceKeyId KeyId SourceEncryptionAlgorithm DestinationEncryptionAlgorithm
				SourceKeyMaterialId DestinationKeyMaterialId`,
		},
		{
			name: "ReplicateKey",
			in: `KeyId*:string:1 ReplicaRegion*:string:1 Policy:string:1 BypassPolicyLockoutSafetyCheck:bool
				Description Tags:[Tag]`,
			out: `ReplicaKeyMetadata:KeyMetadata ReplicaPolicy ReplicaTags:[Tag]`,
		},
		{name: "RetireGrant", in: `GrantToken:string:1 KeyId:string:1 GrantId:string:1 DryRun:bool`},
		{name: "RevokeGrant", in: `KeyId*:string:1 GrantId*:string:1 DryRun:bool`},
		{name: "RotateKeyOnDemand", in: `KeyId*:string:1`, out: `KeyId`},
		{
			name: "ScheduleKeyDeletion",
			in:   `KeyId*:string:1 PendingWindowInDays:int:1`,
			out:  `KeyId DeletionDate:time KeyState PendingWindowInDays:int`,
		},
		{
			name: "Sign",
			in:   `KeyId*:string:1 Message*:blob MessageType GrantTokens:[string:1] SigningAlgorithm* DryRun:bool`,
			out:  `KeyId Signature:blob SigningAlgorithm`,
		},
		{name: "TagResource", in: `KeyId*:string:1 Tags*:[Tag]`},
		{name: "UntagResource", in: `KeyId*:string:1 TagKeys*:[string:1]`},
		{name: "UpdateAlias", in: `AliasName*:string:1 TargetKeyId*:string:1`},
		{
			name: "UpdateCustomKeyStore",
			in: `CustomKeyStoreId*:string:1 NewCustomKeyStoreName:string:1 KeyStorePassword:string:7
				CloudHsmClusterId:string:19 XksProxyUriEndpoint:string:10 XksProxyUriPath:string:10
				XksProxyVpcEndpointServiceName:string:20 XksProxyVpcEndpointServiceOwner:string:12
				XksProxyAuthenticationCredential:XksProxyAuthenticationCredential XksProxyConnectivity`,
		},
		{name: "UpdateKeyDescription", in: `KeyId*:string:1 Description*`},
		{name: "UpdatePrimaryRegion", in: `KeyId*:string:1 PrimaryRegion*:string:1`},
		{
			name: "Verify",
			in: `KeyId*:string:1 Message*:blob MessageType Signature*:blob SigningAlgorithm* GrantTokens:[string:1]
				DryRun:bool`,
			out: `KeyId SignatureValid:bool SigningAlgorithm`,
		},
		{
			name: "VerifyMac",
			in:   `Message*:blob KeyId*:string:1 MacAlgorithm* Mac*:blob GrantTokens:[string:1] DryRun:bool`,
			out:  `KeyId MacValid:bool MacAlgorithm`,
		},
	},
}
