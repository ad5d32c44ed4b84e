package shell

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func openHistory(t *testing.T, path string) *History {
	t.Helper()
	h, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func add(t *testing.T, h *History, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if err := h.Add(line); err != nil {
			t.Fatal(err)
		}
	}
}

func numbered(from, to int) (lines []string) {
	for n := from; n < to; n++ {
		lines = append(lines, fmt.Sprint("line ", n))
	}
	return lines
}

func TestHistoryKeepsLinesForTheNextSession(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	h := openHistory(t, path)
	add(t, h, "listUsers", "info server 0 ", "", "   ", "info server 0", "a\nb", "a\x1b[A", "\xff",
		strings.Repeat("a", maxHistoryLine+1), "größe")
	want := []string{"listUsers", "info server 0", "größe"}
	if diff := cmp.Diff(want, h.Lines()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want, openHistory(t, path).Lines()); diff != "" {
		t.Error(diff)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the mode of the file is %v", info.Mode())
	}
}

func TestHistoryKeepsTheNewest1000Lines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	text := strings.Join(numbered(0, 1500), "\n") + "\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	h := openHistory(t, path)
	if diff := cmp.Diff(numbered(500, 1500), h.Lines()); diff != "" {
		t.Error(diff)
	}
	add(t, h, numbered(1500, 1503)...)
	if diff := cmp.Diff(numbered(503, 1503), h.Lines()); diff != "" {
		t.Error(diff)
	}
	want := strings.Join(numbered(503, 1503), "\n") + "\n"
	if got, _ := os.ReadFile(path); string(got) != want {
		t.Errorf("the file has %d bytes, want %d", len(got), len(want))
	}
}

func TestHistoryReadsTheEndOfAnEnormousFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte("\nthe end\n"), 1<<40); err != nil {
		t.Skip(err) // no sparse files here
	}
	h := openHistory(t, path)
	add(t, h, "more")
	want := []string{"the end", "more"}
	if diff := cmp.Diff(want, openHistory(t, path).Lines()); diff != "" {
		t.Error(diff)
	}
	if info, _ := f.Stat(); info.Size() > 100 {
		t.Errorf("the file still has %d bytes", info.Size())
	}
}

func TestHistoryMendsALineThatWasCutShort(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	if err := os.WriteFile(path, []byte("one\ntw"), 0o600); err != nil {
		t.Fatal(err)
	}
	add(t, openHistory(t, path), "three")
	if diff := cmp.Diff([]string{"one", "tw", "three"}, openHistory(t, path).Lines()); diff != "" {
		t.Error(diff)
	}
}

func TestToolsThatShareAHistoryLoseNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	var wait sync.WaitGroup
	for tool := range 8 {
		h := openHistory(t, path)
		wait.Go(func() {
			for n := range 50 {
				if err := h.Add(fmt.Sprintf("tool %d line %d", tool, n)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	found := map[string]bool{}
	for _, line := range openHistory(t, path).Lines() {
		found[line] = true
	}
	if len(found) != 400 {
		t.Errorf("%d lines are left of 400", len(found))
	}
}

func TestNoHistoryIsAnEmptyOne(t *testing.T) {
	var h *History
	add(t, h, "a")
	if lines := h.Lines(); lines != nil {
		t.Errorf("it has %q", lines)
	}
}

func TestAHistoryThatCannotBeUsedIsAnError(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenHistory(dir); err == nil {
		t.Error("a directory was opened")
	}
	h := openHistory(t, filepath.Join(dir, "nowhere", "history"))
	if err := h.Add("a"); err == nil {
		t.Error("a line was kept nowhere")
	}
	if diff := cmp.Diff([]string{"a"}, h.Lines()); diff != "" {
		t.Error(diff)
	}
}

func FuzzHistory(f *testing.F) {
	f.Add([]byte("one\ntwo\n"), "three")
	f.Add([]byte("\x1b[A\n\xff\n\n cut"), "a\x00")
	f.Fuzz(func(t *testing.T, file []byte, line string) {
		path := filepath.Join(t.TempDir(), "history")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		h := openHistory(t, path)
		before := h.Lines()
		for _, line := range before {
			if !keepable(line) {
				t.Errorf("it has %q", line)
			}
		}
		add(t, h, line)
		if diff := cmp.Diff(h.Lines(), openHistory(t, path).Lines()); diff != "" {
			t.Error(diff)
		}
		if len(h.Lines()) < len(before) {
			t.Errorf("%d lines of %d are left", len(h.Lines()), len(before))
		}
	})
}
