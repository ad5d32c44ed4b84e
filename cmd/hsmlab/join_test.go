package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
)

// TestAnHSMThatHasJoinedAnswersTheTools adds an HSM to the default world by the service, as an operator does who has
// lost one, and logs in on all of them.
func TestAnHSMThatHasJoinedAnswersTheTools(t *testing.T) {
	h := labtest.Home(t, "clock: {start: 2026-01-01T00:00:00Z, rate: 0}\nclusters:\n  - hsms:\n      - {node: 0, address: 10.0.2.9}\n"+
		"      - {node: 1, address: 10.0.3.11}\n    users:\n      - {id: 1, type: CO, name: admin, password: adminpw1}\n")
	l := labtest.Open(t, h)
	const cluster = "cluster-1a23b4cdefg"
	call := &shape.Call{Caller: shape.Caller{Account: "111122223333", Region: "eu-west-1"}}
	if _, err := l.Control().CreateHsm(t.Context(), call, control.CreateHsmRequest{ClusterId: cluster, AvailabilityZone: "eu-west-1a"}); err != nil {
		t.Fatal(err)
	}
	before := manage(t, h, "configure -a 10.0.2.9", "loginHSM CO admin adminpw1\nlistUsers\nquit\n")
	if err := l.Clock().Advance(5 * time.Second); err != nil {
		t.Fatal(err)
	}
	after := manage(t, h, "configure -a 10.0.2.9", "loginHSM CO admin adminpw1\nlistUsers\nquit\n")
	if before == after {
		t.Error("nothing has changed")
	}
	golden := filepath.Join("testdata", "joined.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(after), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), after); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// manage runs configure and then the management tool with lines to read, and gives all that they print.
func manage(t *testing.T, h lab.Home, configure, lines string) string {
	t.Helper()
	var out strings.Builder
	run := func(input string, name string, args ...string) {
		t.Helper()
		cmd := exec.Command(filepath.Join(h.Prefix(), "bin", name), args...)
		cmd.Env = append(os.Environ(), "HSMLAB_HOME="+h.Dir)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &out
		if err := cmd.Run(); err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out.String())
		}
	}
	words := strings.Fields(configure)
	run("", words[0], words[1:]...)
	run("", "configure", "-m")
	run(lines, "cloudhsm_mgmt_util", filepath.Join(h.Prefix(), "etc", "cloudhsm_mgmt_util.cfg"))
	return strings.ReplaceAll(out.String(), h.Prefix(), "/opt/cloudhsm")
}
