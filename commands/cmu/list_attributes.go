package cmu

import "context"

const (
	attributesHeading = "Following are the possible attribute values for getAttribute:\n\n"
	attributesRow     = "      OBJ_ATTR_%-22s = %d\n"
)

// attributes is in the order of the original's list, also for completion.
var attributes = []struct {
	name string
	id   uint32
}{
	{"CLASS", 0}, {"TOKEN", 1}, {"PRIVATE", 2}, {"LABEL", 3}, {"TRUSTED", 134}, {"KEY_TYPE", 256}, {"ID", 258},
	{"SENSITIVE", 259}, {"ENCRYPT", 260}, {"DECRYPT", 261}, {"WRAP", 262}, {"UNWRAP", 263}, {"SIGN", 264},
	{"VERIFY", 266}, {"DERIVE", 268}, {"LOCAL", 355}, {"MODULUS", 288}, {"MODULUS_BITS", 289},
	{"PUBLIC_EXPONENT", 290}, {"VALUE_LEN", 353}, {"EXTRACTABLE", 354}, {"NEVER_EXTRACTABLE", 356},
	{"ALWAYS_SENSITIVE", 357}, {"DESTROYABLE", 370}, {"KCV", 371}, {"WRAP_WITH_TRUSTED", 528},
	{"WRAP_TEMPLATE", 1073742353}, {"UNWRAP_TEMPLATE", 1073742354}, {"ALL", 512},
}

// listAttributes asks no server.
func listAttributes(ctx context.Context, c *console, args []string) error {
	if len(args) > 0 {
		if args[0] != argH.word() {
			return errUsage
		}
		return help(ctx, c, []string{"listAttributes"})
	}
	c.print(attributesHeading)
	for _, a := range attributes {
		c.printf(attributesRow, a.name, a.id)
	}
	return nil
}
