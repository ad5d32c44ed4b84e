package cmu

import (
	"slices"
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/shell/lines"
)

func TestSecretsOfALine(t *testing.T) {
	for _, test := range []struct{ line, screen, log string }{
		{"loginHSM CO admin adminpw1", "loginHSM CO admin ***", "loginHSM CO admin ***"},
		{" loginHSM\tCO  admin  adminpw1 ", " loginHSM\tCO  admin  *** ", " loginHSM\tCO  admin  *** "},
		{"loginH CO admin adminpw1", "loginH CO admin ***", "loginH CO admin ***"},
		{"loginHSM CO admin -hpswd", "loginHSM CO admin -hpswd", "loginHSM CO admin -hpswd"},
		{"changePswd CU kmsuser tempPassword -2fa /tmp/data", "changePswd CU kmsuser *** -2fa /tmp/data", "changePswd CU kmsuser *** -2fa /tmp/data"},
		{"createUser CU bob bobpw123 more", "createUser ***", "createUser ***"},
		{"loginHSM admin adminpw1", "loginHSM ***", "loginHSM ***"},
		{"loginHSM", "loginHSM", "loginHSM"},
		{"loginhsm CO admin adminpw1", "loginhsm ***", "loginhsm ***"},
		{"lisUsers now", "lisUsers now", "lisUsers now"},
		{"deleteUser CU bob", "deleteUser CU bob", "deleteUser CU bob"},
		{"adminpw1", "adminpw1", "***"},
		{"what is this", "what is this", "***"},
		{"", "", ""},
	} {
		secret, _ := Secrets(test.line)
		if got := lines.Mask(test.line, secret); got != test.screen {
			t.Errorf("%q on the screen: %q, want %q", test.line, got, test.screen)
		}
		if got := withoutSecrets(test.line); got != test.log {
			t.Errorf("%q in the log: %q, want %q", test.line, got, test.log)
		}
	}
	if !HasSecret("loginHSM") || HasSecret("listUsers") || HasSecret("login") {
		t.Error("loginHSM alone of these takes a password")
	}
}

// FuzzSecrets makes sure that a password never gets through, whatever stands around it.
func FuzzSecrets(f *testing.F) {
	f.Add("loginHSM", "CO admin", "adminpw1", "")
	f.Add("changePswd", "CU ", "x", "-2fa data")
	f.Fuzz(func(t *testing.T, command, before, password, after string) {
		line := command + " " + before + " " + password + " " + after
		secret, _ := Secrets(line)
		for _, s := range secret {
			if s.From < 0 || s.From >= s.To || s.To > len(line) {
				t.Fatalf("%q: %v", line, secret)
			}
		}
		takes := HasSecret(command) && len(split(password)) == 1 && password != hiddenPassword
		if !takes || len(split(line)) == 4 && len(split(before)) != 2 || len(split(line)) > 4 && len(split(before)) < 3 && strings.Contains(after, "-2fa") {
			t.Skip() // the password stands where another word belongs
		}
		at := len(command) + len(before) + 2
		if !slices.ContainsFunc(secret, func(s lines.Span) bool { return s.From <= at+len(password)-1 && at < s.To }) {
			t.Errorf("%q: the password is not found: %v", line, secret)
		}
	})
}

func BenchmarkWithoutSecrets(b *testing.B) {
	for b.Loop() {
		withoutSecrets("getKeyInfo 262162")
	}
}
