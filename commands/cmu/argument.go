package cmu

import (
	"math"
	"strconv"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
)

// An argument is one word after a command.
type argument struct {
	shown string // as the guide's synopsis has it; in brackets where it may be left out
	kind  kind
}

// A kind is what a word stands for, for completion and the history.
type kind uint8

const (
	kindOther kind = iota
	kindWord       // the very word that is shown
	kindUserType
	kindUserName
	kindPassword
	kindUserID
	kindHandle
	kindAttribute
	kindServer
	kindFile
	kindCommand
	kindService
	kindCertificate
)

// The arguments of all commands. The guide writes the same thing differently on different pages.
var (
	argType         = argument{"<user-type>", kindUserType}
	argName         = argument{"<user-name>", kindUserName}
	argPassword     = argument{"<password |" + hiddenPassword + ">", kindPassword}
	argUserID       = argument{"<user id>", kindUserID}
	argSyncUserID   = argument{"<user ID>", kindUserID}
	argHash         = argument{"<key hash (0/1)>", kindOther}
	argHandle       = argument{"<key handle>", kindHandle}
	argKeyHandle    = argument{"<key-handle>", kindHandle}
	argAttribute    = argument{"<attribute id>", kindAttribute}
	argValue        = argument{"<value>", kindOther}
	argShare        = argument{"<(share/unshare key?) 1/0>", kindOther}
	argServerWord   = argument{"server", kindWord}
	argServerID     = argument{"<server ID>", kindServer}
	argServerNumber = argument{"<server-number>", kindServer}
	argDestination  = argument{"<destination hsm>", kindServer}
	argK            = argument{"[-k]", kindWord}
	argH            = argument{"[-h]", kindWord}
	argOutputFile   = argument{"[<output file>]", kindFile}
	argFileName     = argument{"[<filename>]", kindFile}
	argCommand      = argument{"[<command>]", kindCommand}
	argTwoFactor    = argument{"[" + twoFactor, kindWord}
	argAuthData     = argument{"</path/to/authdata>]", kindFile}
	argService      = argument{"<service>", kindService}
	argM            = argument{"<m>", kindOther}
	argTokenFile    = argument{"<token file>", kindFile}
	argTokenID      = argument{"<token id>", kindOther}
	argApprovalFile = argument{"<approval file>", kindFile}
	argRegToken     = argument{"<registration-token>", kindFile}
	argSignedToken  = argument{"<signed-registration-token>", kindFile}
	argPublicKey    = argument{"<public-key>", kindFile}
	argMatchString  = argument{"<key_match_string>", kindOther}
	argPrivateKey   = argument{"<private key file>", kindFile}
	argCertFile     = argument{"<file-name>", kindFile}
	argCertType     = argument{"<certificate-type>", kindCertificate}
)

// optional reports whether the argument may be left out.
func (a argument) optional() bool {
	return strings.HasPrefix(a.shown, "[") || strings.HasSuffix(a.shown, "]")
}

// option reports whether the argument is the name of an option that another argument follows: both are there or
// none.
func (a argument) option() bool {
	return strings.HasPrefix(a.shown, "[") && !strings.HasSuffix(a.shown, "]")
}

// word is the argument as typed, where it is a fixed word.
func (a argument) word() string { return strings.Trim(a.shown, "[]") }

// number reads a number from 0 to limit; what names it in the complaint.
func number(what, word string, limit uint64) (uint64, error) {
	n, err := strconv.ParseUint(word, 10, 64)
	if err != nil || n > limit {
		return 0, complain(textBadNumber, what, limit)
	}
	return n, nil
}

// id reads a key handle, a user id or an attribute id.
func id(what, word string) (uint64, error) { return number(what, word, math.MaxUint32) }

// boolean reads 0 or 1.
func boolean(what, word string) (bool, error) {
	n, err := number(what, word, 1)
	return n == 1, err
}

// serverAt finds a server by its number as typed.
func (c *console) serverAt(word string) (*cluster.Server, error) {
	n, err := strconv.Atoi(word)
	if err != nil || n < 0 || n >= len(c.fleet.Servers) {
		return nil, complaint(textBadServer)
	}
	return c.fleet.Servers[n], nil
}
