package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/commands/lab"
	world "github.com/hsmlab/hsmlab/hsmsim/lab"
)

// TestMain lets the test program be the tools of the labs that transcripts are played in.
func TestMain(m *testing.M) {
	if slices.Contains(world.Tools, filepath.Base(os.Args[0])) {
		os.Exit(lab.Main())
	}
	os.Exit(m.Run())
}

// header is a small world for the transcripts below, which are ours and of no real console.
const header = `# source: written for this test
# tool: %TOOL
# variant: current
# generation: any
# check: %CHECK
# servers: 0=10.7.0.1 1=10.7.0.2
# users: 1:CO:boss:bosspass1 2:AU:app_user:- 3:CU:clerk:clerkpass1
`

func TestPlay(t *testing.T) {
	for _, test := range []struct {
		name, toolAndCheck, rest string
		verdict                  string
		reason                   string // is part of the differences
	}{
		{"a text that comes out the same passes", "cmu exact",
			"# login: CO boss\n# ---\naws-cloudhsm>logoutHSM\nlogoutHSM success on server 0(10.7.0.1)\nlogoutHSM success on server 1(10.7.0.2)\n",
			passed, ""},
		{"a wrong word fails and is shown", "cmu exact",
			"# login: CO boss\n# ---\naws-cloudhsm>logoutHSM\nlogoutHSM success on server 0(10.7.0.1)\nlogoutHSM triumph on server 1(10.7.0.2)\n",
			failed, "- logoutHSM triumph on server 1(10.7.0.2)"},
		{"a missing line fails", "cmu exact",
			"# login: CO boss\n# ---\naws-cloudhsm>logoutHSM\nlogoutHSM success on server 0(10.7.0.1)\n",
			failed, "+ logoutHSM success on server 1(10.7.0.2)"},
		{"hidden answers are typed", "cmu exact",
			"# secret: bosspass1\n# ---\naws-cloudhsm>loginHSM CO boss -hpswd\nEnter password:\nloginHSM success on server 0(10.7.0.1)\nloginHSM success on server 1(10.7.0.2)\n",
			passed, ""},
		{"a session key of the header has its handle", "kmu contains",
			"# key: 41 secret AES 16 owner=3 session label=mine\n# home: 1\n# login: CU clerk\n# command: findKey -l mine\n# ---\n41\n",
			passed, ""},
		{"the output of a shell line is part of its turn", "kmu exact",
			"# login: CU clerk\n# ---\nCommand: exit\n$ echo beside\nbeside\n", passed, ""},
		{"a file can be shown instead of the screen", "configure exact",
			"# command: /opt/cloudhsm/bin/configure -a 10.7.0.2\n# shows: file /opt/cloudhsm/etc/cloudhsm_client.cfg\n# ---\n{}\n",
			failed, `"hostname": "10.7.0.2"`},
		{"a bad header fails with its line", "cmu exact", "# colour: red\n# ---\n", failed, "line 8: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "transcript.txt")
			tool, check, _ := strings.Cut(test.toolAndCheck, " ")
			text := strings.NewReplacer("%TOOL", tool, "%CHECK", check).Replace(header) + test.rest
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			r := playFile(t.Context(), path, newKeyring())
			if r.Verdict != test.verdict || !strings.Contains(r.Reason, test.reason) {
				t.Errorf("verdict %s, want %s with %q:\n%s", r.Verdict, test.verdict, test.reason, r.Reason)
			}
		})
	}
}
