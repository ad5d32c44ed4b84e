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
// A line is typed, or begins with % and says what happens to the world. Before the first line that is typed,
// these describe it: args, nodes, without USER@NODE, minimum, daemon. cat FILE shows a file that was written.
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

func play(t *testing.T, script string, g tool.Generation) string {
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	ids, minimum := []int{0, 1, 2}, 0
	var args, except, lines, files []string
	daemon := running
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		words := strings.Fields(strings.TrimPrefix(line, "%"))
		switch {
		case line == "" || line[0] == '#':
		case line[0] != '%':
			lines = append(lines, line)
		case words[0] == "args":
			args = words[1:]
		case words[0] == "nodes":
			ids = nil
			for _, w := range words[1:] {
				id, _ := strconv.Atoi(w)
				ids = append(ids, id)
			}
		case words[0] == "without":
			except = words[1:]
		case words[0] == "minimum":
			minimum, _ = strconv.Atoi(words[1])
		case words[0] == "daemon":
			daemon = map[string]daemonState{"absent": absent, "lost": lost}[words[1]]
		case words[0] == "cat":
			files = append(files, words[1])
		case words[0] == "write":
			files = append(files, line)
		default:
			lines = append(lines, line)
		}
	}
	w := newWorld(t, ids, except...)
	w.minimum, w.daemon = minimum, daemon
	for _, f := range files {
		if spec, ok := strings.CutPrefix(f, "%write "); ok {
			name, content, _ := strings.Cut(spec, " ")
			if err := os.WriteFile(filepath.Join(w.dir, name), []byte(strings.ReplaceAll(content, `\n`, "\n")), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	output, status := w.run(g, args, lines...)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n-- exit status %d --\n", output, status)
	for _, f := range files {
		if !strings.HasPrefix(f, "%") {
			content, err := os.ReadFile(filepath.Join(w.dir, f))
			if err != nil {
				t.Error(err)
			}
			fmt.Fprintf(&b, "-- %s --\n%s", f, content)
		}
	}
	for _, line := range w.log {
		fmt.Fprintf(&b, "-- client log --\n%s\n", line)
	}
	return unpredictable.ReplaceAllStringFunc(b.String(), func(s string) string {
		return "?" + strings.Repeat("?", len(s)-1)
	})
}

// unpredictable is what differs from run to run: check values, moduli, fingerprints.
var unpredictable = regexp.MustCompile(`(?m)^(0x)?[0-9a-f]{28,}$|^0x[0-9a-f]{6}$|\b[0-9a-f]{40}\b`)

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
