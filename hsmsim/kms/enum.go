package kms

// The texts of the API that can only have some values; see the method Values of each.
type (
	// KeySpec is the kind of a key's material.
	KeySpec string
	// KeyUsage is what a key is for.
	KeyUsage string
	// Origin is where a key's material comes from.
	Origin string
	// KeyState is what a key can do at the moment.
	KeyState string
	// EncryptionAlgorithm is how a key encrypts.
	EncryptionAlgorithm string
	// SigningAlgorithm is how a key signs.
	SigningAlgorithm string
	// MessageType tells a message from its digest.
	MessageType string
	// MacAlgorithm is how a key makes codes that authenticate messages.
	MacAlgorithm string
	// KeyAgreementAlgorithm is how two keys agree on a secret.
	KeyAgreementAlgorithm string
	// KeyPairSpec is the kind of a data key pair.
	KeyPairSpec string
	// GrantOperation is what a grant allows.
	GrantOperation string
	// IncludeKeyMaterial is which material ListKeyRotations lists.
	IncludeKeyMaterial string
	// WrappingAlgorithm is how key material is encrypted on its way to KMS.
	WrappingAlgorithm string
	// WrappingKeySpec is the kind of the key that it is encrypted with.
	WrappingKeySpec string
	// ExpirationModel is whether imported key material expires.
	ExpirationModel string
	// ImportType tells new key material from such as the key has had.
	ImportType string
	// DataKeySpec is the size of a data key.
	DataKeySpec string
	// CustomKeyStoreType is what holds the keys of a custom key store.
	CustomKeyStoreType string
	// ConnectionState is how a custom key store stands.
	ConnectionState string
	// ErrorCode is why a custom key store could not be connected.
	ErrorCode string
)

// The key specs.
const (
	SymmetricDefault KeySpec = "SYMMETRIC_DEFAULT"
	RSA2048          KeySpec = "RSA_2048"
	RSA3072          KeySpec = "RSA_3072"
	RSA4096          KeySpec = "RSA_4096"
	P256             KeySpec = "ECC_NIST_P256"
	P384             KeySpec = "ECC_NIST_P384"
	P521             KeySpec = "ECC_NIST_P521"
	P256K1           KeySpec = "ECC_SECG_P256K1"
	Edwards25519     KeySpec = "ECC_NIST_EDWARDS25519"
	HMAC224          KeySpec = "HMAC_224"
	HMAC256          KeySpec = "HMAC_256"
	HMAC384          KeySpec = "HMAC_384"
	HMAC512          KeySpec = "HMAC_512"
	SM2              KeySpec = "SM2"
	MLDSA44          KeySpec = "ML_DSA_44"
	MLDSA65          KeySpec = "ML_DSA_65"
	MLDSA87          KeySpec = "ML_DSA_87"
)

