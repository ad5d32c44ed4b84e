package configure

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHelpIsPrintedForBothSpellings(t *testing.T) {
	golden, err := os.ReadFile("testdata/help.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"-h"}, {"--help"}, {"-a", "10.0.2.9", "-h"}, {"-h", "-x"}} {
		m := newMachine(t)
		before := m.files()
		stdout, stderr, status := m.run(args...)
		if diff := cmp.Diff(string(golden), stdout); diff != "" {
			t.Errorf("%q (-want +got):\n%s", args, diff)
		}
		if stderr != "" || status != 0 {
			t.Errorf("%q printed %q, status %d", args, stderr, status)
		}
		if diff := cmp.Diff(before, m.files()); diff != "" {
			t.Errorf("%q has changed the files:\n%s", args, diff)
		}
	}
}

func TestTheTableOfOptionsIsConsistent(t *testing.T) {
	seen := make(map[string]bool)
	for _, o := range options {
		for _, name := range o.names {
			if seen[name] || !strings.HasPrefix(name, "-") {
				t.Errorf("%s stands there twice or is no option", name)
			}
			seen[name] = true
		}
		if o.help == "" {
			t.Errorf("%s has no help", o.name())
		}
		if (o.value == "") != (o.check == nil) {
			t.Errorf("%s has a value without a check or a check without a value", o.name())
		}
		roles := 0
		for _, has := range []bool{o.name() == "-h", o.action != nil, o.of != ""} {
			if has {
				roles++
			}
		}
		if roles != 1 {
			t.Errorf("%s must be help, an action, or go with one", o.name())
		}
		if o.of != "" && !slices.ContainsFunc(options, func(a option) bool { return a.action != nil && a.name() == o.of }) {
			t.Errorf("%s goes with %s, which is no action", o.name(), o.of)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("-a\n10.0.2.9")
	f.Add("-m\n-i\n2")
	f.Add("--ssl\n--pkey\nk\n--cert\nc")
	f.Add("--cmu\nhsm-a\n-h")
	f.Fuzz(func(t *testing.T, line string) {
		run, values, err := parse(strings.Split(line, "\n"))
		if err != nil {
			return
		}
		if run == nil {
			t.Fatal("an accepted command line asks for nothing")
		}
		actions := 0
		for _, o := range options {
			value, ok := values[o.name()]
			if !ok {
				continue
			}
			if o.action != nil {
				actions++
			}
			if o.check != nil && o.check(value) != nil {
				t.Errorf("%s was accepted with %q", o.name(), value)
			}
		}
		if values != nil && actions != 1 {
			t.Errorf("%d actions were accepted", actions)
		}
	})
}
