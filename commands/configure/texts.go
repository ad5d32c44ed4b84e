package configure

// Texts of the original tool (AWS CloudHSM User Guide, configure tool).
const (
	textUpdatingServer  = "Updating server config in %s\n"
	textUpdatingCluster = "Updating '%s' from cluster state\n"
)

// Texts of our own, where nothing is known of the original's.
const (
	textUpdatingSSL = "Updating ssl config in %s\n"
	textFailed      = "configure: %v\n"
	textMisused     = "configure: %v\n\n%s"

	textUnknownOption    = "unknown option %q"
	textUnexpected       = "unexpected argument %q"
	textTwice            = "%s is given twice"
	textNoValue          = "%s needs a value: %s"
	textBadValue         = "%s: %w"
	textNoAction         = "no option says what to do"
	textTwoActions       = "%s and %s cannot be given together"
	textBelongs          = "%s is possible with %s only"
	textNeeds            = "%s needs %s"
	textBadDaemon        = "%q is not a daemon number from 1 to %d"
	textNoPath           = "the path is empty"
	textPathTooLong      = "the path has %d bytes, at most %d are allowed"
	textPathControl      = "the path must not hold control characters"
	textBadFile          = "cannot use %s: %w"
	textNotRegular       = "not a regular file"
	textNoMembers        = "%s lists no HSM"
	textHSMNoMembers     = "the HSM at %s reports no HSM in its cluster"
	textHSMBadMembers    = "the HSM at %s reports a wrong list of members: %w"
	textNoAnswer         = "cannot ask the HSM at %s for the members of its cluster: %w"
	textDaemonHasNotRun  = "%w (the client daemon writes this file when it starts; run configure -a before that)"
	textHelpIntroduction = `Usage: configure OPTION...

Tells cloudhsm_mgmt_util and the client daemon of this machine where their HSMs
are. Exactly one of -a, -m, --ssl and --cmu says what to do.

`
	textHelpHelp    = "print this text"
	textHelpAddress = "connect to the HSM with this address, in both configuration files"
	textHelpMembers = "give cloudhsm_mgmt_util the HSMs that the client daemon has found"
	textHelpDaemon  = "with -m: take those of this daemon (without it: 1)"
	textHelpSSL     = "use another client certificate, in both configuration files"
	textHelpKey     = "with --ssl: the private key of the certificate"
	textHelpCert    = "with --ssl: the certificate"
	textHelpCMU     = "-a and -m in one: ask the HSM with this address for the others"
)
