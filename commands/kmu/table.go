package kmu

import "slices"

// commands is the table of commands, in the order of the list that help prints. It drives dispatch, parsing, help
// screens, completion and history.
func commands() []command {
	return []command{
		{name: "exit", summary: "Leaves the program", anyWords: true, run: runExit},
		{name: "help", summary: "Shows this list", anyWords: true, run: runHelp},

		{
			headings: []string{"Configuration and Admin Commands"},
			name:     "getHSMInfo",
			summary:  "Shows the hardware of the HSM",
			about:    "Shows model, firmware and memory of the HSM that serves the session.",
			run:      runGetHSMInfo,
		}, {
			name:    "getPartitionInfo",
			summary: "Shows the partition and its limits",
			about:   "Shows the limits of the partition and how much of them is in use.",
			run:     runGetPartitionInfo,
		}, {
			name:    "listUsers",
			summary: "Lists all users of the HSMs",
			fixed:   textListUsersHelp,
			run:     runListUsers,
		}, {
			name:    "loginStatus",
			summary: "Tells who is logged in",
			about:   "Tells the type of the user who is logged in.",
			run:     runLoginStatus,
		}, {
			name:    "loginHSM",
			summary: "Logs in to all HSMs",
			about:   "Logs in to all HSMs of the cluster. Either -p or -hpswd is needed.",
			options: loginHSMOptions,
			checks:  loginHSMChecks,
			run:     runLoginHSM,
		}, {
			name:    "logoutHSM",
			summary: "Logs out from all HSMs",
			about:   "Logs out from all HSMs of the cluster. Session keys are gone then.",
			run:     runLogoutHSM,
		},

		{headings: []string{"M of N commands"}, name: "getToken", summary: "Begins a service that needs approvals and gets its token"},
		{name: "delToken", summary: "Removes tokens"},
		{name: "approveToken", summary: "Hands in the approvals of a token"},
		{name: "listTokens", summary: "Lists all tokens of the partition"},

		{
			headings: []string{"Key Generation Commands", "Asymmetric Keys:"},
			name:     "genRSAKeyPair",
			aliases:  []string{"rsaGenKeyPair"},
			summary:  "Makes an RSA key pair",
			about:    "Makes an RSA key pair.",
			options:  slices.Concat(genRSAKeyPairOptions, creationOptions(textBadMValue, 1)),
			checks:   slices.Concat(genRSAKeyPairChecks, creationChecks),
			login:    true,
			run:      runGenRSAKeyPair,
		},
		{name: "genDSAKeyPair", aliases: []string{"dsaGenKeyPair"}, summary: "Makes a DSA key pair"},
		{
			name:    "genECCKeyPair",
			summary: "Makes an elliptic curve key pair",
			about:   "Makes a key pair on an elliptic curve. In FIPS mode HSMs accept the curves 2, 14 and 16.",
			options: slices.Concat(genECCKeyPairOptions, creationOptions("", 0)),
			checks:  slices.Concat(genECCKeyPairChecks, creationChecks),
			login:   true,
			notes:   curveList(),
			run:     runGenECCKeyPair,
		},

		{headings: []string{"Symmetric Keys:"}, name: "genPBEKey", summary: "Makes a DES3 key from a password (not in FIPS mode)"},
		{
			name:    "genSymKey",
			summary: "Makes a symmetric key",
			about:   "Makes a symmetric key.",
			options: slices.Concat(genSymKeyOptions, creationOptions("", 0)),
			checks:  slices.Concat(genSymKeyChecks, creationChecks),
			login:   true,
			run:     runGenSymKey,
		},

		{headings: []string{"Key Import/Export Commands"}, name: "createPublicKey", summary: "Makes an RSA public key from its numbers"},
		{name: "importPubKey", summary: "Imports a public key"},
		{name: "exportPubKey", summary: "Exports a public key"},
		{name: "importPrivateKey", summary: "Imports a private key"},
		{name: "exportPrivateKey", summary: "Exports a private key"},
		{name: "imSymKey", summary: "Imports a symmetric key"},
		{name: "exSymKey", summary: "Exports a symmetric key"},
		{name: "wrapKey", summary: "Writes a key, wrapped with another, to a file"},
		{name: "unWrapKey", summary: "Reads a wrapped key from a file"},

		{
			headings: []string{"Key Management Commands"},
			name:     "deleteKey",
			summary:  "Deletes a key",
			about:    "Deletes a key from all HSMs; of a pair only the half with this handle. The owner only.",
			options:  []option{{name: "-k", value: "<key handle>", kind: kindHandle, about: "the key"}},
			checks:   []check{needs("-k", "Key handle")},
			login:    true,
			run:      runDeleteKey,
		}, {
			name:    "setAttribute",
			summary: "Turns a session key into a token key",
			about:   "Sets an attribute of a key; its value is asked for. Only OBJ_ATTR_TOKEN can be set, by the owner.",
			options: []option{
				{name: "-o", value: "<key handle>", kind: kindHandle, about: "the key"},
				{name: "-a", value: "<attribute>", kind: kindNumber, about: "1 for OBJ_ATTR_TOKEN"},
			},
			checks: []check{needs("-o", "Object handle"), needs("-a", "Attribute ID")},
			login:  true,
			run:    runSetAttribute,
		}, {
			name:    "getKeyInfo",
			summary: "Shows who owns and shares a key",
			about:   "Shows the owner of a key, the users who share it and how many of them must approve its use.",
			options: []option{{name: "-k", value: "<key handle>", kind: kindHandle, about: "the key"}},
			checks:  []check{needs("-k", "Key handle")},
			login:   true,
			run:     runGetKeyInfo,
		}, {
			name:    "findKey",
			summary: "Lists keys",
			about:   "Lists the keys that the user may use. All conditions that are given must hold; without any, all keys are listed.",
			options: findKeyOptions,
			login:   true,
			run:     runFindKey,
		}, {
			name:    "findSingleKey",
			summary: "Tells which HSMs have a key",
			about:   "Looks for a key on every HSM of the cluster.",
			options: []option{{name: "-k", value: "<key handle>", kind: kindHandle, about: "the key"}},
			checks:  []check{{requires: "-k"}}, // the original says nothing about the missing handle
			login:   true,
			run:     runFindSingleKey,
		}, {
			name:    "getAttribute",
			summary: "Writes attributes of a key to a file",
			about:   "Writes one attribute of a key, or all of them, to a file.",
			options: []option{
				{name: "-o", value: "<key handle>", kind: kindHandle, about: "the key"},
				{name: "-a", value: "<attribute>", kind: kindNumber, about: "number of the attribute as listAttributes shows it, 512 for all"},
				{name: "-out", value: "<file>", kind: kindText, about: "the file, which is written over"},
				{name: "-attest", about: "let the HSM attest that it has the key, and check that"},
			},
			checks: []check{needs("-o", "Object handle"), needs("-a", "Attribute ID"), needs("-out", "Attribute File")},
			login:  true,
			run:    runGetAttribute,
		},

		{headings: []string{"Certificate Setup Commands"}, name: "getCert", summary: "Writes a certificate of the HSM to a file"},

		{headings: []string{"Key Transfer Commands"}, name: "insertMaskedObject", summary: "Makes a key of a masked object"},
		{name: "extractMaskedObject", summary: "Writes a key as masked object to a file"},

		{headings: []string{"Management Crypto Commands"}, name: "sign", summary: "Signs a file"},
		{name: "verify", summary: "Checks the signature of a file"},
		{name: "aesWrapUnwrap", summary: "Wraps or unwraps a file with an AES key"},

		{
			headings: []string{"Helper Commands"},
			name:     "Error2String",
			summary:  "Explains a return code",
			about:    "Gives the text of a return code.",
			options:  []option{{name: "-r", value: "<code>", kind: kindCode, about: "the code; with 0x in front it is read as hex"}},
			checks:   []check{needs("-r", "Response code")},
			run:      runError2String,
		},
		{name: "getCaviumPrivKey", aliases: []string{"getPrivKeyfile"}, summary: "Writes a PEM file that stands for a private key on the HSM"},
		{name: "IsValidKeyHandlefile", summary: "Tells a real private key file from one that stands for a key"},
		{
			name:    "listAttributes",
			summary: "Lists the key attributes and their numbers",
			about:   "Lists the attributes that getAttribute knows.",
			run:     runListAttributes,
		}, {
			name:    "listECCCurveIds",
			summary: "Lists the elliptic curves and their numbers",
			about:   "Lists the curves that genECCKeyPair knows.",
			run:     runListECCCurveIDs,
		},
	}
}
