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
		{"changePswd", []argument{argType, argName, argPassword}, "changes a password and unlocks the user",
			officers + "; everybody the own one", both, login, changePswd},
		{"createUser", []argument{argType, argName, argPassword}, "makes a user", officers, both, login, createUser},
		{"deleteUser", []argument{argType, argName}, "removes a user", officers, both, login, deleteUser},
		{"enable_e2e", nil, "sets up the end-to-end encryption", everybody, both, nothing, enableE2E},
		{"exit", nil, "goes back to global mode", everybody, single, nothing, exit},
		{"findAllKeys", []argument{argUserID, argHash, argOutputFile}, "lists the keys of a user; those of all users for id 0",
			officers, both, login, findAllKeys},
		{"getAttribute", []argument{argHandle, argAttribute, argFileName}, "shows an attribute of a key; all of them for 512",
			users, both, login, getAttribute},
		{"getClusterInfo", nil, "lists the HSMs of the cluster as the HSMs know it", everybody, global, nothing, getClusterInfo},
		{"getHSMInfo", nil, "shows the hardware", everybody, both, nothing, getHSMInfo},
		{"getKeyInfo", []argument{argK, argKeyHandle, argOutputFile}, "shows who owns a key and with whom it is shared",
			users, both, login, getKeyInfo},
		{"help", []argument{argCommand}, "lists the commands, or explains one", everybody, both, nothing, help},
		{"info", []argument{argServerWord, argServerID}, "shows the connection to a server", everybody, global, nothing, info},
		{"listAttributes", []argument{argH}, "lists the attributes and their ids", everybody, both, nothing, listAttributes},
		{"listUsers", nil, "lists the users", everybody, both, nothing, listUsers},
		{"loginHSM", []argument{argType, argName, argPassword}, "logs in", everybody, both, encrypted, loginHSM},
		{"logoutHSM", nil, "logs out", everybody, both, encrypted, logoutHSM},
		{"quit", nil, "ends the program", everybody, global, nothing, quit},
		{"server", []argument{argServerNumber}, "goes on with one server alone", everybody, global, nothing, server},
		{"setAttribute", []argument{argHandle, argAttribute, argValue}, "changes an attribute of a key",
			users + "; " + officers + " for 134", both, login, setAttribute},
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

// takes reports whether the command can have that many arguments.
func (cmd command) takes(n int) bool {
	required := 0
	for _, a := range cmd.arguments {
		if !a.optional() {
			required++
		}
	}
	return required <= n && n <= len(cmd.arguments)
}

// secret is which word of the line is a password, 0 for none.
func (cmd command) secret() int {
	return 1 + slices.IndexFunc(cmd.arguments, func(a argument) bool { return a.kind == kindPassword })
}
