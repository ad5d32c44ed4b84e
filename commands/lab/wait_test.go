package lab

import (
	"testing"
	"time"
)

// What is drawn in place of the last line has to fit a row.
func TestWaitLine(t *testing.T) {
	const two = "hsm-aaaaaaaaaaa CREATE_IN_PROGRESS, hsm-bbbbbbbbbbb CREATE_IN_PROGRESS"
	for _, test := range []struct {
		columns    int
		text, want string
	}{
		{80, "Keys CONNECTING", "2s  Keys CONNECTING (Enter skips the wait)"},
		{80, two, "2s  hsm-aaaaaaaaaaa CREATE_IN_PROGRESS, hsm-bbbbbbbbb... (Enter skips the wait)"},
		{20, two, " (Enter skips th..."},
		{1, two, ""},
	} {
		got := waitLine(2*time.Second+time.Millisecond, test.text, test.columns)
		if got != test.want || len(got) >= test.columns {
			t.Errorf("in %d columns %q, not %q", test.columns, got, test.want)
		}
	}
}
