package kmu

import "github.com/hsmlab/hsmlab/hsmsim/hsm"

// The texts of the original tool, from the AWS CloudHSM user guide, consoles found in the wild and the vendor's
// published utility. Help prose is our own.

const prompt = "\nCommand:  "

// Start-up.
const (
	textAppID         = "\n\tCfm3Initialize() returned app id : %08x \n"
	textSessionHandle = "\n\tsession_handle %x \n"
	textFIPSMode      = "\n\tCurrent FIPS mode is: %08x\n"
	textNoDaemon      = "\n\tCfm3Initialize() returned 0x%02x : %s\n"
	textNoSession     = "\n\tCfm3OpenSession2() returned 0x%02x : %s\n"
	textNoPartition   = "\n\tCfm3GetPartitionInfo returned: 0x%02x \n\n\t%s\n"
	textNoScript      = "\n\tError: Failed to open script file %s. \n"
	textScriptLine    = "Command String: %s \n"
	textComment       = "Comment: %s \n"
	textShellLine     = "\n%s\n"
	textEcho          = "Command:"
	textEchoWord      = " %s "
	textUtilVersion   = "Util Version\t\t\t:\t%[1]s\nSDK API Version\t\t\t:\t%[1]s\n"
	textClientVersion = "LiquidSec Client Version\t:\t%s\n"
	textUsage         = "\n\tError: Unknown commandline arguments. \n" +
		"\t\tIf you want to script a command, use the following format: \n" +
		"\t\t\t\"Cfm3Util singlecmd <command>\" \n" +
		"\t\tWhere <command> is the full command you would type when \n" +
		"\t\tyou are using Cfm3Util in the normal interactive mode.\n" +
		"\n\n" +
		"\t\tIf you want to script a CU authorised command,\n" +
		"\t\tuse the following format: \n" +
		"\t\t\t\"Cfm3Util singlecmd [loginHSM -u <CU> -s <username> -p <password>] <command>\" \n" +
		"\n"
)

// Options.
const (
	textMissing       = "\n\tError: %s (%s) is missing.\n"
	textUnreadable    = "\n\tWARNING: Failed to read from the file \"%s\".\n"
	textEmptyFile     = "\n\t %s is an empty file.\n"
	textNoArguments   = "\n\tThis command doesn't expect any arguments\n"
	textNoMinimum     = "\n\tError: Minimum servers (-min_srv) option is missing\n"
	textSharedSession = "\n\tError: sharing session keys is not allowed\n"
	textBadUserType   = "\n\tError: Invalid user type specified.\n"
	textBadMValue     = "\n\tError: Invalid m_value.\n\tValid m_value range is 1 to 8\n"
	textNoExponent    = "\n\tError: Public exponant (-e) is missing or invalid input passed\n" // sic
	textExponentDigit = "\n\tError: char %c is not a digit \n"
	textExponentLong  = "\n\tError: input length %d is more than 10 digits and input is %s\n"
	textExponentLarge = "\n\tError: exponent value %s is more than 2147483647\n"
	textBadModulus    = "Incorrect Modulus Length for FIPS mode\n"
	textBadCurve      = "\n\tError: Invalid EC Curve ID.\n"
	textCurves        = "\nThe following are the HSM supported ECC Curves\n"
	textListUsersHelp = textNoArguments + "\nDescription:\n\tlistUsers lists all users of the current partition\n"
)

// New keys.
const (
	textSecretCreated = "\n\tSymmetric Key Created.  Key Handle: %d\n"
	textPairCreated   = "\n\tCfm3GenerateKeyPair:    public key handle: %d    private key handle: %d\n"
	textAttestation   = "\n\tAttestation Check : [%s]\n"
	textNoRC4         = "\n RC4 is not allowed in FIPS mode\n\n Current FIPS mode: %08x\n"
	textFewServers    = "\n Not a valid min_srv count, please check the number of servers in cluster !!\n" +
		"\n Key generation succesful in all servers %d present in the cluster\n" // sic
	textChecking       = "\n\tChecking %s status (%d seconds)..\n"
	textCheckingFailed = "\n\tChecking %s status failed\n\n\tCfm3FindSingleKey returned : 0x%02x : %s\n"
	textNotVerified    = "Couldn't verify key sync on %d servers\nRolling back\n"
)

