package cmu

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// A step is one command of a session and what came of it.
type step struct {
	command string
	mode    modes
	server  string   // number, in server mode
	events  []string // before it and while it runs
	output  string   // with questions and answers, without the warning
}

// A demand is what the sessions must show of a command in each of its modes.
type demand struct {
	about string
	of    func(cmd command, in modes) bool // nil for all
	met   func(s step) bool
}

var (
	// Commands that ask no server, and those that only look at the connection.
	askNobody = []string{"exit", "help", "listAttributes", "quit"}
	lookOnly  = []string{"enable_e2e", "server"}

	warned = []string{"changePswd", "createUser", "registerMofnPubKey", "registerQuorumPubKey", "setAttribute", "setMValue", "shareKey"}

	lostLine   = regexp.MustCompile(`Server (\d+)\([0-9.]+\) is not connected\n|\n(\d+)\s.*\tNot connected\s`)
	serverLine = regexp.MustCompile(`(?i)server (\d+)`)
	wrong      = regexp.MustCompile(`(?i)failed|invalid|cannot|usage:|not connected|limited commands`)
)

var demands = []demand{
	{"that it is carried out", nil, func(s step) bool { return !wrong.MatchString(s.output) }},
	{"a server that is down, and the others that go on", asks(askNobody), func(s step) bool { return !s.breaks() && s.loses() }},
	{"a server that goes away in the middle of it, and the others that go on", asks(slices.Concat(askNobody, lookOnly)),
		func(s step) bool { return s.breaks() && s.loses() }},
	{"that the operator does not want it", named(both, warned...), answered(questionContinue, "n")},
	{"another try", named(global, "changePswd", "createUser"), answered(questionRetry, "R")},
	{"a server that is left as it is", named(global, "changePswd", "createUser"), answered(questionRetry, "I")},
	{"later servers that are left alone", named(global, "changePswd", "createUser"), answered(questionRetry, "A")},
	{"another try", named(global, "deleteUser"), answered(questionRollBack, "R")},
	{"a server that is left as it is", named(global, "deleteUser"), answered(questionRollBack, "I")},
	{"a change that is taken back", named(global, "deleteUser"), answered(questionRollBack, "B")},
	{"a destination that is down", named(single, "syncKey", "syncUser"), func(s step) bool { return !s.breaks() && s.losesOther() }},
	{"a destination that goes away in the middle of it", named(single, "syncKey", "syncUser"),
		func(s step) bool { return s.breaks() && s.losesOther() }},
}

// TestSessionsCoverTheTable demands that the sessions of testdata show every command in each of its modes, also
// with a server that fails.
func TestSessionsCoverTheTable(t *testing.T) {
	if *update {
		t.Skip("the sessions are being written")
	}
	steps := readSteps(t)
	for _, cmd := range commands() {
		for _, in := range []modes{global, single} {
			for _, d := range demands {
				if cmd.modes&in == 0 || d.of != nil && !d.of(cmd, in) {
					continue
				}
				if !slices.ContainsFunc(steps, func(s step) bool { return s.command == cmd.name && s.mode == in && d.met(s) }) {
					t.Errorf("%s in %s mode: no session shows %s", cmd.name, map[modes]string{global: "global", single: "server"}[in], d.about)
				}
			}
		}
	}
}

func asks(no []string) func(command, modes) bool {
	return func(cmd command, _ modes) bool { return !slices.Contains(no, cmd.name) }
}

func named(in modes, names ...string) func(command, modes) bool {
	return func(cmd command, m modes) bool { return in&m != 0 && slices.Contains(names, cmd.name) }
}

func answered(question, answer string) func(step) bool {
	return func(s step) bool { return strings.Contains(s.output, question+answer+"\n") }
}

// breaks reports whether a connection ends at a request of the command.
func (s step) breaks() bool {
	return slices.ContainsFunc(s.events, func(e string) bool { return strings.HasPrefix(e, "!cut ") || strings.HasPrefix(e, "!mute ") })
}

// lost are the servers that the command has missed.
func (s step) lost() []string {
	var numbers []string
	for _, m := range lostLine.FindAllStringSubmatch(s.output, -1) {
		numbers = append(numbers, m[1]+m[2])
	}
	return numbers
}

// loses reports whether the command has missed a server and gone on with another one. Where it is about one
// server, it must say no more.
func (s step) loses() bool {
	lost := s.lost()
	switch {
	case s.mode == single:
		return slices.Equal(lost, []string{s.server}) && !strings.Contains(s.output, "failed")
	case slices.Contains([]string{"info", "server"}, s.command):
		return len(lost) == 1
	}
	others := slices.ContainsFunc(serverLine.FindAllStringSubmatch(s.output, -1), func(m []string) bool { return !slices.Contains(lost, m[1]) })
	return len(lost) > 0 && others && !strings.Contains(s.output, "failed")
}

func (s step) losesOther() bool {
	lost := s.lost()
	return len(lost) == 1 && lost[0] != s.server && !strings.Contains(s.output, "failed")
}

var promptLine = regexp.MustCompile(`(?m)^(?:aws-cloudhsm|server(\d+))>(.+)\n`)

func readSteps(t *testing.T) []step {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var all []step
	for _, path := range paths {
		file, err := txtar.ParseFile(path)
		if err != nil || len(file.Files) != 2 {
			t.Fatalf("%s is not a session: %v", path, err)
		}
		all = append(all, stepsOf(t, path, string(file.Files[0].Data), string(file.Files[1].Data))...)
	}
	return all
}

// stepsOf brings together what is typed and what the screen shows of it. Lines that are not typed at the
// prompt are answers of the command before.
func stepsOf(t *testing.T, path, typed, screen string) []step {
	t.Helper()
	var steps []step
	found := promptLine.FindAllStringSubmatchIndex(screen, -1)
	var events []string
	for line := range strings.Lines(typed) {
		line = strings.TrimSuffix(line, "\n")
		next := len(steps)
		switch {
		case strings.HasPrefix(line, "!"):
			events = append(events, line)
			continue
		case next < len(found) && line == screen[found[next][4]:found[next][5]]:
			at, end := found[next], len(screen)
			if next+1 < len(found) {
				end = found[next+1][0]
			}
			s := step{mode: global, output: strings.ReplaceAll(screen[at[1]:end], textCautionClassic, "")}
			if at[2] >= 0 {
				s.mode, s.server = single, screen[at[2]:at[3]]
			}
			if words := split(line); len(words) > 0 {
				cmd, _ := find(words[0], s.mode)
				s.command = cmd.name
			}
			steps = append(steps, s)
		}
		if len(steps) > 0 {
			s := &steps[len(steps)-1]
			s.events = append(s.events, events...)
		}
		events = nil
	}
	if len(steps) != len(found) {
		t.Errorf("%s: %d commands are typed and %d are on the screen", path, len(steps), len(found))
	}
	return steps
}
