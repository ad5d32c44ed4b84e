package trail

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/clock"
)

// childVariable names the folder that the test binary records into when it runs as the victim of the kill test.
const childVariable = "HSMLAB_TRAIL_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		if err := recordForEver(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1) // its parent kills it first
	}
	os.Exit(m.Run())
}

// recordForEver records events with numbers and prints each hundredth once it was looked up.
func recordForEver(dir string) error {
	tr, err := Open(Options{Dir: dir, Account: account, Clock: clock.New(moment, 0), Log: slog.Default(), MaxFile: 1 << 20})
	if err != nil {
		return err
	}
	one := 1
	for n := 0; ; n++ {
		caller := alice
		e := Event{Time: moment, Source: "kms.amazonaws.com", Name: "N" + strconv.Itoa(n), Region: region, Caller: &caller}
		if n%10 == 0 {
			e.Caller = nil
		}
		tr.Record(e)
		if n%100 > 0 {
			continue
		}
		if _, err := tr.LookupEvents(context.Background(), &shape.Call{Caller: alice}, LookupEventsRequest{MaxResults: &one}); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

func TestWhatWasLookedUpSurvivesKill(t *testing.T) {
	f := start(t, func(o *Options) { o.Dir = t.TempDir() })
	for round := range 5 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childVariable+"="+f.dir)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		last := ""
		for range 1 + round { // a different number of events each time
			if lines.Scan() {
				last = lines.Text()
			}
		}
		child.Process.Kill()
		for lines.Scan() {
			last = lines.Text()
		}
		child.Wait()
		f.open()
		if last == "" || len(f.find("EventName", "N"+last)) == 0 {
			t.Errorf("round %d: event %q is lost", round, last)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for line := range bytes.Lines(f.content(currentName)) {
		if !json.Valid(line) {
			t.Errorf("line %q", line)
		}
	}
}
