package configure

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/hsmlab/hsmlab/hsmsim/config"
)

const (
	maxDaemon = 65535
	maxPath   = 4096 // bytes, the limit of Linux
)

// An option is one option of the command line. The table drives parsing and help.
type option struct {
	names []string // as typed; values go by the first one
	value string   // what the value is, empty where there is none
	check func(value string) error
	help  string

	action   action // what the command does; nil for an option that goes with an action, and for help
	of       string // the action that the option goes with
	required bool   // the action is not possible without it
}

func (o option) name() string {
	return o.names[0]
}

var options = []option{
	{names: []string{"-h", "--help"}, help: textHelpHelp},
	{names: []string{"-a"}, value: "<ENI IP address>", check: config.CheckAddress, help: textHelpAddress, action: setAddress},
	{names: []string{"-m"}, help: textHelpMembers, action: setMembers},
	{names: []string{"-i"}, value: "<daemon_id>", check: checkDaemon, help: textHelpDaemon, of: "-m"},
	{names: []string{"--ssl"}, help: textHelpSSL, action: setCertificate},
	{names: []string{"--pkey"}, value: "<private key file>", check: checkPath, help: textHelpKey, of: "--ssl", required: true},
	{names: []string{"--cert"}, value: "<certificate file>", check: checkPath, help: textHelpCert, of: "--ssl", required: true},
	{names: []string{"--cmu"}, value: "<ENI IP address>", check: config.CheckAddress, help: textHelpCMU, action: setClusterMembers},
}

// given is what was typed: the value of each option by the option's first name.
type given map[string]string

// parse checks a command line as a whole and returns the action that it asks for. Help is asked for as soon
// as its option is met, whatever follows.
func parse(args []string) (action, given, error) {
	values := make(given)
	for len(args) > 0 {
		o, err := find(args[0])
		if err != nil {
			return nil, nil, err
		}
		if o.name() == "-h" {
			return printHelp, nil, nil
		}
		if _, twice := values[o.name()]; twice {
			return nil, nil, fmt.Errorf(textTwice, o.name())
		}
		args = args[1:]
		values[o.name()] = ""
		if o.value == "" {
			continue
		}
		if len(args) == 0 || strings.HasPrefix(args[0], "-") {
			return nil, nil, fmt.Errorf(textNoValue, o.name(), o.value)
		}
		if err := o.check(args[0]); err != nil {
			return nil, nil, fmt.Errorf(textBadValue, o.name(), err)
		}
		values[o.name()], args = args[0], args[1:]
	}
	chosen, err := choose(values)
	return chosen, values, err
}

func find(arg string) (option, error) {
	i := slices.IndexFunc(options, func(o option) bool { return slices.Contains(o.names, arg) })
	switch {
	case i >= 0:
		return options[i], nil
	case strings.HasPrefix(arg, "-"):
		return option{}, fmt.Errorf(textUnknownOption, arg)
	}
	return option{}, fmt.Errorf(textUnexpected, arg)
}

// choose returns the one action among the options given and checks that the others go with it.
func choose(values given) (action, error) {
	var chosen option
	for _, o := range options {
		if _, ok := values[o.name()]; !ok || o.action == nil {
			continue
		}
		if chosen.action != nil {
			return nil, fmt.Errorf(textTwoActions, chosen.name(), o.name())
		}
		chosen = o
	}
	for _, o := range options {
		_, ok := values[o.name()]
		if ok && o.of != "" && (chosen.action == nil || o.of != chosen.name()) {
			return nil, fmt.Errorf(textBelongs, o.name(), o.of)
		}
		if !ok && o.required && chosen.action != nil && o.of == chosen.name() {
			return nil, fmt.Errorf(textNeeds, chosen.name(), o.name()+" "+o.value)
		}
	}
	if chosen.action == nil {
		return nil, errors.New(textNoAction)
	}
	return chosen.action, nil
}

func checkDaemon(value string) error {
	if n, err := strconv.ParseUint(value, 10, 16); err != nil || n == 0 {
		return fmt.Errorf(textBadDaemon, value, maxDaemon)
	}
	return nil
}

func checkPath(value string) error {
	switch {
	case value == "":
		return errors.New(textNoPath)
	case len(value) > maxPath:
		return fmt.Errorf(textPathTooLong, len(value), maxPath)
	case strings.ContainsFunc(value, unicode.IsControl):
		return errors.New(textPathControl)
	}
	return nil
}

func help() string {
	var text strings.Builder
	text.WriteString(textHelpIntroduction)
	for _, o := range options {
		left := strings.TrimSpace(strings.Join(o.names, ", ") + " " + o.value)
		fmt.Fprintf(&text, "  %-27s %s\n", left, o.help)
	}
	return text.String()
}