// Import, export and wrapping.
const (
	textWrapKeyFailed    = "AES_wrap_key failed\n"
	textUnwrapKeyFailed  = "AES_unwrap_key failed\n"
	textNoAESKey         = "\nInvalid file. Should be an AES key\n"
	textNoSymmetricKey   = "\n\t%d is not a symmetric key\n"
	textNoPrivateKey     = "\n\t%d is not a private key\n"
	textNotWritten       = "\n\nCouldn't write to file %s\n"
	textKeyLength        = "BER encoded key length is %d\n"
	textNotOpened        = "failed to open file  %s : %s\n"
	textNoPrivateFile    = "failed to read private key from file\n\n"
	textNoPKCS8          = "failed to convert to pkcs8 format\n\n"
	textImportedBefore   = "\nThis key is already imported with handle %d\n\n"
	textNoKeyType        = "Error: Invalid Key Type %d\n"
	textNoBIO            = "failed to open file bio\n\n"
	textPrivateWritten   = "\nPEM formatted private key is written to %s\n"
	textNoPublicFile     = "\n\t Failed to read Public Key from file %s\n"
	textPublicHandle     = "\nPublic Key Handle: %d \n"
	textPublicWritten    = "\nPEM formatted public key is written to %s\n"
	textPublicNotWritten = "failed to write to file\n\n"
	textNoPublicType     = "\n\tError: Invalid Key Type: 0x%02x\n"
	textPublicCreated    = "\n\tPublic Key Created.  Key Handle: %d\n"
	textWrapped          = "\n\tKey Wrapped.\n"
	textWrappedNotSaved  = "\n\tFailed to write Wrapped Key to a file.\n"
	textUnwrapped        = "\n\tKey Unwrapped.  Key Handle: %d\n"
	textUnwrappedBare    = "\n\tKey Unwrapped. Key Handle: %d\n"
	textBareUnwrap       = "%sCfm2UnWrapWithTemplate3 returned: 0x%02x : %s\n"
	textNoIV             = "\n\tWarning: IV (-i) is missing.\n\t\t 0xA6A6A6A6A6A6A6A6 is considered as default IV\n"
	textNoWrapMode       = "\n\tError: wrapping or unwrapping mode (-m) is missing.\n"
	textBadWrapMode      = "\n\tError: wrapping or unwrapping mode should be 0 or 1.\n"
	textNoWrapFile       = "\n\tError: file to be wrapped/unwrapped (-f) is missing.\n"
	textBadIVLength      = "\nError: Invalid IV length %d\n"
	textResultData       = "result data:"
	textResultWritten    = "\n\nresult written to file %s \n"
	textResultNotWritten = "\n\nFailed to write result into a file.\n"
	textMasked           = "\n\tObject was masked and written to file \"%s\" \n"
	textMaskedNotSaved   = "\n\tFailed to write masked object to a file. \n"
	textMaskedInserted   = "\tNew Key Handle: %d \n"
	textPBECreated       = "\n\tPBE Key Created.  Key Handle: %d\n"
)

// Signatures.
const (
	textNoSigningType    = "Cfm3GetAttribute to get key type failed %d : %s \n"
	textNoSignKey        = "\n\tUnsupported hash type/provided key not valid for signature mechanism\n"
	textNoVerifyKey      = "\n\tUnsupported hash type/provided key not valid for verification mechanism\n"
	textNoSignCurve      = "\n\tUnsupported curve ID. Supported curves: P256, P384, Secp256k1\n"
	textVerifyFailed     = "\n%[1]sCfm3Verify returned: 0x%02[2]x \n\n%[1]s%[3]s\n" // in both generations
	textSignatureDiffers = "\n\tFailed to verify signature\n"
	textSignatureLength  = "\n\tInvalid signature length\n"
	textSignatureInvalid = "\n\tInvalid signature\n"
)

