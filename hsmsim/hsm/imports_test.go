package hsm_test

import (
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestTheHSMKnowsNoSocketNoFileAndNothingElseOfOurs(t *testing.T) {
	files, err := os.ReadDir(".")
	must(t, err)
	forbidden := []string{"net", "os", "syscall", "io/fs", "github.com/hsmlab", "golang.org/x/sys"}
	seen := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, parser.ImportsOnly)
		must(t, err)
		for _, i := range parsed.Imports {
			seen++
			path, err := strconv.Unquote(i.Path.Value)
			must(t, err)
			if slices.ContainsFunc(forbidden, func(p string) bool { return path == p || strings.HasPrefix(path, p+"/") }) {
				t.Errorf("%s imports %s", f.Name(), path)
			}
		}
	}
	if seen == 0 {
		t.Error("no imports were looked at")
	}
}
