package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
)

func typedLog(t testing.TB, h Home) *TypedLog {
	t.Helper()
	l := OpenTyped(h, clock.State{Lab: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Real: time.Now(), Rate: 0})
	t.Cleanup(l.Close)
	return l
}

func typedLines(t *testing.T, h Home) []string {
	t.Helper()
	list, err := h.Typed()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, typed := range list {
		lines = append(lines, typed.Line)
	}
	return lines
}

func TestTypedLinesOfSeveralProcessesAreKept(t *testing.T) {
	h := Home{Dir: t.TempDir()}
	const each = 200
	var wait sync.WaitGroup
	for range 4 {
		l := typedLog(t, h)
		wait.Go(func() {
			for i := range each {
				l.Add("key_mgmt_util", fmt.Sprint("findKey ", i), true)
			}
		})
	}
	wait.Wait()
	if got := typedLines(t, h); len(got) != 4*each {
		t.Errorf("%d lines of %d are there", len(got), 4*each)
	}
	info, err := os.Stat(h.TypedFile())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestTheTypedLogIsBounded(t *testing.T) {
	h := Home{Dir: t.TempDir()}
	one, other := typedLog(t, h), typedLog(t, h)
	other.Add("configure", "begin", false)
	line := strings.Repeat("é", maxTypedLine) // is cut, too
	added := 0
	for ; added*maxTypedLine < 3*maxTypedLog; added++ {
		one.looked = time.Time{} // as if some time had passed
		one.Add("configure", line, false)
	}
	other.looked = time.Time{}
	other.Add("configure", "end", false)
	for _, path := range []string{h.TypedFile(), h.TypedFile() + ".1"} {
		if info, err := os.Stat(path); err != nil || info.Size() > maxTypedLog+2*maxTypedLine {
			t.Errorf("%s has %d bytes, %v", path, info.Size(), err)
		}
	}
	lines := typedLines(t, h)
	if lines[0] == "begin" || lines[len(lines)-1] != "end" || len(lines) >= added {
		t.Errorf("%d of %d lines are left, the last one is %q", len(lines), added, lines[len(lines)-1])
	}
	if want := strings.Repeat("é", maxTypedLine/2) + "…"; lines[0] != want {
		t.Errorf("a long line of %d bytes is kept with %d", len(line), len(lines[0]))
	}
}

func TestTheTypedLogKnowsTheLabsTime(t *testing.T) {
	h := Home{Dir: t.TempDir()}
	l := typedLog(t, h)
	l.Add("aws", "before", false)
	later := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	if err := (&manifest{Version: manifestVersion, Clock: clock.State{Lab: later, Real: time.Now()}}).write(h); err != nil {
		t.Fatal(err)
	}
	l.looked = time.Time{}
	l.Add("aws", "after", true)
	list, err := h.Typed()
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	if got := list[0].LabTime; !got.Equal(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("before: %v", got)
	}
	if got := list[1]; !got.LabTime.Equal(later) || got.Tool != "aws" || !got.Terminal || time.Since(got.Time) > time.Minute {
		t.Errorf("after: %+v", got)
	}
}

func TestATypedLogThatCannotBeWrittenIsSilent(t *testing.T) {
	h := Home{Dir: filepath.Join(t.TempDir(), "gone")}
	typedLog(t, h).Add("aws", "x", false)
	if lines := typedLines(t, h); lines != nil {
		t.Error(lines)
	}
}

func TestWhatIsNoLineOfTheTypedLogIsPassedOver(t *testing.T) {
	h := Home{Dir: t.TempDir()}
	l := typedLog(t, h)
	l.Add("aws", "whole", false)
	f, err := os.OpenFile(h.TypedFile(), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(f, "{}\n[]\n\x00\n{\"Time\":\"2026-01-")
	f.Close()
	if got := typedLines(t, h); len(got) != 1 || got[0] != "whole" {
		t.Errorf("%q", got)
	}
}

func BenchmarkTypedLog(b *testing.B) {
	l := typedLog(b, Home{Dir: b.TempDir()})
	for b.Loop() {
		l.Add("key_mgmt_util", "getKeyInfo -k 262162", false)
	}
}
