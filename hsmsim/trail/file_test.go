package trail

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// content is what a file of events holds.
func (f *fixture) content(name string) []byte {
	f.t.Helper()
	b, err := os.ReadFile(filepath.Join(f.dir, name))
	if err != nil {
		f.t.Fatal(err)
	}
	return b
}

// append adds to the current file what no Trail would write.
func (f *fixture) append(text string) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.dir, currentName), append(f.content(currentName), text...), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

func TestATornLineIsCutOff(t *testing.T) {
	for _, torn := range []string{"{", `{"eventVersion":"1.08","eventName":"Torn"`, strings.Repeat("x", 10000), "\x00\x00\x00"} {
		f := start(t)
		f.Record(f.call("First"))
		f.Record(f.service("Second"))
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		whole := f.content(currentName)
		f.append(torn)
		f.open()
		f.Record(f.call("Third"))
		if diff := cmp.Diff([]string{"Third", "Second", "First"}, f.find()); diff != "" {
			t.Errorf("after %.20q: %s", torn, diff)
		}
		if got := f.content(currentName); !bytes.HasPrefix(got, whole) || bytes.Count(got, []byte("\n")) != 3 {
			t.Errorf("after %.20q: %q", torn, got)
		}
	}
}

func TestDamagedLinesAreLeftOut(t *testing.T) {
	f := start(t)
	f.Record(f.call("First"))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f.append("\n{}\nnull\n[1]\n" + strings.Repeat("y", 3*maxLine) + "\n" + `{"eventID":"1","eventTime":"yesterday"}` + "\n\x00\xff\n")
	f.open()
	f.Record(f.call("Last"))
	if diff := cmp.Diff([]string{"Last", "First"}, f.find()); diff != "" {
		t.Error(diff)
	}
}

func TestFilesAreRotated(t *testing.T) {
	small := func(o *Options) { o.MaxFile = 20000 }
	f := start(t, small)
	name := func(n int) string { return fmt.Sprintf("Event%04d", n) }
	for n := range 200 {
		f.Record(f.call(name(n)))
		f.find("EventName", name(n)) // so that it is written
	}
	old, current := f.content(oldName), f.content(currentName)
	if len(old) < 20000 || len(old) > 21000 || len(current) > 21000 {
		t.Errorf("files of %d and %d bytes", len(old), len(current))
	}
	kept := bytes.Count(old, []byte("\n")) + bytes.Count(current, []byte("\n"))
	var want []string
	for n := range kept {
		want = append(want, name(199-n))
	}
	if diff := cmp.Diff(want, f.find()); diff != "" {
		t.Error(diff)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f.open(small)
	if diff := cmp.Diff(want, f.find()); diff != "" {
		t.Errorf("after a restart: %s", diff)
	}
}

func TestAPageWhoseEventIsGoneIsEmpty(t *testing.T) {
	f := start(t, func(o *Options) { o.MaxFile = 2000 })
	f.Record(f.call("Early"))
	f.Record(f.call("Early"))
	one := 1
	page, err := f.lookup(LookupEventsRequest{MaxResults: &one})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		f.Record(f.call("Late"))
		f.find()
	}
	if got := f.pages(LookupEventsRequest{NextToken: page.NextToken}); len(got) > 0 {
		t.Error(got)
	}
}