// Files that stand for keys.
const (
	textFakeWritten   = "\n\nPrivate Key Handle is written to %s in fake PEM format\n"
	textFakeNotOpened = "\n\tFailed to open file for writing\n"
	textFakeNoKey     = "\n\tFailed to get key attribute\n"
	textFakeWrongKey  = "\n\tInput key handle should be RSA/ECDSA private key handle\n"
	textFakeFailed    = "\n\tError in writing private key file\n"
	textRealKey       = "\n\n \tInput key file has real private key \n\n"
	textFakeKey       = "\n\n \tInput file has key handle: %d \n\n"
	textFakeKeyGone   = "\n\n \tInput file has invalid key handle: %d \n"
	textFileUnopened  = "\n\n \t error in opening file %s \n\n"
	textFileUnread    = "\n\n: \terror in Reading private key file %s \n\n"
	textFileCheck     = "\n\n \t IsValidKeyHandlefile return  0x%02x  %s\n\n"
)

// Tokens. Of a token's lines, which the management tool shows too, this tool's form is not known.
const (
	textBadService         = "Invalid service number\n"
	textToken              = "\nToken:\nId:%d\nService:%d\nNode:%d\nKey Handle:%d\nUser:%s\n"
	textTokenState         = "Token Validity: %d sec\nRequired num of approvers : %d\nCurrent num of approvals : %d\n"
	textApprover           = "Approver-%d: %s\n"
	textNoTokens           = "no tokens found\n"
	textTokenFileNotOpened = "failed to open the file %s\n"
	textTokenFileUnread    = "failed to read token from %s\n"
	textImproperToken      = "Improper token passed\n"
	textTooManyTokens      = " number of tokens in the file is more than 32\n"
	textApprovalNotOpened  = "Failed to open file: %s\n"
	textTooManyApprovals   = " number of approvals in the file is more than 20\n"
	textNoApprovers        = "Failed to read Approver Details\n"
)

// Certificates.
const (
	textNoCertificateFile = "\n\tCertificate file (-f) is missing \n"
	textNoSubject         = "\n\tCertificate Subject (-s) is missing \n"
	textCertificate       = "\n\tCfm3GetCert() returned %d :%s\n"
	textNoCertificate     = "\n\tCfm3GetCert() failed with erro code %d :%s\n" // sic
)

// Other commands.
const (
	textErrorCode      = "\n\tError Code %x maps to %s\n"
	textSharer         = "\n\t\t %d"
	textQuorum         = "\n\t %d Users need to approve to use/manage this key"
	textUnusable       = "\n\t This key is unusable as M > N. Better delete this."
	textAttested       = "\n\t Verifying attestation for value\n"
	textFileNotOpened  = "Failed to open file\n "
	textBoolean        = "\t\tThis attribute is defined as a boolean value.\n"
	textEnterBoolean   = "\t\tEnter the boolean attribute value (0 or 1):"
	textNoBoolean      = "\nError reading the user input value\n"
	textNotModifiable  = "\n\tThis attribute is either not modifiable or unknown"
	textEnterPassword  = "Enter password: "
	textLoginStatus    = "\n\t%s has logged-in\n"
	textDefaultOfficer = "\n\t Default CO has logged in\n"
	textLoginFailure   = "\n\tCfm3GetLoginStatus Failure: 0x%02x : %s\n"
	textDeviceFailure  = "\n\tCfm3GetHSMInfo2 Failure: 0x%02x : %s\n"
)

// Texts of our own, where nothing is known of the original's.
const (
	utilVersion   = "2.03" // of the firmware that the HSMs report
	textNoConsole = "key_mgmt_util: %v\n"
	textBareOnly  = "\n\tError: %s is for -noheader only.\n"
	textGCMIVFile = "\n\tError: IV file (-iv_file) is missing.\n"
	textListing   = "\nCommands (<command> -h shows the options of one):\n\n"
)

