package cmu

import (
	"context"
	"slices"
	"strings"
)

// A command is one row of the table, which drives dispatch, the check of the arguments, help, completion and
// the history.
type command struct {
	name      string
	arguments []argument
	summary   string
	who       string // user types that may use it, for the help; the HSM decides
	modes     modes
	needs     need
	run       func(ctx context.Context, c *console, args []string) error
}

// modes are where a command can be typed.
type modes uint8

const (
	global modes = 1 << iota // aws-cloudhsm>, acts on all servers
	single                   // server0>, acts on one
	both   = global | single
)

// A need is what a command needs of the servers that it acts on.
type need uint8

const (
	nothing   need = iota // runs in limited commands mode too
	encrypted             // an end-to-end channel
	login                 // that and a user who is logged in, which the HSM checks
)

const (
	officers  = "CO, PCO"
	users     = "CU"
	everybody = "everybody"
)

// commands is the table, in order of the names. It is a function since help, one of the commands, reads it.
func commands() []command {
	return []command{
		{"approveToken", []argument{argApprovalFile}, "brings the approvals of a token to the HSMs", officers, both, login, approveToken},
		{"changePswd", []argument{argType, argName, argPassword, argTwoFactor, argAuthData}, "changes a password and unlocks the user",
			officers + "; everybody the own one", both, login, changePswd},
		{"createUser", []argument{argType, argName, argPassword, argTwoFactor, argAuthData}, "makes a user", officers, both, login, createUser},
		{"delToken", []argument{argTokenID}, "takes back a token", officers, both, login, delToken},
		{"deleteUser", []argument{argType, argName}, "removes a user", officers, both, login, deleteUser},
		{"enable_e2e", nil, "sets up the end-to-end encryption", everybody, both, nothing, enableE2E},
		{"exit", nil, "goes back to global mode", everybody, single, nothing, exit},
		{"findAllKeys", []argument{argUserID, argHash, argOutputFile}, "lists the keys of a user; those of all users for id 0",
			officers, both, login, findAllKeys},
		{"getAttribute", []argument{argHandle, argAttribute, argFileName}, "shows an attribute of a key; all of them for 512",
			users, both, login, getAttribute},
		{"getCert", []argument{argCertFile, argCertType}, "writes a certificate of the HSM into a file", everybody, single, nothing, getCert},
		{"getClusterInfo", nil, "lists the HSMs of the cluster as the HSMs know it", everybody, global, nothing, getClusterInfo},
		{"getHSMInfo", nil, "shows the hardware", everybody, both, nothing, getHSMInfo},
		{"getKeyInfo", []argument{argK, argKeyHandle, argOutputFile}, "shows who owns a key and with whom it is shared",
			users, both, login, getKeyInfo},
		{"getMValue", []argument{argService}, "shows how many approvals a service needs", officers, both, login, getMValue},
		{"getToken", []argument{argService, argName, argTokenFile}, "gets a token, to be approved of, for one operation",
			officers, both, login, getToken},
		{"help", []argument{argCommand}, "lists the commands, or explains one", everybody, both, nothing, help},
		{"info", []argument{argServerWord, argServerID}, "shows the connection to a server", everybody, global, nothing, info},
		{"listAttributes", []argument{argH}, "lists the attributes and their ids", everybody, both, nothing, listAttributes},
		{"listTokens", nil, "lists the tokens and who has approved of them", officers, both, login, listTokens},
		{"listUsers", nil, "lists the users", everybody, both, nothing, listUsers},
		{"loginHSM", []argument{argType, argName, argPassword, argTwoFactor, argAuthData}, "logs in", everybody, both, encrypted, loginHSM},
		{"logoutHSM", nil, "logs out", everybody, both, encrypted, logoutHSM},
		{"quit", nil, "ends the program", everybody, global, nothing, quit},
		{"registerMofnPubKey", []argument{argType, argMatchString, argName, argPrivateKey},
			"registers a key for quorum authentication by its private half", officers, both, login, registerMofnPubKey},
		{"registerQuorumPubKey", []argument{argType, argName, argRegToken, argSignedToken, argPublicKey},
			"registers a key for quorum authentication", officers + "; everybody the own one", both, login, registerQuorumPubKey},
		{"server", []argument{argServerNumber}, "goes on with one server alone", everybody, global, nothing, server},
		{"setAttribute", []argument{argHandle, argAttribute, argValue}, "changes an attribute of a key",
			users + "; " + officers + " for 134", both, login, setAttribute},
		{"setMValue", []argument{argService, argM}, "sets how many approvals a service needs", officers, both, login, setMValue},
		{"shareKey", []argument{argHandle, argUserID, argShare}, "shares a key with a user, or takes that back", users, both, login, shareKey},
		{"syncKey", []argument{argHandle, argDestination}, "clones a key to another server", officers + ", " + users, single, login, syncKey},
		{"syncUser", []argument{argSyncUserID, argServerID}, "clones a user to another server", officers, single, login, syncUser},
	}
}

// find picks the command that a word stands for in a mode: the one of that name, or the only one that begins
// with it. Upper and lower case differ.
func find(word string, in modes) (command, bool) {
	var found []command
	for _, cmd := range commands() {
		switch {
		case cmd.modes&in == 0:
		case cmd.name == word:
			return cmd, true
		case strings.HasPrefix(cmd.name, word):
			found = append(found, cmd)
		}
	}
	if len(found) != 1 {
		return command{}, false
	}
	return found[0], true
}

// synopsis is the command's name with its arguments, as help and the usage line show it.
func (cmd command) synopsis() string {
	words := []string{cmd.name}
	for _, a := range cmd.arguments {
		words = append(words, a.shown)
	}
	return strings.Join(words, " ")
}

// takes reports whether the command can have that many arguments, and has its options where they belong.
func (cmd command) takes(args []string) bool {
	required := 0
	for i, a := range cmd.arguments {
		if !a.optional() {
			required++
		}
		if a.option() && len(args) > i && (args[i] != a.word() || len(args) == i+1) {
			return false
		}
	}
	return required <= len(args) && len(args) <= len(cmd.arguments)
}

// secret is which word of the line is a password, 0 for none.
func (cmd command) secret() int {
	return 1 + slices.IndexFunc(cmd.arguments, func(a argument) bool { return a.kind == kindPassword })
}
