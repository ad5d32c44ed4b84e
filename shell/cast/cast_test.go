package cast

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const recorded = `{"version": 2, "width": 80, "height": 24, "timestamp": 1504467315, "title": "Demo", "env": {"TERM": "xterm"}, "idle_time_limit": 2}
[0.248848, "o", "\u001b[1;31mHello \u001b[32mWorld!\u001b[0m\r\n"]

[1.001376, "i", "q"]
[1.5, "m", "a marker"]
[2, "r", "100x30"]
[1.9, "o", "late"]
`

func TestRead(t *testing.T) {
	h, events, err := Read(strings.NewReader(recorded))
	if err != nil {
		t.Fatal(err)
	}
	want := Header{Version: 2, Width: 80, Height: 24, Timestamp: 1504467315, Title: "Demo", Env: map[string]string{"TERM": "xterm"}}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	wanted := []Event{
		{248848 * time.Microsecond, Output, "\x1b[1;31mHello \x1b[32mWorld!\x1b[0m\r\n"},
		{1001376 * time.Microsecond, Input, "q"},
		{2 * time.Second, Resize, "100x30"},
		{2 * time.Second, Output, "late"},
	}
	if diff := cmp.Diff(wanted, events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if columns, rows, err := events[2].Window(); columns != 100 || rows != 30 || err != nil {
		t.Errorf("a window of %dx%d, %v", columns, rows, err)
	}
}

func TestARecordingThatWasKilledCanBeRead(t *testing.T) {
	whole := strings.Index(recorded, "[2, ")
	for cut := whole; cut < whole+len(`[2, "r", "100x30"`); cut++ {
		if _, events, err := Read(strings.NewReader(recorded[:cut])); err != nil || len(events) != 2 {
			t.Fatalf("%d events, %v, of what ends with %q", len(events), err, recorded[whole:cut])
		}
	}
}

func TestWrongRecordings(t *testing.T) {
	header := `{"version": 2, "width": 80, "height": 24}` + "\n"
	for text, want := range map[string]string{
		"":                                      "line 1 of the recording: it is no header: ",
		"hello\n":                               "line 1 of the recording: it is no header: ",
		`{"version": 1}` + "\n":                 "line 1 of the recording: it is of version 1, only 2 is known",
		`{"version": 2, "width": 99999}` + "\n": "line 1 of the recording: a window of 99999x0: 10000 is the limit",
		header + "{}\n":                         "line 2 of the recording: it is no event: ",
		header + "[1]\n":                        "line 2 of the recording: an event has 3 fields, not 1",
		header + `["1", "o", ""]` + "\n":        "line 2 of the recording: it is no event: ",
		header + "\n" + `[-1, "o", ""]` + "\n":  "line 3 of the recording: time -1: 0 to 31536000 seconds are allowed",
		header + `[1e300, "o", ""]` + "\n":      "line 2 of the recording: time 1e+300: 0 to 31536000 seconds are allowed",
		header + `[1, "r", "wide"]` + "\n":      `line 2 of the recording: "wide" is no size of a window: 80x24 is one, 10000 is the limit`,
		header + strings.Repeat(strings.Repeat(" ", 1<<20-1)+"\n", 65): "the recording has more than 67108864 bytes",
	} {
		_, _, err := Read(strings.NewReader(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.80q: %v, want %s", text, err, want)
		}
	}
}

func TestIs(t *testing.T) {
	for text, want := range map[string]bool{recorded: true, "": false, "{}\n": false, "[lab] $ ls\n": false, `{"version":3}`: true} {
		if got := Is([]byte(text)); got != want {
			t.Errorf("%.30q: %v", text, got)
		}
	}
}

func TestComplete(t *testing.T) {
	for output, want := range map[string]int{"": 0, "ab": 2, "aé": 3, "a\xc3": 1, "a\xe6\x97": 1, "\xf0\x9f\x98": 0, "a\xff": 2, "a\x80\x80\x80\x80": 5} {
		if got := Complete([]byte(output)); got != want {
			t.Errorf("%q: %d, want %d", output, got, want)
		}
	}
}

// FuzzRead makes sure that what can be read is written so that it is read as the same again.
func FuzzRead(f *testing.F) {
	f.Add([]byte(recorded))
	f.Add([]byte(`{"version": 2}` + "\n" + `[0, "o", "\ud800"]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		h, events, err := Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		again, err := h.Line()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			again = e.Append(again)
		}
		if !Is(again) {
			t.Fatalf("%q is no recording", again)
		}
		h2, events2, err := Read(bytes.NewReader(again))
		if err != nil {
			t.Fatalf("%q: %v", again, err)
		}
		for i := range events { // times are written in microseconds
			events[i].After, events2[i].After = events[i].After.Round(time.Millisecond), events2[i].After.Round(time.Millisecond)
		}
		if diff := cmp.Diff(h, h2, cmp.Comparer(func(a, b map[string]string) bool { return len(a) == len(b) })) + cmp.Diff(events, events2); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