// A family is what differs between the output generations.
type family struct {
	// The result line: indentation, function, code, text.
	success, failure string

	heading     string // of the cluster block
	node        string // its lines: indentation, node id, code, text
	bareHeading bool   // the heading stands alone for a request that reached no node
	loginIndent string

	// loginRejected: the client daemon reports a failed login itself, without a block.
	loginRejected bool
	// deleteFinds: deleteKey looks for the key first, under that function's name.
	deleteFinds   bool
	findSingleKey string // function name

	findTotal, findRange, findList string
	findBreak                      int // handles on a line of the list, 0 for all

	ownedBy, sharedWith string
	infoGap             bool // getKeyInfo ends with empty lines

	users, usersHeader, usersRow string

	// Function names and texts of import and export.
	importWrap, importTemplate, importUnwrap string
	exportWrap, exportUnwrap                 string
	privateUnwrap                            string // result of importPrivateKey: indentation, code, text; "" for the usual line
	secretImported, privateImported          string
	secretExported                           string
	wrap, unwrap                             string
	wrappedFile                              string

	// signBlock: sign prints its result first, and a cluster block at the end.
	signBlock          bool
	signResult, signed string
	verified           string
	// differsAsBadData: a signature of another message is reported as one that another key has made.
	differsAsBadData bool

	// emptyResult: aesWrapUnwrap leaves an empty file where it fails.
	emptyResult bool

	allAttributes, attributeFile string
	dumpHeader                   int    // bytes in the size that getAttribute reports
	dumpAll                      bool   // a dump has the attributes of later firmware too
	dumpPrefix                   string // of a modulus in a dump
	dumpBreaksPoint              bool   // the public point of an EC key is broken into lines like a modulus

	// publicRSA are the attributes of new RSA public keys that differ from the firmware's of today.
	publicRSA map[hsm.AttributeID]bool

	attributesHeading string // of listAttributes
	attributes        []hsm.AttributeID
}

