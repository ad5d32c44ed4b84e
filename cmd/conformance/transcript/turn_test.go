package transcript

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTurns(t *testing.T) {
	type turns = []Turn
	tests := []struct {
		name, tool string
		header     []string
		text       string
		want       []Turn
	}{
		{"every form of a CMU prompt begins a turn", CMU, nil,
			"aws-cloudhsm>a\n1\n  cloudmgmt> b \nserver7>c\nserver 7>d\nserver> e\n2\n",
			turns{{Typed: "a", Expect: []string{"1"}}, {Typed: "b"}, {Typed: "c"}, {Typed: "d"},
				{Typed: "e", Expect: []string{"2"}}}},
		{"every form of a KMU prompt begins a turn", KMU, nil,
			"Command: a\n  * Command:   b \nCommand:c\n\tCommand: d\n",
			turns{{Typed: "a"}, {Typed: "b", Expect: []string{"Command:c", "\tCommand: d"}}}},
		{"lines are kept as they stand, empty ones too", CMU, nil, "aws-cloudhsm>a\n\n\tx  \n",
			turns{{Typed: "a", Expect: []string{"", "\tx  "}}}},
		{"a shell line in a KMU text is run, and the rest is its output", KMU, nil,
			"Command: a\n1\n[me@here ~]$ sudo cat b\n2\nCommand: c\n",
			turns{{Typed: "a", Expect: []string{"1"}}, {Typed: "cat b", Shell: true, Expect: []string{"2"}}, {Typed: "c"}}},
		{"a shell line in a CMU text is text", CMU, nil, "aws-cloudhsm>a\n$ b\n",
			turns{{Typed: "a", Expect: []string{"$ b"}}}},
		{"a shell prompt may be bare, in brackets or a path", Shell, nil, "$ a\n[x y]# b\nme@here:/tmp$ c\n$d\n",
			turns{{Typed: "a", Shell: true}, {Typed: "b", Shell: true}, {Typed: "c", Shell: true, Expect: []string{"$d"}}}},
		{"a tool's prompt is text for configure", Configure, nil, "$ a\naws-cloudhsm>\n1\n",
			turns{{Typed: "a", Shell: true, Expect: []string{"aws-cloudhsm>", "1"}}}},
		{"a bare CMU prompt ends a shell text", Shell, nil, "$ a\n1\naws-cloudhsm> \n2\n",
			turns{{Typed: "a", Shell: true, Expect: []string{"1"}}}},
		{"a bare KMU prompt ends a shell text, one with words does not", Shell, nil, "$ a\nCommand: x\nCommand:  \n2\n",
			turns{{Typed: "a", Shell: true, Expect: []string{"Command: x"}}}},
		{"an empty line is typed, but not at the end", CMU, nil, "aws-cloudhsm>\naws-cloudhsm> \naws-cloudhsm>a\nserver1> \n\n",
			turns{{}, {}, {Typed: "a"}}},
		{"an empty line that prints is typed even at the end", CMU, nil, "aws-cloudhsm>\n1\n",
			turns{{Expect: []string{"1"}}}},
		{"the first line is typed where the prompt is left out", KMU, []string{"# prompt: none"}, " a b \n1\nCommand: c\n",
			turns{{Typed: "a b", Expect: []string{"1"}}, {Typed: "c"}}},
		{"a prompt left out before a shell line", Configure, []string{"# prompt: none"}, "sudo  a\n1\n",
			turns{{Typed: "a", Shell: true, Expect: []string{"1"}}}},
		{"a further prompt is the tool's, also if it looks like the shell's", KMU, []string{`# prompt: "$"`}, "$  a\n $ b\n",
			turns{{Typed: "a", Expect: []string{" $ b"}}}},
		{"commands come first and the last one has the text before the first line", CMU,
			[]string{"# command: a", "# command: b"}, "1\naws-cloudhsm>c\n2\n",
			turns{{Typed: "a"}, {Typed: "b", Expect: []string{"1"}}, {Typed: "c", Expect: []string{"2"}}}},
		{"sudo is dropped from a command of the shell only", CMU, []string{"# command: sudo x"}, "",
			turns{{Typed: "sudo x"}}},
		{"empty lines before the first typed line are nobody's", CMU, nil, "\n \naws-cloudhsm>a\n", turns{{Typed: "a"}}},
		{"the content of a file has no turns", CMU, []string{"# command: a", "# shows: file f"}, "aws-cloudhsm>b\n1\n",
			turns{{Typed: "a"}}},
		{"replacements are made in order, in typed lines and others, before lines are skipped", CMU,
			[]string{`# put: "<n>" "one"`, "# skip: ^o ne$", `# slip: "one" "two"`, "# skip: ^ *two!$"},
			"aws-cloudhsm>see <n>\n<n>!  \no ne\nand <n>\n",
			turns{{Typed: "see two", Expect: []string{"and two"}}}},
		{"a slip can put in a prompt", CMU, []string{`# slip: "go" "aws-cloudhsm>go"`}, "go\n1\n",
			turns{{Typed: "go", Expect: []string{"1"}}}},
		{"tabs stay for skip", CMU, []string{`# skip: ^\t-$`}, "aws-cloudhsm>a\n\t-  \n        -\n",
			turns{{Typed: "a", Expect: []string{"        -"}}}},
		{"a text without a last line feed", CMU, nil, "aws-cloudhsm>a\n1", turns{{Typed: "a", Expect: []string{"1"}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := mustParse(t, head(test.tool, Exact, test.header...)+test.text).Turns()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTurnsRefuse(t *testing.T) {
	tests := []struct {
		name, text, want string
		header           []string
	}{
		{"text that nothing was typed for", "1\naws-cloudhsm>a\n", `"1" stands before the first typed line`, nil},
		{"a text in which nothing is typed", "aws-cloudhsm>\n", "nothing is typed", nil},
		{"the content of a file that no command makes", "1\n", "nothing is typed", []string{"# shows: file f"}},
		{"a replacement that makes the text explode", "aws-cloudhsm>" + strings.Repeat("x", 2000), "the limit is 1048576",
			[]string{`# put: "x" "` + strings.Repeat("y", 1000) + `"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := mustParse(t, head(CMU, Exact, test.header...)+test.text)
			if _, err := f.Turns(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if r := f.Compare([]string{""}); len(test.header) == 0 && (r.OK || !strings.Contains(r.Diff, test.want)) {
				t.Errorf("comparing gives %+v", r)
			}
		})
	}
}

func TestEndsInPrompt(t *testing.T) {
	tests := []struct {
		out  string
		tool string
		want bool
	}{
		{"aws-cloudhsm>", CMU, true},
		{"done\r\naws-cloudhsm>", CMU, true},
		{"done\nserver12>", CMU, true},
		{"no line feed before itaws-cloudhsm>", CMU, true},
		{"done\nserver>", CMU, false},
		{"aws-cloudhsm>\n", CMU, false},
		{"aws-cloudhsm>help", CMU, false},
		{"\nCommand:  ", CMU, false},
		{"\nCommand:  ", KMU, true},
		{"\nCommand: ", KMU, false},
		{"\nCommand:", KMU, false},
		{"aws-cloudhsm>", KMU, false},
		{"aws-cloudhsm>", Shell, true},
		{"\nCommand:  ", Shell, true},
		{"", CMU, false},
	}
	for _, test := range tests {
		if got := EndsInPrompt(test.out, test.tool); got != test.want {
			t.Errorf("%q of %s: %v", test.out, test.tool, got)
		}
	}
}

func TestEndsInQuestion(t *testing.T) {
	hidden := map[string]bool{
		"Do you want to continue(y/n)?": false, "Retry/Ignore/Abort?(R/I/A):": false, "x(R/B/I):": false, "x(0 or 1):": false,
		"Enter filename:": false, "Enter password:": true, "Re-enter password:": true, "Enter new password:": true,
		"Re-enter new password:": true, "Enter PEM pass phrase:": true,
	}
	for text, want := range hidden {
		for _, out := range []string{text, "\r\n" + text + "  "} {
			if q, ok := EndsInQuestion(out); !ok || q.Hidden != want || !strings.HasSuffix(text, q.Text) {
				t.Errorf("%q: %+v, %v", out, q, ok)
			}
		}
		for _, out := range []string{text + "y", text + "\n", text[:len(text)-1]} {
			if q, ok := EndsInQuestion(out); ok {
				t.Errorf("%q: %+v", out, q)
			}
		}
	}
}
