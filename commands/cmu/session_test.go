package cmu

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hsmlab/hsmlab/commands/tool"
)

var update = flag.Bool("update", false, "write the sessions of testdata anew")

// TestSession plays the sessions of testdata. A file has what the session shows and the world that it needs,
// what is typed, and the screen. In the other generation only the warning may look different.
func TestSession(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no sessions: %v", err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, err := txtar.ParseFile(path)
			if err != nil || len(file.Files) == 0 || file.Files[0].Name != "typed" {
				t.Fatalf("no lines to type in %s: %v", path, err)
			}
			p := readPlan(t, string(file.Comment))
			lines := strings.Split(strings.TrimSuffix(string(file.Files[0].Data), "\n"), "\n")
			classic := playSession(t, p, lines, tool.Classic)
			late := playSession(t, p, lines, tool.Late)
			if diff := cmp.Diff(strings.ReplaceAll(classic, textCautionClassic, textCautionLate), late); diff != "" {
				t.Errorf("the generations differ (-classic +late):\n%s", diff)
			}
			got := classic
			if p.late {
				got = late
			}
			if !strings.HasPrefix(name, "start") {
				got = got[strings.Index(got, promptGlobal):]
			}
			if *update {
				writeSession(t, path, file, got)
				return
			}
			if len(file.Files) != 2 {
				t.Fatalf("%s has no screen, run the test with -update", path)
			}
			if diff := cmp.Diff(string(file.Files[1].Data), got); diff != "" {
				t.Errorf("screen (-want +got):\n%s", diff)
			}
		})
	}
}

// playSession shows the screen, then what is on the standard error and the exit status where they tell
// something, and the files that the session has written.
func playSession(t *testing.T, p plan, lines []string, g tool.Generation) string {
	t.Helper()
	w := newWorld(t, p)
	o := newOperator(w, lines)
	status := Main(t.Context(), w.env(o, g))
	screen := o.screen.String()
	if o.errors.Len() > 0 {
		screen += "[standard error]\n" + o.errors.String()
	}
	if status != 0 {
		screen += "[exit status " + strconv.Itoa(status) + "]\n"
	}
	written, err := filepath.Glob(filepath.Join(w.dir, "*.out"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range written {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		screen += "[" + filepath.Base(path) + "]\n" + string(b)
	}
	return screen
}

func readPlan(t *testing.T, comment string) plan {
	t.Helper()
	p := plan{servers: 2}
	for line := range strings.Lines(comment) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		number, _ := strconv.Atoi(value)
		switch key {
		case "servers":
			p.servers = number
		case "clone":
			p.clone = number
		case "unrelated":
			p.unrelated = number
		case "refused":
			p.refused = number
		case "fresh":
			p.fresh = true
		case "silent":
			p.silent = true
		case "different":
			p.different = true
		case "late":
			p.late = true
		case "ownerless":
			p.ownerless = true
		case "quorum":
			p.quorum = true
		case "misc":
			p.misc = true
		case "officers":
			p.officers = true
		case "keyless":
			p.officers, p.keyless = true, true
		case "ca":
			p.ca = value
		default:
			if !strings.HasSuffix(key, ".") && key != "" {
				t.Fatalf("neither a sentence nor a word of the plan: %q", line)
			}
		}
	}
	return p
}

func writeSession(t *testing.T, path string, a *txtar.Archive, screen string) {
	t.Helper()
	a.Files = []txtar.File{a.Files[0], {Name: "screen", Data: []byte(screen)}}
	if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}
