package kmu

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/commands/tool"
)

var update = flag.Bool("update", false, "rewrite the expected consoles")

var generations = map[string]tool.Generation{"classic": tool.Classic, "late": tool.Late}

// TestSessions plays testdata/*.in in both generations and compares the whole console with the files beside.
//
// A line is typed, or begins with % and says what happens to the world at that time (see world.do). These describe
// world and test: args, nodes, without USER@NODE, minimum, daemon, write FILE "TEXT", cat FILES (shows them
// afterwards), screens (help screens are compared too; elsewhere their names stand for them).
func TestSessions(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.in")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no sessions: %v", err)
	}
	for _, script := range scripts {
		for name, g := range generations {
			base := strings.TrimSuffix(script, ".in")
			t.Run(filepath.Base(base)+"/"+name, func(t *testing.T) {
				t.Parallel()
				compareGolden(t, base+"."+name, play(t, script, g))
			})
		}
	}
}

// play builds the world of a script, runs the tool in it and gives what there was to see.
func play(t *testing.T, path string, g tool.Generation) string {
	script := readScript(t, path)
	w := newWorld(t, script.nodes, script.without...)
	w.minimum, w.daemon = script.minimum, script.daemon
	for name, content := range script.write {
		if err := os.WriteFile(filepath.Join(w.dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	output, status := w.run(g, script.args, script.lines...)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n-- exit status %d --\n", output, status)
	for _, name := range script.cat {
		content, err := os.ReadFile(filepath.Join(w.dir, name))
		if err != nil {
			t.Error(err)
		}
		fmt.Fprintf(&b, "-- %s --\n%s", name, content)
	}
	for _, line := range w.log {
		fmt.Fprintf(&b, "-- client log --\n%s\n", line)
	}
	console := unpredictable.ReplaceAllStringFunc(b.String(), func(s string) string { return strings.Repeat("?", len(s)) })
	if script.screens {
		return console
	}
	console = strings.ReplaceAll(console, listing(commands()), "[list of commands]\n")
	for _, c := range commands() {
		if c.about != "" {
			console = strings.ReplaceAll(console, c.screen(), "[help screen of "+c.name+"]\n")
		}
	}
	return console
}

// script is a session and the world that it is typed in.
type script struct {
	args, without, lines, cat []string
	nodes                     []int
	minimum                   int
	daemon                    daemonState
	write                     map[string]string
	screens                   bool
}

func readScript(t *testing.T, path string) script {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := script{nodes: []int{0, 1, 2}, write: map[string]string{}}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		directive, is := strings.CutPrefix(line, "%")
		words := strings.Fields(directive)
		switch {
		case !is:
			s.lines = append(s.lines, line)
		case words[0] == "args":
			s.args = words[1:]
		case words[0] == "without":
			s.without = words[1:]
		case words[0] == "cat":
			s.cat = words[1:]
		case words[0] == "nodes":
			s.nodes = nil
			for _, w := range words[1:] {
				s.nodes = append(s.nodes, must(strconv.Atoi(w)))
			}
		case words[0] == "minimum":
			s.minimum = must(strconv.Atoi(words[1]))
		case words[0] == "daemon":
			s.daemon = map[string]daemonState{"absent": absent, "lost": lost}[words[1]]
		case words[0] == "write":
			content := strings.TrimPrefix(directive, "write "+words[1]+" ")
			s.write[words[1]] = must(strconv.Unquote(content))
		case words[0] == "screens":
			s.screens = true
		default:
			s.lines = append(s.lines, line)
		}
	}
	return s
}

// unpredictable is what differs from run to run: check values, moduli, fingerprints, what is left of a token's life.
var unpredictable = regexp.MustCompile(`\bValidity: [0-9]+|(?m)^(0x)?[0-9a-f]{28,}$|^0x[0-9a-f]{6}$|\b[0-9a-f]{40}\b`)

func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the console differs (-want +got):\n%s", diff)
	}
}
