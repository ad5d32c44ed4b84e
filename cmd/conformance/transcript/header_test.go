package transcript

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// head returns a header of the invented world that most tests use, with the further lines after it.
func head(tool, check string, further ...string) string {
	lines := []string{
		"# source: invented", "# tool: " + tool, "# variant: current", "# generation: any", "# check: " + check,
	}
	for len(further) > 0 && strings.HasPrefix(further[0], "# empty-lines") {
		lines, further = append(lines, further[0]), further[1:]
	}
	lines = append(lines, "# servers: 7=192.0.2.7 3=192.0.2.3", "# users: 1:CO:root:rootpass 3:CU:ann:annpass1")
	return strings.Join(append(lines, further...), "\n") + "\n# ---\n"
}

func mustParse(t *testing.T, data string) *File {
	t.Helper()
	f, err := Parse([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const everything = `# source: invented for this test
# source: twice
# attested: to 2020-01
# fidelity: none at all
# note: every key stands once
# note: and notes stand twice
# tool: cmu
# variant: wild
# generation: late
# check: exact
# empty-lines: compared
# servers: 7=192.0.2.7!slow!hsm=hsm-abcdefghij1 3=east!host=192.0.2.3!down!clone
# ca: late
# daemon: lost
# users: 1:PCO:root:rootpass:mofn:2fa:failures=2 2:AU:sync:- 3:CU:ann:annpass1
# users@3: 1:PCO:root:rootpass
# quorum: 3=2 4=1
# key: 9 public RSA 2048 owner=3 pair=10 exponent=3 label="two words" id=x
# key: 10 private RSA 2048 owner=3 pair=9 shared=1 m=2 nodes=7,3 nex DECRYPT=0
# key: 262153 secret AES 16 owner=3 session
# key: 12 secret GENERIC 40 owner=3 local=0 from=in/raw.bin gone
# key: 13 public EC P-384 owner=3
# next: 14,15
# home: 3
# login: CO root
# mode: server 1
# file: in/raw.bin random:40
# before: getToken 3 root t
# file: k.pem pem-rsa-private:2048:a b:c
# file: k.pub pem-public-of:k.pem
# file: t.sig signed-by:k.pem:t
# file: w wrapped:10:262153:4:noheader
# file: a approval:t:root
# file: hello text:"a\tb\\\"\n"
# prompt: "> "
# command: info
# put: "<x>" "y"
# skip: ^\.\.\.$
# slip: "oen" "one"
# answer: y
# secret: hidden1
# sign: dir/request
# answer:
# shows: file /opt/cloudhsm/etc/some.cfg
# generated: time (\d+)
# ---
 the text,	untouched
`

func TestParseReadsEveryKey(t *testing.T) {
	three, one := 3, 1
	want := &File{
		Tool: CMU, Variant: "wild", Generation: Late, Check: Exact, EmptyLines: true,
		Servers: []Server{
			{ID: 7, Name: "192.0.2.7", Host: "192.0.2.7", State: "slow", HSM: "hsm-abcdefghij1"},
			{ID: 3, Name: "east", Host: "192.0.2.3", State: "down", Clone: true},
		},
		CA: "late", Daemon: "lost",
		Users: []User{
			{ID: 1, Type: "PCO", Name: "root", Password: "rootpass", Mofn: true, TwoFA: true, Failures: 2},
			{ID: 2, Type: "AU", Name: "sync"},
			{ID: 3, Type: "CU", Name: "ann", Password: "annpass1"},
		},
		UsersAt: map[int][]User{3: {{ID: 1, Type: "PCO", Name: "root", Password: "rootpass"}}},
		Quorum:  map[int]int{3: 2, 4: 1},
		Keys: []Key{
			{Line: 18, Handle: 9, Class: "public", Type: "RSA", Size: 2048, Owner: 3, Pair: 10, Exponent: 3,
				Label: "two words", ID: "x"},
			{Line: 19, Handle: 10, Class: "private", Type: "RSA", Size: 2048, Owner: 3, Pair: 9, Shared: []int{1}, M: 2,
				Nodes: []int{7, 3}, NoExtract: true, Label: "key-10", Attributes: []Attribute{{"DECRYPT", "0"}}},
			{Line: 20, Handle: 262153, Class: "secret", Type: "AES", Size: 16, Owner: 3, Session: true, Label: "key-262153"},
			{Line: 21, Handle: 12, Class: "secret", Type: "GENERIC", Size: 40, Owner: 3, Imported: true,
				From: "in/raw.bin", Gone: true, Label: "key-12"},
			{Line: 22, Handle: 13, Class: "public", Type: "EC", Curve: "P-384", Owner: 3, Label: "key-13"},
		},
		Next: []uint64{14, 15}, Home: &three, Login: &Login{"CO", "root"}, ServerMode: &one,
		Steps: []Step{
			{Line: 27, File: &NewFile{Path: "in/raw.bin", Kind: "random", Bytes: 40}},
			{Line: 28, Before: "getToken 3 root t"},
			{Line: 29, File: &NewFile{Path: "k.pem", Kind: "pem-rsa-private", Bits: 2048, PassPhrase: "a b:c"}},
			{Line: 30, File: &NewFile{Path: "k.pub", Kind: "pem-public-of", PrivateKey: "k.pem"}},
			{Line: 31, File: &NewFile{Path: "t.sig", Kind: "signed-by", PrivateKey: "k.pem", Input: "t"}},
			{Line: 32, File: &NewFile{Path: "w", Kind: "wrapped", Key: 10, Wrapping: 262153, Mechanism: 4, NoHeader: true}},
			{Line: 33, File: &NewFile{Path: "a", Kind: "approval", Input: "t", Approvers: []string{"root"}}},
			{Line: 34, File: &NewFile{Path: "hello", Kind: "text", Text: "a\tb\\\"\n"}},
		},
		Prompt: "> ", Commands: []string{"info"},
		Replacements: []Replacement{{"<x>", "y"}, {"oen", "one"}},
		Skip:         []*regexp.Regexp{regexp.MustCompile(`^\.\.\.$`)},
		Answers:      []Answer{{Visible, "y"}, {Hidden, "hidden1"}, {Sign, "dir/request"}, {Visible, ""}},
		Shows:        "/opt/cloudhsm/etc/some.cfg",
		Generated:    []*regexp.Regexp{regexp.MustCompile(`time (\d+)`)},
		Text:         " the text,\tuntouched\n",
	}
	sameRegexp := cmp.Comparer(func(a, b *regexp.Regexp) bool { return a.String() == b.String() })
	if diff := cmp.Diff(want, mustParse(t, everything), sameRegexp); diff != "" {
		t.Error(diff)
	}
}

// Each case changes one line of the header above and names a part of the error, line included.
func TestParseRefuses(t *testing.T) {
	tests := []struct{ name, from, to, want string }{
		{"an unknown key", "# ca: late", "# cat: late", "line 13: cat: no such key"},
		{"a line that is no header line", "# ca: late", "#ca: late", "line 13: not a header line"},
		{"a key out of order", "# ca: late\n# daemon: lost", "# daemon: lost\n# ca: late", "line 14: ca: stands too late"},
		{"a key twice", "# ca: late", "# ca: late\n# ca: late", "line 14: ca: stands already in line 13"},
		{"the users of a node twice", "# quorum", "# users@3: 1:CO:b:bbbbbbb\n# quorum", "line 17: users@3: stands already"},
		{"a value with blanks at its end", "# ca: late", "# ca: late ", "line 13: ca: the value is empty or has blanks"},
		{"a value with a blank too many before it", "# ca: late", "# ca:  late", "ca: the value is empty or has blanks"},
		{"a carriage return", "# ca: late", "# ca: late\r", "ca: the value is empty or has blanks"},
		{"a key without value", "# ca: late", "# ca:", "line 13: ca: has no value"},
		{"an answer that is a blank", "# answer:\n", "# answer: \n", "line 43: answer: the value is empty"},
		{"a hidden answer without value", "# secret: hidden1", "# secret:", "line 41: secret: has no value"},
		{"no end of the header", "# ---\n", "", "not a header line"},
		{"text that is not UTF-8", "untouched", "\xff", "line 47: the transcript is not UTF-8"},
		{"a missing source", "# source: invented for this test\n# source: twice\n", "", "line 44: the key source is missing"},
		{"a missing tool", "# tool: cmu\n", "", "mode: stands only with tool: cmu"},
		{"an unknown tool", "tool: cmu", "tool: ssh", `line 7: tool: "ssh" is not one of cmu, kmu`},
		{"an unknown variant", "wild", "feral", "variant"},
		{"an unknown generation", "generation: late", "generation: old", "generation"},
		{"an unknown check", "check: exact", "check: fuzzy", "check"},
		{"an attested period of another form", "to 2020-01", "2020-01", "line 3: attested"},
		{"why-none without check none", "# empty-lines", "# why-none: slip\n# empty-lines", "stands only with check: none"},
		{"a world with check none", "check: exact", "check: none\n# why-none: slip", "line 12: empty-lines: cannot stand"},
		{"empty-lines of another value", "empty-lines: compared", "empty-lines: yes", "empty-lines"},
		{"a server without id", "7=192", "192", "servers: 192.0.2.7"},
		{"a server that is neither name nor address", "=east!", "=far-east!", `"far-east" is neither`},
		{"a named server without address", "!host=192.0.2.3", "", "needs !host"},
		{"a server id twice", "3=east", "7=east", "stands twice"},
		{"a server both down and slow", "!down", "!down!slow", `the option "slow"`},
		{"an HSM id that is too short", "hsm-abcdefghij1", "hsm-abc", "hsm=hsm-abc"},
		{"a user of unknown type", "3:CU:ann", "3:KU:ann", "line 15: users: 3:KU:ann:annpass1: not of the form"},
		{"users out of order", "2:AU:sync:- 3:CU:ann:annpass1", "3:CU:ann:annpass1 2:AU:sync:-", "ids must ascend"},
		{"a short password", "annpass1\n# users@3", "annpas\n# users@3", "7 to 32 characters"},
		{"a long password", "annpass1\n# users@3", strings.Repeat("p", 33) + "\n# users@3", "7 to 32 characters"},
		{"an AU with a password", "sync:-", "sync:syncpass", "must be -"},
		{"the marks of a user in another order", ":mofn:2fa", ":2fa:mofn", "not of the form"},
		{"users of a node that is not there", "users@3", "users@4", "no server has the id 4"},
		{"an unknown quorum service", "3=2 4=1", "5=2", "service of 5=2"},
		{"a quorum service twice", "3=2 4=1", "3=2 3=1", "stands twice"},
		{"a number with a leading zero", "next: 14,15", "next: 014,15", `"014" is not a number`},
		{"a handle twice in next", "next: 14,15", "next: 14,14", "14 stands twice"},
		{"a home that is not there", "home: 3", "home: 5", "no server has the id 5"},
		{"a login of a user who is not there", "CO root", "CO mary", `users has no CO "mary"`},
		{"a login as PCO", "CO root", "PCO root", "login"},
		{"a server mode beyond the last server", "server 1", "server 2", "mode"},
		{"a key with a handle twice", "key: 10 private", "key: 9 private", "the handle 9 stands twice"},
		{"a key of unknown type", "secret AES 16", "secret RC4 16", `"RC4" is not one of`},
		{"a key of the wrong class", "secret AES 16", "private AES 16", "class of AES"},
		{"a key of a wrong size", "secret AES 16", "secret AES 20", "size of AES"},
		{"an RSA key between the steps", "public RSA 2048", "public RSA 2049", "multiple of 256"},
		{"a generic key that is too long", "GENERIC 40", "GENERIC 3584", "size of GENERIC"},
		{"an unknown curve", "P-384", "P-192", "P-192"},
		{"a key without owner", "secret AES 16 owner=3", "secret AES 16 session", "owner=USERID"},
		{"a key of a user who is not there", "secret AES 16 owner=3", "secret AES 16 owner=4", "no user has the id 4"},
		{"a key shared with nobody", "shared=1", "shared=9", "no user has the id 9"},
		{"a key on a node that is not there", "nodes=7,3", "nodes=7,4", "no server has the id 4"},
		{"an m that is too small", "m=2", "m=1", "option m"},
		{"an option twice", "m=2", "m=2 m=3", "the option m stands twice"},
		{"an unknown option", " gone", " lost", "option lost"},
		{"a flag with a value", " gone", " gone=1", "takes no value"},
		{"an exponent of a key that is not RSA", "P-384 owner=3", "P-384 owner=3 exponent=3", "only RSA"},
		{"local of another value", "local=0", "local=1", "option local"},
		{"a pair that stands on one line", "pair=10 ", "", "line 19: key: pair=9 does not stand on both lines"},
		{"halves that do not fit", "9 public RSA 2048", "9 public RSA 2304", "not two halves of one pair"},
		{"a session key without home", "# home: 3\n", "", "line 20: key: a session key needs home and login"},
		{"raw bytes of a file that nobody makes", "from=in/raw.bin", "from=raw.bin", "line 21: key: from=raw.bin"},
		{"a label that is not closed", `"two words"`, `"two words`, "a double quote is not closed"},
		{"a file outside of the working directory", "in/raw.bin random", "../raw.bin random", "not a path within"},
		{"an absolute file", "in/raw.bin random", "/raw.bin random", "not a path within"},
		{"a file twice", "k.pub pem-public-of", "k.pem pem-public-of", "k.pem is made twice"},
		{"an unknown kind of file", "random:40", "zeroes:40", "no such kind"},
		{"a file that is too large", "random:40", "random:99999999", "not a number from 0 to 1048576"},
		{"a private key that nobody makes", "of:k.pem", "of:l.pem", `"l.pem" is no private key file`},
		{"a wrapped key that is not there", "wrapped:10:", "wrapped:11:", "no key has the handle 11"},
		{"a part too few", "wrapped:10:262153:4:noheader", "wrapped:10:262153", "has 2 parts, must have 3"},
		{"an approver without quorum key", "approval:t:root", "approval:t:ann", `no user "ann"`},
		{"an unknown escape", `a\tb`, `a\rb`, "an escape other than"},
		{"a prompt that is not quoted", `prompt: "> "`, "prompt: >", "must be none or a quoted string"},
		{"a put of one string", `"<x>" "y"`, `"<x>"`, "must be two quoted strings"},
		{"a put of nothing", `"<x>" "y"`, `"" "y"`, "the first string is empty"},
		{"a regular expression that is none", `^\.\.\.$`, `(`, "line 38: skip: error parsing regexp"},
		{"a regular expression that is too large", `^\.\.\.$`, `a{1000}b{1000}`, "steps, the limit is 2000"},
		{"a sign outside of the working directory", "dir/request", "/request", "not a path within"},
		{"a shown file anywhere", "/opt/cloudhsm/etc/some.cfg", "/etc/passwd", "neither in the working directory"},
		{"a shown file above", "/opt/cloudhsm/etc/some.cfg", "/opt/cloudhsm/../x", "neither in the working directory"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			changed := strings.Replace(everything, test.from, test.to, 1)
			if changed == everything {
				t.Fatalf("%q does not stand in the header", test.from)
			}
			_, err := Parse([]byte(changed))
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "line ") {
				t.Errorf("got %v, want a line and %q", err, test.want)
			}
		})
	}
}

func TestKindsOfFiles(t *testing.T) {
	tests := map[string]NewFile{
		"pem-ec-private:P-256":     {Curve: "P-256"},
		"pem-rsa-private:2048":     {Bits: 2048},
		"pem-rsa-public:3072":      {Bits: 3072},
		"pem-ec-public:secp256k1":  {Curve: "secp256k1"},
		"wrapped:9:8:7":            {Key: 9, Wrapping: 8, Mechanism: 7},
		"aes-wrapped:8:24":         {Wrapping: 8, Bytes: 24},
		"signature:17:9:some/file": {Mechanism: 17, Key: 9, Input: "some/file"},
		"masked:8":                 {Key: 8},
		"fake-pem:9":               {Key: 9},
	}
	for value, want := range tests {
		f := mustParse(t, head(KMU, Exact, "# key: 8 secret AES 32 owner=3", "# key: 9 private EC P-256 owner=3", "# file: x "+value))
		want.Path, want.Kind = "x", value[:strings.Index(value, ":")]
		if diff := cmp.Diff(&want, f.Steps[0].File); diff != "" {
			t.Errorf("%s: %s", value, diff)
		}
	}
}

func TestParseRefusesAHeaderWithoutEnd(t *testing.T) {
	if _, err := Parse([]byte("# source: x\n# tool: cmu")); err == nil || err.Error() != `line 2: the header has no end, the line "# ---"` {
		t.Errorf("got %v", err)
	}
}

func TestLinesBeforeNeedAPromptToBeTypedAt(t *testing.T) {
	_, err := Parse([]byte(head(Configure, Exact, "# before: info")))
	if err == nil || !strings.Contains(err.Error(), "before: stands only with tool: cmu or kmu") {
		t.Errorf("got %v", err)
	}
}

func TestParseRefusesWhatIsTooLong(t *testing.T) {
	text := strings.Repeat("x", MaxSize)
	if _, err := Parse([]byte(head(CMU, Exact) + text)); err == nil || !strings.Contains(err.Error(), "the limit is") {
		t.Errorf("got %v for the text", err)
	}
	notes := "# source: x\n" + strings.Repeat("# note: x\n", maxHeaderLines)
	if _, err := Parse([]byte(notes)); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("got %v for the header", err)
	}
}

