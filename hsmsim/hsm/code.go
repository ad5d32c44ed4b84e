package hsm

import "fmt"

// A Code is what the original tools print as a return code: of the HSM firmware (one byte), of the cluster
// layer (0x3000008x) or of the client library (0x400000xx). Every code but Success is an error.
type Code uint32

// The codes that the reference attests.
const (
	Success         Code = 0x00
	BadPKCSData     Code = 0x1b
	UnknownUser     Code = 0x9d // login with a name that does not exist
	LoginFailure    Code = 0xa3 // wrong password, or the account is locked
	InvalidHandle   Code = 0xa8
	PolicyViolation Code = 0xb3
	KeyAccessDenied Code = 0xc6
	NoSuchUser      Code = 0xce
	InvalidUserType Code = 0xdb
	NodeUnavailable Code = 0x30000085
	DaemonSocket    Code = 0x40000040
	LoginRejected   Code = 0x40000049 // number attested, text invented
	Incomplete      Code = 0x30000080 // number attested, text invented
)

// Codes whose texts are attested but whose numbers are not, and codes that are invented altogether: the
// firmware's own table is not public. The numbers are free ones of the firmware's range.
const (
	InvalidInput     Code = 0x9a // attested text
	PasswordLength   Code = 0x9b // attested text
	BadUserType      Code = 0x9c // attested text
	UserExists       Code = 0x9e // attested text
	QuorumMissing    Code = 0xb6 // attested text
	TooManyUsers     Code = 0x9f
	NotAllowed       Code = 0xa2 // not logged in, or not with this user type
	KeyStoreFull     Code = 0xa9
	DuplicateKeyID   Code = 0xaa
	BadKeySize       Code = 0xab
	NoSuchAttribute  Code = 0xac
	BadMaskedObject  Code = 0xb4
	HandleInUse      Code = 0xb5
	KeyPresent       Code = 0xbb // a clone of a key that is here already
	StorageFailure   Code = 0xb7
	TooManySessions  Code = 0xb8
	UnknownOperation Code = 0xb9
	KeyFunction      Code = 0xad // the key's attributes do not allow the operation
	BadKeyType       Code = 0xae
	DataLength       Code = 0xaf
	UnwrapFailed     Code = 0xb0
	TooManyTokens    Code = 0xba
	InvalidArguments Code = 0x40000042
	MessageLength    Code = 0x40000043
)

// Codes of the crypto processor whose numbers and names are published for the chip family, but not seen in the
// tools; where they are used is a guess.
const (
	BadTagGCM    Code = 0x0c
	BadLength    Code = 0x0f
	BadVerifyDSA Code = 0x27 // of ECDSA signatures too
)

var codeTexts = map[Code]string{
	Success:         "HSM Return: SUCCESS",
	BadPKCSData:     "CSP Error: ERR_BAD_PKCS_DATA",
	UnknownUser:     "HSM Error: user isn't initialized or user with this name doesn't exist",
	LoginFailure:    "HSM Error: RET_USER_LOGIN_FAILURE",
	InvalidHandle:   "HSM Error: Invalid object handle is passed to this operation",
	PolicyViolation: "HSM Error: This operation violates the current configured/FIPS policies",
	KeyAccessDenied: "HSM Error: Key Access is denied",
	NoSuchUser:      "HSM Error: This user doesn't exist",
	InvalidUserType: "HSM Error: Invalid User Type.",
	InvalidInput:    "HSM Error: Invalid input data/params",
	PasswordLength:  "HSM Error: min pswd len 7 and max pswd len 32",
	BadUserType:     "HSM Error: invalid user type",
	UserExists:      "HSM Error: This user is already created",
	QuorumMissing:   "RET_MXN_AUTH_FAILED",
	NodeUnavailable: "HSM CLUSTER ERROR: Server in cluster is unavailable",
	DaemonSocket:    "LIQUIDSECURITY: Daemon socket connection error",

	// Invented texts.
	TooManyUsers:     "HSM Error: The maximum number of users is reached",
	NotAllowed:       "HSM Error: This operation is not allowed for the current user",
	KeyStoreFull:     "HSM Error: No free space is left for keys",
	DuplicateKeyID:   "HSM Error: A key with this ID already exists",
	BadKeySize:       "HSM Error: Invalid key size for this key type",
	NoSuchAttribute:  "HSM Error: This attribute is not present in the object",
	BadMaskedObject:  "HSM Error: Masked object is not of this cluster or is damaged",
	HandleInUse:      "HSM Error: Object handle is already in use",
	KeyPresent:       "HSM Error: This key is already present",
	StorageFailure:   "HSM Error: Storage failure",
	TooManySessions:  "HSM Error: No free session is left",
	UnknownOperation: "HSM Error: Unknown opcode",
	KeyFunction:      "HSM Error: This operation is not allowed by the attributes of the key",
	BadKeyType:       "HSM Error: Invalid key type for this operation",
	DataLength:       "HSM Error: Data length is out of range",
	UnwrapFailed:     "HSM Error: Wrapped key is damaged or was wrapped with another key",
	TooManyTokens:    "HSM Error: The maximum number of tokens is reached",
	Incomplete:       "HSM CLUSTER ERROR: Operation is not complete on all servers",
	LoginRejected:    "LIQUIDSECURITY: Login to the HSM is rejected",
	InvalidArguments: "LIQUIDSECURITY: Invalid arguments",
	MessageLength:    "LIQUIDSECURITY: Data length is out of range",
}

// Text is the text that the tools print for a code; an unknown one has an invented text with its number.
func (c Code) Text() string {
	if t, ok := codeTexts[c]; ok {
		return t
	}
	if t, ok := chipText(c); ok {
		return t
	}
	return fmt.Sprintf("Unknown error code 0x%x", uint32(c))
}

// Error makes a Code an error; Success is never returned as one.
func (c Code) Error() string { return c.Text() }
