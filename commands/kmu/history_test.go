package kmu

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/shell"
)

func TestHistoryKeepsNoPassword(t *testing.T) {
	w := newWorld(t, []int{0})
	w.run(tool.Classic, nil,
		"loginHSM -u CU -s alice -p alicepass",
		"loginHSM -u CU -p alicepass -s alice -2fa",
		"loginHSM -u CU -s alice -hpswd", "alicepass",
		"loginHSM -u CU -s alice alicepass", // nobody knows where the password is
		"loginHSM -u CU -s alice -p\talicepass",
		"loginHSM -u CU -s alice -p",
		"loginhsm -u CU -s alice -p alicepass",
		"  findKey   -l  k ",
		"genSymKey -h",
		"exit")
	want := []string{
		"loginHSM -u CU -s alice -hpswd",
		"loginHSM -u CU -hpswd -s alice -2fa",
		"loginHSM -u CU -s alice -hpswd",
		"findKey -l k",
		"genSymKey -h",
		"exit",
	}
	if diff := cmp.Diff(want, w.remembered); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCompletion(t *testing.T) {
	s := &session{table: commands()}
	s.seen.handle(6)
	s.seen.handle(262150)
	s.seen.label("web")
	tests := []struct {
		name, line string
		want       []string
	}{
		{"commands that begin like this", "find", []string{"findKey", "findSingleKey"}},
		{"after blanks too", "  listU", []string{"listUsers"}},
		{"options that are not there yet", "getAttribute -o 6 -", []string{"-a", "-out", "-attest"}},
		{"handles of this session, newest first", "deleteKey -k ", []string{"262150", "6"}},
		{"handles that begin like this", "deleteKey -k 2", []string{"262150"}},
		{"labels of this session", "findKey -l w", []string{"web"}},
		{"nothing for other values", "genSymKey -t ", nil},
		{"nothing for unknown commands", "what -", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, suggestion := range s.complete(test.line) {
				got = append(got, suggestion.Text)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got := s.complete(""); len(got) < 15 || got[0] != (shell.Suggestion{Text: "exit", Description: "Leaves the program"}) {
		t.Errorf("an empty line offers %v", got)
	}
}
