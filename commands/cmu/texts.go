package cmu

// Texts of the original tool, from the user guide and from captures of real consoles.
const (
	promptGlobal = "aws-cloudhsm>"
	promptServer = "server%d>"

	textIgnoringFlag = "Ignoring E2E enable flag in the configuration file\n\n"
	textConnecting   = "Connecting to the server(s), it may take time\ndepending on the server(s) load, please wait...\n\n"
	textConnect      = "Connecting to server '%s': hostname '%s', port %d...\n"
	textConnected    = "Connected to server '%s': hostname '%s', port %d.\n"
	textConnectLost  = "Connection to server %s(%[1]s) on port %d failed:%s\n"
	textExiting      = "Connection to one of servers failed, exiting...\n"
	textDisconnect   = "disconnecting from servers, please wait...\n"

	textE2EEnabled   = "E2E enabled on server %d(%s)\n"
	textNoOwnerCert  = "%s,\npartition owner certificate not exist at given path\n"
	textUnencrypted  = "Server %d(%s) is in unencrypted mode now...\n"
	textLimited      = "running in limited commands mode\n"
	textBadOwnerCert = "Certificate ERROR: [Certificate signature failure]\n"
	textE2EFailed    = "Error: partition owner certificate doesn't exist at given path.\n" +
		"Failed to create client ssl ctx\n" +
		"E2E Session failed: E2E setup failed\n" +
		"Enabling E2E failed\n"

	textServerMode = "Server is in '%s' mode...\n\n"
	modeE2E        = "E2E"
	modeUnsecured  = "Unencrypted"

	textSuccess      = "%s success\n"
	textSuccessOn    = "%s success on server %d(%s)\n"
	textFailed       = "%s failed: %s\n"
	textFailedOn     = " failed on server %d(%s)\n" // after the command
	textNotConnected = "Server %d(%s) is not connected\n"

	textCautionClassic = "*************************CAUTION********************************\n" +
		"This is a CRITICAL operation, should be done on all nodes in the\n" +
		"cluster. Cav server does NOT synchronize these changes with the\n" +
		"nodes on which this operation is not executed or failed, please\n" +
		"ensure this operation is executed on all nodes in the cluster.\n" +
		"****************************************************************\n\n"
	// The blanks at three line ends are in the capture that shows this wording.
	textCautionLate = "*************************CAUTION********************************\n" +
		"This is a CRITICAL operation, should be done on all nodes in the\n" +
		"cluster. AWS does NOT synchronize these changes automatically with the \n" +
		"nodes on which this operation is not executed or failed, please \n" +
		"ensure this operation is executed on all nodes in the cluster.  \n" +
		"****************************************************************\n\n"
	questionContinue  = "Do you want to continue(y/n)?"
	textInvalidOption = "Invalid option, please type 'y' or 'n'\n\n"
	questionRetry     = "Retry/Ignore/Abort?(R/I/A):"
	questionRollBack  = "Retry/rollBack/Ignore?(R/B/I):"

	promptPassword      = "Enter password: "
	promptPasswordAgain = "Re-enter password: "
	promptNew           = "Enter new password: "
	promptNewAgain      = "Re-enter new password: "

	textCreating     = "Creating User %s(%s) on %d nodes\n"
	textCreateFailed = "creating user on server %d(%s) failed\n"
	textDeleting     = "Deleting user %s(%s) on %d nodes\n"
	textChanging     = "Changing password for %s(%s) on %d nodes\n"
	textHSMInfo      = "Getting HSM Info on %d nodes\n"

	promptPassPhrase = "Enter PEM pass phrase:"

	textMValue   = "MValue of service %d[%s] on server %d : [%d]\n"
	textSettingM = "Setting M Value(%d) for %d on %d nodes\n"
	textGotCert  = "getCert Success\n"

	textAuthWritten = "Authentication data written to: \"%s\"\n"
	// The line ends of the next two are lost in their source.
	textSignAndPaste = "Generate Base64-encoded signatures for SHA256 digests in the authentication data\n" +
		"file. To generate the signatures, use the RSA private key, which is the second factor of\n" +
		"authentication for this user. Paste the signatures and the corresponding public key\n" +
		"into the authentication data file and provide the file path below.\n" +
		"Leave this field blank to use the path initially provided.\n"
	questionFileName = "Enter filename: "

	stateConnected  = "Connected"
	textLoggedIn    = "Logged in as '%s(%s)'"
	textNotLoggedIn = "Not logged in"

	textUserThere     = "user already created, unable to insert object\n"
	textExtractMasked = "ExtractMaskedObject: 0x%x !\n"
	textInsertMasked  = "InsertMaskedObject: 0x%x !\n"
)

// Texts that no source shows: inferred from similar ones or invented, and free to be changed.
const (
	textMisused       = "Usage: cloudhsm_mgmt_util <configuration file>\n"
	textBadConfig     = "Error: unable to parse the configuration file %s\n%v\n"
	textNoServer      = "no server is enabled in it"
	textStopped       = "cloudhsm_mgmt_util: %v\n"
	textUnknown       = "Invalid command, please type 'help' for the list of commands\n"
	textUsage         = "Usage: %s\n"
	textTooLong       = "The line is too long\n"
	textNotText       = "The line is not valid UTF-8 text\n"
	textMismatch      = "Passwords do not match\n"
	textBadServer     = "Invalid server number\n"
	textBadNumber     = "Invalid %s, it must be a number from 0 to %d\n"
	textCannotWrite   = "Cannot write %s: %v\n"
	textCannotRead    = "Cannot read %s: %v\n"
	textBadApproval   = "Cannot use the approval file %s: %v\n"
	textNoPublicKey   = "no public key in PEM form"
	textChangeFailed  = "changing password on server %d(%s) failed\n"
	textRolledBack    = "rollBack success on server %d(%s)\n"
	textNotRolledBack = "rollBack failed on server %d(%s): %s\n"
	textNoBackup      = "the user was not saved"
	textSyncFailed    = "%s failed\n"
	stateLost         = "Not connected"

	textSign = "Generate Base64-encoded signatures for SHA256 digests in the authentication data\n" +
		"file. To generate the signatures, use the RSA private key, which is the second factor of\n" +
		"authentication for this user. Paste the signatures\n" +
		"into the authentication data file and provide the file path below.\n" +
		"Leave this field blank to use the path initially provided.\n"

	textHelpName = "       %s\n"
	textHelp     = "%s\n       It %s.\n       Users: %s; %s. Modes: %s.\n"
	modesBoth    = "global, server"
	modesGlobal  = "global"
	modesServer  = "server"
	needsNothing = "no login needed"
	needsE2E     = "needs E2E"
	needsLogin   = "needs a login"
)
