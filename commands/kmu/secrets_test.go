package kmu

import (
	"slices"
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/shell/lines"
)

func TestSecretsOfALine(t *testing.T) {
	s := &session{table: commands()}
	for _, test := range []struct{ line, screen, log string }{
		{"loginHSM -u CU -s alice -p alicepass", "loginHSM -u CU -s alice -p ***", "loginHSM -u CU -s alice -p ***"},
		{"  loginHSM -p alicepass  -u CU -s alice ", "  loginHSM -p ***  -u CU -s alice ", "  loginHSM -p ***  -u CU -s alice "},
		{"loginHSM -u CU -s alice -hpswd", "loginHSM -u CU -s alice -hpswd", "loginHSM -u CU -s alice -hpswd"},
		{"loginHSM -u CU -s alice -p my pass", "loginHSM ***", "loginHSM ***"},
		{"loginHSM -u CU -s alice -p\talicepass", "loginHSM ***", "loginHSM ***"},
		{"loginhsm -u CU -s alice -p alicepass", "loginhsm ***", "loginhsm ***"},
		{"genPBEKey -l key -p secret1", "genPBEKey -l key -p ***", "genPBEKey -l key -p ***"},
		{"genSymKey -t 31 -s 32 -l p", "genSymKey -t 31 -s 32 -l p", "genSymKey -t 31 -s 32 -l p"},
		{"finKey -p x", "finKey -p x", "finKey -p x"},
		{"alicepass", "alicepass", "***"},
	} {
		secret, _ := Secrets(test.line)
		if got := lines.Mask(test.line, secret); got != test.screen {
			t.Errorf("%q on the screen: %q, want %q", test.line, got, test.screen)
		}
		if got := s.withoutSecrets(test.line); got != test.log {
			t.Errorf("%q in the log: %q, want %q", test.line, got, test.log)
		}
	}
	if !HasSecret("loginHSM") || HasSecret("findKey") || HasSecret("login") {
		t.Error("loginHSM alone of these takes a password")
	}
}

func TestSecretsOfArguments(t *testing.T) {
	for line, want := range map[string][]int{
		"": nil,
		"singlecmd loginHSM -u CU -s alice -p alicepass findKey":               {7},
		"Cfm3Util singlecmd loginHSM -u CU -s alice -p alicepass -2fa findKey": {8},
		"singlecmd loginHSM -u CU -s alice -p alicepass":                       {7},
		"singlecmd loginHSM -u CU -s alice -p alicepass genPBEKey -l k -p pw":  {7, 12},
		"singlecmd loginHSM -u CU -s alice alicepass findKey":                  {2, 3, 4, 5, 6, 7},
		"singlecmd findKey -l k":                                               nil,
	} {
		if got := ArgumentSecrets(strings.Fields(line)); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", line, got, want)
		}
	}
}

// FuzzSecrets makes sure that the value of -p never gets through where the line can be read.
func FuzzSecrets(f *testing.F) {
	f.Add("loginHSM -u CU -s alice", "alicepass", "-2fa")
	f.Add("genPBEKey -l k", "alicepass", "-p x")
	f.Fuzz(func(t *testing.T, before, password, after string) {
		line := before + " -p " + password + " " + after
		secret, known := Secrets(line)
		for _, s := range secret {
			if s.From < 0 || s.From >= s.To || s.To > len(line) {
				t.Fatalf("%q: %v", line, secret)
			}
		}
		words := split(before)
		if len(words) == 0 || !HasSecret(words[0]) || len(split(password)) != 1 || strings.TrimSpace(password) == "" {
			t.Skip()
		}
		at := strings.Index(line, " -p "+password) + len(" -p ")
		if covered := slices.ContainsFunc(secret, func(s lines.Span) bool { return s.From <= at && at < s.To }); !known || !covered {
			t.Errorf("%q: the password is not found: %v", line, secret)
		}
	})
}