// families is indexed by tool.Generation.
var families = [...]family{
	{ // Classic
		success: "\n%s%s returned: 0x%02x : %s\n",
		failure: "\n%s%s returned: 0x%02x : %s\n",
		heading: "Cluster Error Status",
		node:    "%sNode id %d and err state 0x%08x : %s\n",

		bareHeading:   true,
		deleteFinds:   true,
		findSingleKey: "Cfm3FindKey",

		findTotal: "\nTotal number of keys present %d\n",
		findRange: "\n number of keys matched from start index 0::%d\n",

		ownedBy:    "\n\tOwned by user %d\n",
		sharedWith: "\n\talso, shared to following %d user(s):\n",

		users: "\n\tNumber Of Users found %d\n\n",
		usersHeader: "\tIndex       User ID     User Type       User Name           MofnPubKey    LoginFailureCnt" +
			"         2FA\n",
		usersRow: "\t%-8d%10d      %-16s%-25s %-3s%15d               %s\n",

		importWrap: "Cfm3WrapHostKey", importTemplate: "Cfm3CreateUnwrapTemplate", importUnwrap: "Cfm3UnWrapKey",
		exportWrap: "Cfm3WrapKey", exportUnwrap: "Cfm3UnWrapHostKey",
		secretImported:  "\n\tSymmetric Key Unwrapped.  Key Handle: %d\n",
		privateImported: "\n\tPrivate Key Unwrapped.  Key Handle: %d\n",
		secretExported:  "\n\nWrapped Symmetric Key written to file \"%s\"\n",
		wrap:            "Cfm2WrapKey",
		unwrap:          "Cfm3UnWrapKey",
		wrappedFile:     "\n\tWrapped Key written to file \"%s length %d\n",

		signBlock:        true,
		signResult:       "Cfm3Sign",
		signed:           "\nsignature is written to file %s\n",
		verified:         "\n\tSignature verification successful\n",
		differsAsBadData: true,

		emptyResult: true,

		allAttributes: "\ngot all attributes of size %d attr cnt %d\n",
		attributeFile: "Attributes dumped into %s file\n",
		dumpHeader:    32,

		publicRSA: map[hsm.AttributeID]bool{hsm.AttrPrivate: false, hsm.AttrWrap: false},

		attributesHeading: "\nFollowing are the possible attribute values for getAttributes:\n\n",
		attributes: []hsm.AttributeID{hsm.AttrClass, hsm.AttrToken, hsm.AttrPrivate, hsm.AttrLabel, hsm.AttrKeyType,
			hsm.AttrEncrypt, hsm.AttrDecrypt, hsm.AttrWrap, hsm.AttrUnwrap, hsm.AttrSign, hsm.AttrVerify, hsm.AttrLocal,
			hsm.AttrModulus, hsm.AttrModulusBits, hsm.AttrPublicExponent, hsm.AttrValueLen, hsm.AttrExtractable, hsm.AttrKCV},
	},
	{ // Late
		success: "\n%s%s returned: 0x%02x : %s\n",
		failure: "\n%[1]s%[2]s returned: 0x%02[3]x \n\n%[1]s%[4]s\n",
		heading: "Cluster Status:",
		node:    "%sNode id %d status: 0x%08x : %s\n",

		loginIndent:   "\t",
		loginRejected: true,
		findSingleKey: "Cfm3FindSingleKey",

		findTotal: "\n\tTotal number of keys present: %d\n",
		findRange: "\n\tNumber of matching keys from start index 0::%d\n",
		findList:  "\n\tHandles of matching keys:\n\t",
		findBreak: 15,

		ownedBy:    "\n\tOwned by user: %d\n",
		sharedWith: "\n\tShared with following %d user(s):",
		infoGap:    true,

		users: "\n\tNumber Of Users Found: %d\n\n",
		usersHeader: "\tIndex\t    User ID    \tUser Type\tUser Name\t\t\t   MofnPubKey\t LoginFailureCnt" +
			"\t 2FA\n",
		usersRow: "\t%d\t%10d\t%s\t\t%-32s\t%3s %15d\t\t %3s\n",

		importWrap: "Cfm3ImportWrapKey", importTemplate: "Cfm3CreateUnwrapTemplate2", importUnwrap: "Cfm3ImportUnWrapKey",
		exportWrap: "Cfm3ExportWrapKey", exportUnwrap: "Cfm3ExportUnwrapKey",
		privateUnwrap:   "\n%sCfm3ImportUnWrapKey: 0x%02x : %s\n",
		secretImported:  "\n\tSymmetric Key Imported.  Key Handle: %d \n",
		privateImported: "\n\tPrivate Key Imported.  Key Handle: %d \n",
		secretExported:  "\n\nExported Symmetric Key written to file \"%s\"\n",
		wrap:            "Cfm3WrapKeyWithTemplate",
		unwrap:          "Cfm2UnWrapKey5",
		wrappedFile:     "\n\tWrapped Key written to file \"%s\" length %d\n",

		signResult: "Cfm3Sign: sign",
		signed:     "\n\tSignature creation successful\n\n\tsignature is written to file %s\n",
		verified:   "\n\tSignature verifition successful\n", // sic

		allAttributes:   "\nAttribute size: %d, count: %d\n",
		attributeFile:   "Written to: %s file\n",
		dumpHeader:      48,
		dumpAll:         true,
		dumpPrefix:      "0x",
		dumpBreaksPoint: true,

		attributesHeading: "\nDescription\n===========\nThe following are all of the possible attribute values for getAttributes.\n\n",
		attributes: []hsm.AttributeID{hsm.AttrClass, hsm.AttrToken, hsm.AttrPrivate, hsm.AttrLabel, hsm.AttrTrusted,
			hsm.AttrKeyType, hsm.AttrID, hsm.AttrSensitive, hsm.AttrEncrypt, hsm.AttrDecrypt, hsm.AttrWrap, hsm.AttrUnwrap,
			hsm.AttrSign, hsm.AttrVerify, hsm.AttrLocal, hsm.AttrModulus, hsm.AttrModulusBits, hsm.AttrPublicExponent,
			hsm.AttrValueLen, hsm.AttrExtractable, hsm.AttrNeverExtractable, hsm.AttrAlwaysSensitive, hsm.AttrDestroyable,
			hsm.AttrKCV, hsm.AttrWrapWithTrusted},
	},
}