// Values are all key specs.
func (KeySpec) Values() []string {
	return []string{"SYMMETRIC_DEFAULT", "RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521",
		"ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519", "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512", "SM2", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87"}
}

// The usages of keys.
const (
	EncryptDecrypt    KeyUsage = "ENCRYPT_DECRYPT"
	SignVerify        KeyUsage = "SIGN_VERIFY"
	GenerateVerifyMac KeyUsage = "GENERATE_VERIFY_MAC"
	KeyAgreement      KeyUsage = "KEY_AGREEMENT"
)

// Values are all usages.
func (KeyUsage) Values() []string {
	return []string{"SIGN_VERIFY", "ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"}
}

// The origins of key material.
const (
	OriginKMS      Origin = "AWS_KMS"
	OriginExternal Origin = "EXTERNAL"
	OriginCloudHSM Origin = "AWS_CLOUDHSM"
	OriginXKS      Origin = "EXTERNAL_KEY_STORE"
)

// Values are all origins.
func (Origin) Values() []string {
	return []string{"AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"}
}

// The states of keys.
const (
	Enabled         KeyState = "Enabled"
	Disabled        KeyState = "Disabled"
	PendingDeletion KeyState = "PendingDeletion"
	PendingImport   KeyState = "PendingImport"
	Unavailable     KeyState = "Unavailable"

	PendingReplicaDeletion KeyState = "PendingReplicaDeletion"
)

// The algorithms of encryption.
const (
	AlgorithmSymmetric  EncryptionAlgorithm = "SYMMETRIC_DEFAULT"
	AlgorithmOAEPSHA1   EncryptionAlgorithm = "RSAES_OAEP_SHA_1"
	AlgorithmOAEPSHA256 EncryptionAlgorithm = "RSAES_OAEP_SHA_256"
	AlgorithmSM2PKE     EncryptionAlgorithm = "SM2PKE"
)

// Values are all algorithms.
func (EncryptionAlgorithm) Values() []string {
	return []string{"SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2PKE"}
}

// The algorithms of signatures.
const (
	PSS256    SigningAlgorithm = "RSASSA_PSS_SHA_256"
	PSS384    SigningAlgorithm = "RSASSA_PSS_SHA_384"
	PSS512    SigningAlgorithm = "RSASSA_PSS_SHA_512"
	PKCS1256  SigningAlgorithm = "RSASSA_PKCS1_V1_5_SHA_256"
	PKCS1384  SigningAlgorithm = "RSASSA_PKCS1_V1_5_SHA_384"
	PKCS1512  SigningAlgorithm = "RSASSA_PKCS1_V1_5_SHA_512"
	ECDSA256  SigningAlgorithm = "ECDSA_SHA_256"
	ECDSA384  SigningAlgorithm = "ECDSA_SHA_384"
	ECDSA512  SigningAlgorithm = "ECDSA_SHA_512"
	Ed25519   SigningAlgorithm = "ED25519_SHA_512"
	Ed25519ph SigningAlgorithm = "ED25519_PH_SHA_512"
)

// Values are all algorithms, also those whose keys the lab does not make.
func (SigningAlgorithm) Values() []string {
	return []string{"RSASSA_PSS_SHA_256", "RSASSA_PSS_SHA_384", "RSASSA_PSS_SHA_512", "RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PKCS1_V1_5_SHA_384",
		"RSASSA_PKCS1_V1_5_SHA_512", "ECDSA_SHA_256", "ECDSA_SHA_384", "ECDSA_SHA_512", "SM2DSA", "ML_DSA_SHAKE_256", "ED25519_SHA_512", "ED25519_PH_SHA_512"}
}

// The types of messages to sign. EXTERNAL_MU is of ML-DSA.
const (
	Raw    MessageType = "RAW"
	Digest MessageType = "DIGEST"
)

// Values are all types of messages.
func (MessageType) Values() []string { return []string{"RAW", "DIGEST", "EXTERNAL_MU"} }

// Values are all algorithms.
func (MacAlgorithm) Values() []string {
	return []string{"HMAC_SHA_224", "HMAC_SHA_256", "HMAC_SHA_384", "HMAC_SHA_512"}
}

// ECDH is the key agreement of the lab.
const ECDH KeyAgreementAlgorithm = "ECDH"

// Values are all algorithms of key agreement.
func (KeyAgreementAlgorithm) Values() []string { return []string{"ECDH"} }

// Values are the kinds of data key pairs.
func (KeyPairSpec) Values() []string {
	return []string{"RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1", "SM2", "ECC_NIST_EDWARDS25519"}
}

// Values are all operations that a grant can allow.
func (GrantOperation) Values() []string {
	return []string{"Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo", "Sign", "Verify",
		"GetPublicKey", "CreateGrant", "RetireGrant", "DescribeKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateMac",
		"VerifyMac", "DeriveSharedSecret"}
}

// Values are what ListKeyRotations can list.
func (IncludeKeyMaterial) Values() []string { return []string{"ALL_KEY_MATERIAL", "ROTATIONS_ONLY"} }

// The wrapping algorithms.
const (
	WrapPKCS1      WrappingAlgorithm = "RSAES_PKCS1_V1_5"
	WrapOAEPSHA1   WrappingAlgorithm = "RSAES_OAEP_SHA_1"
	WrapOAEPSHA256 WrappingAlgorithm = "RSAES_OAEP_SHA_256"
	WrapAESSHA1    WrappingAlgorithm = "RSA_AES_KEY_WRAP_SHA_1"
	WrapAESSHA256  WrappingAlgorithm = "RSA_AES_KEY_WRAP_SHA_256"
	WrapSM2        WrappingAlgorithm = "SM2PKE"
)

// Values are all wrapping algorithms.
func (WrappingAlgorithm) Values() []string {
	return []string{"RSAES_PKCS1_V1_5", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256", "SM2PKE"}
}

// Values are the kinds of wrapping keys.
func (WrappingKeySpec) Values() []string { return []string{"RSA_2048", "RSA_3072", "RSA_4096", "SM2"} }

// Whether imported key material expires.
const (
	Expires       ExpirationModel = "KEY_MATERIAL_EXPIRES"
	DoesNotExpire ExpirationModel = "KEY_MATERIAL_DOES_NOT_EXPIRE"
)

// Values are the models of expiration.
func (ExpirationModel) Values() []string {
	return []string{"KEY_MATERIAL_EXPIRES", "KEY_MATERIAL_DOES_NOT_EXPIRE"}
}

// Whether key material is such as the key has had.
const (
	NewMaterial      ImportType = "NEW_KEY_MATERIAL"
	ExistingMaterial ImportType = "EXISTING_KEY_MATERIAL"
)

// Values are the types of imports.
func (ImportType) Values() []string { return []string{"NEW_KEY_MATERIAL", "EXISTING_KEY_MATERIAL"} }

// Values are the sizes of data keys.
func (DataKeySpec) Values() []string { return []string{"AES_256", "AES_128"} }

// The types of custom key stores.
const (
	StoreCloudHSM CustomKeyStoreType = "AWS_CLOUDHSM"
	StoreExternal CustomKeyStoreType = "EXTERNAL_KEY_STORE"
)

// Values are the types of custom key stores.
func (CustomKeyStoreType) Values() []string { return []string{"AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"} }

// The states of custom key stores.
const (
	Disconnected  ConnectionState = "DISCONNECTED"
	Connecting    ConnectionState = "CONNECTING"
	Connected     ConnectionState = "CONNECTED"
	Disconnecting ConnectionState = "DISCONNECTING"
	Failed        ConnectionState = "FAILED"
)

// The reasons why a connection to a CloudHSM cluster fails.
const (
	ClusterNotFound       ErrorCode = "CLUSTER_NOT_FOUND"
	InsufficientHSMs      ErrorCode = "INSUFFICIENT_CLOUDHSM_HSMS"
	InsufficientAddresses ErrorCode = "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET"
	InternalError         ErrorCode = "INTERNAL_ERROR"
	InvalidCredentials    ErrorCode = "INVALID_CREDENTIALS"
	NetworkErrors         ErrorCode = "NETWORK_ERRORS"
	SubnetNotFound        ErrorCode = "SUBNET_NOT_FOUND"
	UserLockedOut         ErrorCode = "USER_LOCKED_OUT"
	UserLoggedIn          ErrorCode = "USER_LOGGED_IN"
	UserNotFound          ErrorCode = "USER_NOT_FOUND"
)
