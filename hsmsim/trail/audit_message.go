package trail

import (
	"fmt"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// The log types of audit records: what a message says beyond the command.
const (
	minimalLog = "MINIMAL_LOG_ENTRY (0)"
	keyLog     = "MGMT_KEY_DETAILS_LOG (1)"
	userLog    = "MGMT_USER_DETAILS_LOG (2)"
	shareLog   = "UNKNOWN_LOG_TYPE (5)" // of shared keys, as the user guide shows
)

// opShare is the name of the opcode that shareLog is for.
const opShare = "CN_SHARE_OBJECT"

// userTypes are the user types of the audit log reference. That a primary officer counts as an officer is a guess.
var userTypes = map[hsm.UserType]string{
	hsm.CU: "CN_CRYPTO_USER (1)", hsm.CO: "CN_CRYPTO_OFFICER (2)", hsm.PCO: "CN_CRYPTO_OFFICER (2)",
	hsm.AU: "CN_APPLIANCE_USER (5)", hsm.PRECO: "CN_CRYPTO_PRE_OFFICER (6)",
}

// message is an audit record as the streams show it (user guide, interpreting HSM audit logs).
func message(r *hsm.AuditRecord, reboots uint32) string {
	var b strings.Builder
	at := r.Time.UTC()
	fmt.Fprintf(&b, "Time: %s, usecs:%d\n", at.Format("01/02/06 15:04:05.000000"), at.UnixMicro())
	fmt.Fprintf(&b, "Sequence No : 0x%x\n", r.Sequence)
	fmt.Fprintf(&b, "Reboot counter : 0x%x\n", reboots)
	b.WriteString("Command Type(hex) : CN_MGMT_CMD (0x0)\n")
	fmt.Fprintf(&b, "Opcode : %s (0x%x)\n", r.Opcode, uint16(r.Opcode))
	fmt.Fprintf(&b, "Session Handle : 0x%x\n", r.Session)
	fmt.Fprintf(&b, "Response : %d:%s\n", uint32(r.Response), r.Response.Text())
	switch {
	case r.Opcode.String() == opShare:
		b.WriteString("Log type : " + shareLog)
	case r.UserName != "":
		fmt.Fprintf(&b, "Log type : %s\nUser Name : %s\nUser Type : %s", userLog, plain(r.UserName), userType(r.UserType))
	case r.PrivateHandle != 0 || r.PublicHandle != 0:
		fmt.Fprintf(&b, "Log type : %s\nPriv/Secret Key Handle : %d\nPublic Key Handle : %d", keyLog, r.PrivateHandle, r.PublicHandle)
	default:
		b.WriteString("Log type : " + minimalLog)
	}
	return b.String()
}

func userType(t hsm.UserType) string {
	if name, ok := userTypes[t]; ok {
		return name
	}
	return fmt.Sprintf("UNKNOWN_USER_TYPE (%d)", t)
}

// plain keeps a name that somebody tried to log in with from breaking the message into lines.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, name)
}
