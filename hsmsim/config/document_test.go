package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// store puts a file with that content into a new directory.
func store(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.cfg")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestReadingNamesTheFileAndTheLine(t *testing.T) {
	tests := []struct {
		name, content, want string
	}{
		{"an empty file", " \n", "the file is empty"},
		{"a file cut off", "{\n  \"servers\": [\n", "line 2: unexpected end of JSON input"},
		{"a comma too many", "{\n  \"a\": 1,\n}\n", "line 3: invalid character '}' looking for beginning of object key string"},
		{"a line break inside a text", "{\n\"a\": \"b\nc\"}", "line 2: invalid character '\\n' in string literal"},
		{"something after the object", "{}\n\n{}", "line 3: invalid character '{' after top-level value"},
		{"bytes that are not UTF-8", "{\"a\": \"\xff\"}", "the file is not UTF-8 text"},
		{"a list instead of an object", "[]", "the file must hold one JSON object, not a list"},
		{"nothing instead of an object", "null", "the file must hold one JSON object, not null"},
		{"33 levels", `{"a":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + "}", "the file nests deeper than 32 levels"},
		{"one byte more than 1 MiB", "{}" + strings.Repeat(" ", 1<<20-1), "the file is larger than 1 MiB"},
	}
	readers := map[string]func(path string) error{
		"management":   func(path string) error { _, err := ReadManagement(path); return err },
		"client":       func(path string) error { _, err := ReadClient(path); return err },
		"cluster.info": func(path string) error { _, err := ReadClusterInfo(path); return err },
	}
	for _, test := range tests {
		for kind, read := range readers {
			t.Run(test.name+" as "+kind, func(t *testing.T) {
				path := store(t, test.content)
				err := read(path)
				if want := "cannot read " + path + ": " + test.want; err == nil || err.Error() != want {
					t.Errorf("got  %v\nwant %s", err, want)
				}
			})
		}
	}
}

func TestAFileOfTheGreatestSizeAndDepthIsRead(t *testing.T) {
	deep := `{"server": {"hostname": "10.0.2.9"}, "other": ` + strings.Repeat("[", 31) + strings.Repeat("]", 31) + "}"
	path := store(t, deep+strings.Repeat(" ", 1<<20-len(deep)))
	if _, err := ReadClient(path); err != nil {
		t.Error(err)
	}
}

func TestAMissingFileIsNamedOnceAndRecognised(t *testing.T) {
	path := filepath.Join(t.TempDir(), "absent.cfg")
	_, err := ReadManagement(path)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not fs.ErrNotExist", err)
	}
	if n := strings.Count(err.Error(), path); n != 1 {
		t.Errorf("the path stands %d times in %q", n, err)
	}
}

func TestWritingKeepsTheRightsOfTheFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such rights")
	}
	path := store(t, "")
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := DefaultClient("").Write(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o640 {
		t.Errorf("the rights are %o, not 640", got)
	}
}

// inflated returns a management file that is small enough to read and, for many hosts, too large to write.
func inflated(t *testing.T) *Management {
	t.Helper()
	m, err := ReadManagement(store(t, `{"servers": [{"hostname": "h", "more": "`+strings.Repeat("x", 1<<16)+`"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	m.SetServers(make([]Host, MaxMembers))
	return m
}

func TestAFailedWriteChangesNothingAndLeavesNothingBehind(t *testing.T) {
	path := store(t, "before")
	err := inflated(t).Write(path)
	if want := "cannot write " + path + ": the file is larger than 1 MiB"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if got := content(t, path); got != "before" {
		t.Errorf("the file holds %q", got)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("the directory holds %v, %v", entries, err)
	}
}

func TestWritingBothFilesIsAllOrNothing(t *testing.T) {
	prefix := t.TempDir()
	if err := os.Mkdir(filepath.Join(prefix, "etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := WriteBoth(prefix, DefaultClient(prefix), DefaultManagement(prefix)); err != nil {
		t.Fatal(err)
	}
	before := []string{content(t, ClientPath(prefix)), content(t, ManagementPath(prefix))}
	client := DefaultClient(prefix)
	client.SetHostname("10.0.2.9")
	if err := WriteBoth(prefix, client, inflated(t)); err == nil {
		t.Error("a file that is too large was written")
	}
	after := []string{content(t, ClientPath(prefix)), content(t, ManagementPath(prefix))}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the files have changed:\n%s", diff)
	}
	entries, err := os.ReadDir(filepath.Join(prefix, "etc"))
	if err != nil || len(entries) != 2 {
		t.Errorf("the directory holds %v, %v", entries, err)
	}
}