func TestFoldersThatCannotBeUsed(t *testing.T) {
	f := start(t)
	file := filepath.Join(f.dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if tr, err := Open(Options{Dir: filepath.Join(file, "x")}); err == nil || !strings.HasPrefix(err.Error(), "cannot open the CloudTrail events: ") {
		t.Error(tr, err)
	}
}

func TestAClosedTrail(t *testing.T) {
	f := start(t)
	f.Record(f.call("CreateKey"))
	for range 2 {
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for range maxQueue + 1 {
		f.Record(f.call("TooLate"))
	}
	if _, err := f.lookup(LookupEventsRequest{}); err == nil || !strings.Contains(err.Error(), ErrClosed.Error()) {
		t.Error(err)
	}
	if got := bytes.Count(f.content(currentName), []byte("\n")); got != 1 {
		t.Errorf("%d lines", got)
	}
}

func TestALookupTellsThatEventsCannotBeWritten(t *testing.T) {
	f := start(t)
	f.Record(f.call("First"))
	f.find()
	f.files[0].File.Close()
	f.Record(f.call("Lost"))
	if _, err := f.lookup(LookupEventsRequest{}); err == nil || !strings.HasPrefix(err.Error(), "cannot look up events: cannot write 1 events: ") {
		t.Error(err)
	}
	if err := f.Close(); err == nil {
		t.Error("Close tells nothing")
	}
	f.open()
	if diff := cmp.Diff([]string{"First"}, f.find()); diff != "" {
		t.Error(diff)
	}
}

// Events whose parameters have no JSON, or far too much of it, are there all the same.
func TestEventsThatCannotBeWhole(t *testing.T) {
	f := start(t)
	f.Record(f.call("NoJSON", func(e *Event) { e.Request = func() {} }))
	f.Record(f.call("TooLong", func(e *Event) { e.Response = strings.Repeat("x", maxLine) }))
	f.Record(f.call("NameTooLong", func(e *Event) { e.Name = strings.Repeat("x", maxLine) }))
	f.Record(f.call("LongTexts", func(e *Event) {
		e.ErrorMessage, e.Caller.UserAgent = strings.Repeat("ü", maxLine/3), strings.Repeat("ü", maxLine/3)
	}))
	if diff := cmp.Diff([]string{"LongTexts", "TooLong", "NoJSON"}, f.find()); diff != "" {
		t.Error(diff)
	}
	for line := range bytes.Lines(f.content(currentName)) {
		if !json.Valid(line) || len(line) > 8000 {
			t.Errorf("a line of %d bytes: %.80s", len(line), line)
		}
	}
}

// The calls of one moment end in any order; what is found is in the order of their times.
func TestEventsOfEarlierTimes(t *testing.T) {
	f := start(t)
	for _, second := range []int{5, 1, 9, 3, 9, 0} {
		f.Record(f.call(fmt.Sprint(second), func(e *Event) { e.Time = moment.Add(time.Duration(second) * time.Second) }))
	}
	want := []string{"9", "9", "5", "3", "1", "0"}
	if diff := cmp.Diff(want, f.find()); diff != "" {
		t.Error(diff)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f.open()
	if diff := cmp.Diff(want, f.find()); diff != "" {
		t.Error(diff)
	}
}

// FuzzRebuild opens a file of events with anything in it: whole lines are found, the rest does no harm.
func FuzzRebuild(f *testing.F) {
	fix := start(f)
	fix.Record(fix.call("CreateKey"))
	fix.Record(fix.service("DeleteKey"))
	if err := fix.Close(); err != nil {
		f.Fatal(err)
	}
	lines := fix.content(currentName)
	f.Add(lines)
	f.Add(lines[:len(lines)-7])
	f.Add(slices.Concat([]byte("{}\n"), lines, []byte("\n\n{\"eventID\":\"\",\"eventTime\":\"9999-12-31T23:59:59Z\"}\n")))
	f.Add(bytes.ReplaceAll(lines, []byte("2026"), []byte("-026")))
	path := filepath.Join(fix.dir, "damaged.jsonl")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := openFile(path, os.O_RDWR)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		damaged, err := file.rebuild()
		if err != nil {
			t.Fatal(err)
		}
		whole := data[:bytes.LastIndexByte(data, '\n')+1]
		if lines := bytes.Count(whole, []byte("\n")); file.size != int64(len(whole)) || damaged+len(file.index) != lines {
			t.Errorf("%d events and %d damaged lines of %d in %d bytes of %d", len(file.index), damaged, lines, file.size, len(whole))
		}
		for i := range file.index {
			e := &file.index[i]
			s, line, ok := file.read(e)
			if !ok || bytes.ContainsRune(line, '\n') || !e.marks.may(marksOf(attribute{byEventID, s.EventID})) {
				t.Errorf("entry %+v gives %q", e, line)
			}
		}
	})
}

func FuzzTokens(f *testing.F) {
	mine := token{query: []any{region, "CreateKey"}}
	f.Add(mine.seal(place{1, "id"}))
	f.Add("")
	f.Add("AAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, text string) {
		var p place
		if mine.open(text, &p) && mine.seal(p) != text {
			t.Errorf("%q is taken for %+v", text, p)
		}
		if other := (token{query: []any{region, "DeleteKey"}}); mine.open(text, &p) && other.open(text, &p) {
			t.Errorf("%q is good for two queries", text)
		}
	})
}
