package kmu

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// TestTable checks what a row must be for dispatch, parsing and help to work with it.
func TestTable(t *testing.T) {
	table := commands()
	names := map[string]bool{}
	for i := range table {
		c := &table[i]
		for _, name := range append([]string{c.name}, c.aliases...) {
			if names[name] || name == "" || strings.ContainsAny(name, " \t") {
				t.Errorf("the name %q is not possible or there twice", name)
			}
			names[name] = true
		}
		if c.summary == "" || !unicode.IsUpper(rune(c.summary[0])) || strings.HasSuffix(c.summary, ".") {
			t.Errorf("%s: summary %q does not begin with a capital letter, or ends in a full stop", c.name, c.summary)
		}
		if c.run == nil {
			t.Errorf("%s does nothing", c.name)
		}
		if !c.anyWords {
			checkRow(t, c)
		}
	}
}

func checkRow(t *testing.T, c *command) {
	screen := c.screen()
	if !strings.Contains(screen, "Description:\n\t") {
		t.Errorf("%s: the help screen has no Description", c.name)
	}
	options := map[string]bool{}
	for i := range c.options {
		o := &c.options[i]
		if options[o.name] || o.name[0] != '-' || o.name == "-h" {
			t.Errorf("%s: option %s is not possible or there twice", c.name, o.name)
		}
		options[o.name] = true
		if (o.kind == kindFlag) != (o.value == "") || o.about == "" {
			t.Errorf("%s %s: the kind does not fit %q, or nothing is said about it", c.name, o.name, o.value)
		}
		if c.required(o.name) && o.initial != "" {
			t.Errorf("%s %s: a required option has no default", c.name, o.name)
		}
		if !strings.Contains(screen, "\n\t"+o.name+" ") || !strings.Contains(c.syntax(), o.name) {
			t.Errorf("%s %s is not on the help screen", c.name, o.name)
		}
	}
	for _, check := range c.checks {
		if (check.requires == "") == (check.fails == nil) || check.requires != "" && !options[check.requires] {
			t.Errorf("%s: the check %+q requires no option of the command", c.name, check.text)
		}
	}
}

func TestListingNamesEveryCommandOnceInTheOrderOfTheOriginal(t *testing.T) {
	want := []string{
		"exit", "help",
		"Configuration and Admin Commands", "getHSMInfo", "getPartitionInfo", "listUsers", "loginStatus", "loginHSM", "logoutHSM",
		"M of N commands", "getToken", "delToken", "approveToken", "listTokens",
		"Key Generation Commands", "Asymmetric Keys:", "genRSAKeyPair", "genDSAKeyPair", "genECCKeyPair",
		"Symmetric Keys:", "genPBEKey", "genSymKey",
		"Key Import/Export Commands", "createPublicKey", "importPubKey", "exportPubKey", "importPrivateKey", "exportPrivateKey",
		"imSymKey", "exSymKey", "wrapKey", "unWrapKey",
		"Key Management Commands", "deleteKey", "setAttribute", "getKeyInfo", "findKey", "findSingleKey", "getAttribute",
		"Certificate Setup Commands", "getCert",
		"Key Transfer Commands", "insertMaskedObject", "extractMaskedObject",
		"Management Crypto Commands", "sign", "verify", "aesWrapUnwrap",
		"Helper Commands", "Error2String", "getCaviumPrivKey", "IsValidKeyHandlefile", "listAttributes", "listECCCurveIds",
	}
	var got []string
	for _, c := range commands() {
		got = append(append(got, c.headings...), c.name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
