package replay

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/shell/cast"
	"github.com/hsmlab/hsmlab/shell/lines"
	"github.com/hsmlab/hsmlab/shell/record"
)

const session = `Lab first. cloudhsm_mgmt_util, key_mgmt_util, configure and aws are at hand.
[first] me@host:~/x$ for i in 1; do
> echo "[second] $ no prompt"
> done
[second] $ no prompt
> neither is this
[first] me@host:~/x$ cloudhsm_mgmt_util x
Connecting
aws-cloudhsm>loginHSM CO admin -hpswd
Enter password: 
aws-cloudhsm>changePswd CU bob ***
Do you want to continue(y/n)?y
aws-cloudhsm>lis^C
aws-cloudhsm>listUsers
users
aws-cloudhsm>
disconnecting from servers, please wait...
[first] me@host:~/x$ exit^D

`

func parsed(t *testing.T, text string) *Session {
	t.Helper()
	s, err := FromText([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestASessionIsCutIntoTurns(t *testing.T) {
	s := parsed(t, session)
	if s.Lab != "first" {
		t.Errorf("the lab is %q", s.Lab)
	}
	want := []string{
		"2 [lab] $ for i in 1; do",
		`3 > echo "[second] $ no prompt"`,
		"4 > done: [second] $ no prompt | > neither is this",
		"7 [lab] $ cloudhsm_mgmt_util x: Connecting",
		"9 aws-cloudhsm>loginHSM CO admin -hpswd",
		"10 Enter password: ",
		"11 aws-cloudhsm>changePswd CU bob ***",
		"12 Do you want to continue(y/n)?y",
		"13 aws-cloudhsm>lis^C",
		"14 aws-cloudhsm>listUsers: users",
		"16 aws-cloudhsm>^D: disconnecting from servers, please wait...",
		"18 [lab] $ exit^D",
	}
	var got []string
	for _, turn := range s.Turns {
		line := strings.Join(turn.lines()[:1], "")
		if len(turn.Output) > 0 {
			line += ": " + strings.Join(turn.Output, " | ")
		}
		got = append(got, strings.TrimSpace(strings.Join([]string{itoa(turn.Line), line}, " ")))
	}
	for i := range want {
		want[i] = strings.TrimSpace(want[i])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !s.thrownAway(8) || s.thrownAway(9) || s.Turns[2].After != 2*perLine {
		t.Error("line 13 alone was thrown away, and a line takes its time")
	}
}

func itoa(n int) string {
	text := ""
	for ; n > 0; n /= 10 {
		text = string(rune('0'+n%10)) + text
	}
	return text
}

func TestWhatIsNoSession(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "there is no line in it that was typed behind a prompt",
		"hello\n":                      "there is no line in it that was typed behind a prompt",
		"{password: x}\n":              "there is no line in it that was typed behind a prompt",
		"[lab] $ ":                     "there is no line in it that was typed behind a prompt",
		"[lab] $ a\xff\n":              "it is no text of",
		strings.Repeat("x", MaxText+1): "it is no text of",
	} {
		if _, err := FromText([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.20q: %v, want %s", text, err, want)
		}
	}
}

func TestARecordingKnowsItsTimes(t *testing.T) {
	events := []cast.Event{
		{After: 1 * time.Second, Kind: cast.Output, Text: "Hello\r\n[x] $ "},
		{After: 2 * time.Second, Kind: cast.Input, Text: "l"},
		{After: 3 * time.Second, Kind: cast.Output, Text: "l"},
		{After: 4 * time.Second, Kind: cast.Resize, Text: "100x30"},
		{After: 5 * time.Second, Kind: cast.Input, Text: "s\r"},
		{After: 6 * time.Second, Kind: cast.Output, Text: "s\r\nfile\r\n[x] $ "},
		{After: 7 * time.Second, Kind: cast.Input, Text: "\x04"},
		{After: 8 * time.Second, Kind: cast.Output, Text: "\r\n"},
	}
	s, err := FromCast(cast.Header{Width: 80, Height: 24, Title: "hsmlab x"}, events, none)
	if err != nil {
		t.Fatal(err)
	}
	want := []Turn{
		{Line: 2, Prompt: promptShell, Typed: "ls", Types: "ls", Output: []string{"file"}, After: 5 * time.Second},
		{Line: 4, Prompt: promptShell, Key: "^D", After: 7 * time.Second, Output: []string{}},
	}
	if diff := cmp.Diff(want, s.Turns); diff != "" || s.Lab != "x" {
		t.Errorf("%q (-want +got):\n%s", s.Lab, diff)
	}
}

func none(string) record.Secrets { return noSecrets }

func noSecrets(string, bool) (int, []lines.Span) { return 0, nil }

func TestPasswordsAreGiven(t *testing.T) {
	types := func(s *Session) string {
		var list []string
		for _, turn := range s.Turns[4:7] {
			list = append(list, turn.Types)
		}
		return strings.Join(list, "|")
	}
	for _, given := range [][]string{{"adminpw1", "bobpw123"}, {"bob=bobpw123", "adminpw1"}, {"bob=bobpw123", "admin=adminpw1"}} {
		s := parsed(t, session)
		if err := s.Unlock(given); err != nil || types(s) != "loginHSM CO admin -hpswd|adminpw1|changePswd CU bob bobpw123" {
			t.Errorf("%q: %v, %s", given, err, types(s))
		}
	}
	for want, given := range map[string][]string{
		"line 10 (Enter password:): the password is not in the session; give it by --secret admin=PASSWORD":                  nil,
		"line 11 (aws-cloudhsm>changePswd CU bob ***): the password is not in the session; give it by --secret bob=PASSWORD": {"adminpw1"},
		"--secret: the session has 1 passwords less than are given":                                                          {"a", "b", "carol=c"},
	} {
		if err := parsed(t, session).Unlock(given); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", given, err, want)
		}
	}
}

func TestAPasswordIsTypedAgain(t *testing.T) {
	s := parsed(t, "aws-cloudhsm>changePswd CU bob -hpswd\nEnter new password: \nRe-enter new password: \naws-cloudhsm>quit\n")
	if err := s.Unlock([]string{"bob=one"}); err != nil || s.Turns[1].Types != "one" || s.Turns[2].Types != "one" {
		t.Errorf("%v, %+v", err, s.Turns)
	}
}

func TestOwner(t *testing.T) {
	for line, want := range map[string]string{
		"loginHSM CO admin ***":                                          "admin",
		"loginHSM -u CU -s bob -p ***":                                   "bob",
		"key_mgmt_util singlecmd loginHSM -u CU -s bob -p *** findKey":   "bob",
		"aws kms update-custom-key-store --x y --key-store-password ***": "kmsuser",
		"loginHSM ***": "",
	} {
		if got := owner(line); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

func TestWhatIsNeverTheSameTwice(t *testing.T) {
	for line, want := range map[string]string{
		`"CreationDate": "2026-11-22T06:43:48.407000+00:00",`:               `"CreationDate": "TIME",`,
		`"CreationDate": 1795329073.123,`:                                   `"CreationDate": TIME,`,
		"key/ec7f7c34-3c82-4e61-9cca-c87fe1d1d43b":                          "key/ID",
		"cks-1234567890abcdef0 on cluster-1a23b4cdefg ":                     "ID on ID",
		"AWS endpoint http://127.0.0.1:45809":                               "AWS endpoint http://ENDPOINT",
		"Updating server config in /home/me/lab/opt/cloudhsm/etc/x.cfg":     "Updating server config in /opt/cloudhsm/etc/x.cfg",
		"Updating '/home/me/lab/opt/cloudhsm/etc/x.cfg' from cluster state": "Updating '/opt/cloudhsm/etc/x.cfg' from cluster state",
		"\tCfm3Initialize() returned app id : 01004000 ":                    "\tCfm3Initialize() returned app id : ID",
		"Key Handle: 262162, 6":                                             "Key Handle: 262162, 6",
		"hsm Return: SUCCESS on server 0(10.0.2.9)":                         "hsm Return: SUCCESS on server 0(10.0.2.9)",
	} {
		if got := same(line); got != want {
			t.Errorf("%q becomes %q, want %q", line, got, want)
		}
	}
}

func TestIdsAreRenamed(t *testing.T) {
	r := renamed{}
	r.learn([]string{"x", "cks-aaaaaaaaaaaaaaaaa is new"}, []string{"cks-bbbbbbbbbbbbbbbbb is new"})
	r.learn([]string{"cks-aaaaaaaaaaaaaaaaa cks-ccccccccccccccccc"}, []string{"cks-ddddddddddddddddd"}) // not as many
	r.learn([]string{"cks-aaaaaaaaaaaaaaaaa"}, []string{"cks-eeeeeeeeeeeeeeeee"})                       // known
	if got := r.in("delete cks-aaaaaaaaaaaaaaaaa,cks-ccccccccccccccccc"); got != "delete cks-bbbbbbbbbbbbbbbbb,cks-ccccccccccccccccc" {
		t.Error(got)
	}
}

// FuzzFromText makes sure that a session that can be read has all its lines in turns.
func FuzzFromText(f *testing.F) {
	f.Add([]byte(session))
	f.Add([]byte("[a] $\n> \naws-cloudhsm>\nCommand:  ^C\nserver1>^D\n(y/n)?y"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := FromText(text)
		if err != nil {
			return
		}
		line := s.Turns[0].Line
		for i, turn := range s.Turns {
			if turn.Line != line || turn.Line > len(s.Lines) {
				t.Fatalf("turn %d stands in line %d, not %d", i, turn.Line, line)
			}
			line += len(turn.lines())
		}
		s.Unlock([]string{"secret", "a=b"})
	})
}
