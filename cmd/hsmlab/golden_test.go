package main

import (
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
)

// goldens are the sessions that have changed, by script and file.
type goldens struct {
	mu      sync.Mutex
	changed map[string]map[string]string
}

// session is the script command
//
//	session [-size ROWSxCOLUMNS] FILE PROGRAM [ARGUMENT...]
//
// It plays the console that FILE shows (see play) and fails unless it looks the same again.
func (g *goldens) session(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec("play", args...)
	file := args[0]
	if file == "-size" && len(args) > 2 {
		file = args[2]
	}
	want, got := ts.ReadFile(file), ts.ReadFile("stdout")
	switch {
	case want == got:
	case !*update:
		ts.Fatalf("%s (-want +got):\n%s", file, cmp.Diff(want, got))
	default:
		g.keep(ts.Name(), file, got)
	}
	if err != nil && !neg {
		ts.Fatalf("the program has failed: %v", err)
	}
	if err == nil && neg {
		ts.Fatalf("the program has not failed")
	}
}

func (g *goldens) keep(script, file, text string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.changed == nil {
		g.changed = map[string]map[string]string{}
	}
	if g.changed[script] == nil {
		g.changed[script] = map[string]string{}
	}
	g.changed[script][file] = text
}

// write puts the sessions that have changed into their scripts.
func (g *goldens) write(t *testing.T) {
	for script := range maps.Keys(g.changed) {
		path := filepath.Join("testdata", script+".txtar")
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range archive.Files {
			if text, ok := g.changed[script][f.Name]; ok {
				archive.Files[i].Data = []byte(text)
			}
		}
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