func TestCheckNoneNeedsItsReasonAndNoWorld(t *testing.T) {
	const none = "# source: x\n# tool: shell\n# variant: old\n# generation: any\n# check: none\n"
	if _, err := Parse([]byte(none + "# ---\n")); err == nil || !strings.Contains(err.Error(), "why-none is missing") {
		t.Errorf("got %v", err)
	}
	f := mustParse(t, none+"# why-none: other-tool\n# ---\n# this line is text\n")
	if f.Text != "# this line is text\n" {
		t.Errorf("text %q", f.Text)
	}
	if reason, ok := f.Skipped(); !ok || reason != "check: none (other-tool)" {
		t.Errorf("skipped %q, %v", reason, ok)
	}
	if turns, err := f.Turns(); turns != nil || err != nil {
		t.Errorf("turns %v, %v", turns, err)
	}
	if _, err := f.Dialogue(); err == nil {
		t.Error("there is a dialogue with nothing to play")
	}
	if f.Compare(nil).OK {
		t.Error("comparing with nothing to compare succeeds")
	}
}

func TestGenerations(t *testing.T) {
	tests := map[string][]string{"classic": {"classic"}, "late": {"late"}, "any": {"classic", "late"}, "vendor": nil}
	for generation, want := range tests {
		data := strings.Replace(head(KMU, Exact), "generation: any", "generation: "+generation, 1)
		f := mustParse(t, data)
		if diff := cmp.Diff(want, f.Generations()); diff != "" {
			t.Errorf("%s: %s", generation, diff)
		}
		if _, skipped := f.Skipped(); skipped != (generation == "vendor") {
			t.Errorf("%s: skipped %v", generation, skipped)
		}
	}
}
