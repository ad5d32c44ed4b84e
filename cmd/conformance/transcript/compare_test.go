package transcript

import (
	"fmt"
	"strings"
	"testing"
)

// Each case is compared as it stands; the text belongs to the typed line "go" unless it has prompts of its own.
func TestCompare(t *testing.T) {
	tests := []struct {
		name, tool, check string
		header            []string
		text              string
		outputs           []string
		want              bool
	}{
		// Prompts and line ends.
		{"the same lines are equal", CMU, Exact, nil, "one\ntwo\n", []string{"one\r\ntwo\r\naws-cloudhsm>"}, true},
		{"which prompt comes back does not matter", CMU, Exact, nil, "one\n", []string{"one\nserver1>"}, true},
		{"no prompt needs to come back", CMU, Exact, nil, "one\n", []string{"one"}, true},
		{"the KMU prompt and its line feed are taken out", KMU, Exact, nil, "one\n", []string{"one\n\nCommand:  "}, true},
		{"a prompt that does not begin a line is output", CMU, Exact, nil, "one\n", []string{"oneaws-cloudhsm>"}, false},
		{"only one prompt comes back", CMU, Exact, nil, "one\n", []string{"one\naws-cloudhsm>\naws-cloudhsm>"}, false},
		{"tabs are expanded and blanks at line ends dropped", CMU, Exact, nil, "\ta\tb  \nüü\tc\n",
			[]string{"        a       b\nüü      c \t\n"}, true},
		{"a blank more within a line counts", CMU, Exact, nil, "a b\n", []string{"a  b\n"}, false},
		{"a blank more before a line counts", CMU, Exact, nil, "a\n", []string{" a\n"}, false},
		{"a line missing counts", CMU, Exact, nil, "a\nb\n", []string{"a\n"}, false},
		{"a line more counts", CMU, Exact, nil, "a\n", []string{"a\nb\n"}, false},
		{"another order counts", CMU, Exact, nil, "a\nb\n", []string{"b\na\n"}, false},

		// Turns.
		{"output may not come a turn too late", CMU, Exact, nil, "a\naws-cloudhsm>next\nb\n", []string{"", "a\nb\n"}, false},
		{"nor do words", CMU, Tokens, nil, "a\naws-cloudhsm>next\nb\n", []string{"", "a\nb\n"}, false},
		{"a turn that was not played has no output", CMU, Exact, nil, "a\naws-cloudhsm>next\nb\n", []string{"a\n"}, false},
		{"a turn without output may be missing", CMU, Exact, nil, "a\naws-cloudhsm>next\n", []string{"a\n"}, true},
		{"the whole output is asked for lines in order", CMU, Subsequence, nil, "a\naws-cloudhsm>next\nb\n",
			[]string{"", "x\na\nx\nb\nx\n"}, true},

		// Questions.
		{"what follows a question is the next line", CMU, Exact, nil, "Go(y/n)?Going\n", []string{"Go(y/n)?\nGoing\n"}, true},
		{"an echoed answer is taken out, after blanks", CMU, Exact, []string{"# answer: y"}, "Go(y/n)?  y\nGoing\n",
			[]string{"Go(y/n)?Going\n"}, true},
		{"what stands after an echoed answer is the next line", CMU, Exact, []string{"# answer: y"}, "Go(y/n)?y Going\n",
			[]string{"Go(y/n)?\nGoing\n"}, true},
		{"an answer is taken out as a word only", CMU, Exact, []string{"# answer: y"}, "Go(y/n)?yes\n",
			[]string{"Go(y/n)?\nes\n"}, false},
		{"an answer that the file does not give is output", CMU, Exact, []string{"# answer: y"}, "Go(y/n)?n\nGoing\n",
			[]string{"Go(y/n)?Going\n"}, false},
		{"the echo of the output is taken out too", CMU, Exact, []string{"# answer: A"}, "x(R/I/A):\n1\n",
			[]string{"x(R/I/A):A\n1\n"}, true},
		{"a hidden answer has no echo", CMU, Exact, []string{"# secret: hidden1"}, "Enter password: hidden1\n1\n",
			[]string{"Enter password:\n1\n"}, false},
		{"two questions on a line are two lines", CMU, Exact, nil, "Enter password:Re-enter password:\n1\n",
			[]string{"Enter password:\nRe-enter password: 1\n"}, true},
		{"a text that ends in a question ends there", CMU, Exact, nil, "Go(y/n)?\n", []string{"Go(y/n)?\nstopped\n"}, true},
		{"with words too", CMU, Tokens, nil, "1\nGo(y/n)? \n", []string{"1 Go(y/n)?\nstopped\n"}, true},
		{"but it must come to the question", CMU, Exact, nil, "1\nGo(y/n)?\n", []string{"1\n"}, false},
		{"and what stands before it counts", CMU, Exact, nil, "1\nGo(y/n)?\n", []string{"2\nGo(y/n)?\n"}, false},
		{"a text that shows the answer goes on", CMU, Exact, []string{"# answer: y"}, "Go(y/n)?y\n",
			[]string{"Go(y/n)?\nmore\n"}, false},
		{"a question at the end of an earlier turn ends nothing", CMU, Exact, nil, "Go(y/n)?\naws-cloudhsm>next\n1\n",
			[]string{"Go(y/n)?\nmore\n", "1\n"}, false},

		// Fixed spellings, nodes, empty lines.
		{"'E2' is read as 'E2E'", CMU, Exact, nil, "in 'E2' mode\n", []string{"in 'E2E' mode\n"}, true},
		{"E2 without quotes is not", CMU, Exact, nil, "in E2 mode\n", []string{"in E2E mode\n"}, false},
		{"a full stop after an HSM error is dropped", KMU, Exact, nil, "0x1 : HSM Error: no.\n", []string{"0x1 : HSM Error: no\n"}, true},
		{"only one", KMU, Exact, nil, "HSM Error: no..\n", []string{"HSM Error: no\n"}, false},
		{"elsewhere it counts", KMU, Exact, nil, "HSM Return: yes.\n", []string{"HSM Return: yes\n"}, false},
		{"runs of node lines are sorted by number", KMU, Exact, nil, "\tNode id 10 b\n\tNode id 2 a\nx\nNode id 1\nNode id 0\n",
			[]string{"\tNode id 2 a\n\tNode id 10 b\nx\nNode id 0\nNode id 1\n"}, true},
		{"even by a number that is too long for one", KMU, Exact, nil, "Node id 99999999999999999999\nNode id 1\n",
			[]string{"Node id 1\nNode id 99999999999999999999\n"}, true},
		{"a node line does not pass another line", KMU, Exact, nil, "Node id 2\n\nNode id 1\n", []string{"Node id 1\nNode id 2\n"}, false},
		{"node lines differ in what they say", KMU, Exact, nil, "Node id 2 a\nNode id 1 b\n", []string{"Node id 1 a\nNode id 2 b\n"}, false},
		{"other lists are not sorted", KMU, Exact, nil, "Node 2\nNode 1\n", []string{"Node 1\nNode 2\n"}, false},
		{"empty lines do not count", CMU, Exact, nil, "\na\n\n \nb\n", []string{"a\nb\n\n"}, true},
		{"unless they are compared", CMU, Exact, []string{"# empty-lines: compared"}, "a\n\nb\n", []string{"a\nb\n"}, false},
		{"also those before the first line", KMU, Exact, []string{"# empty-lines: compared"}, "\na\n", []string{"a\n"}, false},
		{"but not those at the end of a turn", KMU, Exact, []string{"# empty-lines: compared"}, "\na\n\n\n",
			[]string{"\r\na\r\n\r\nCommand:  "}, true},
		{"and only with exact", KMU, Tokens, []string{"# empty-lines: compared"}, "a\n\nb\n", []string{"a\nb\n"}, true},

		// Masks.
		{"a group is masked", CMU, Exact, []string{`# generated: time (\d+) sec`}, "time 1 sec\n", []string{"time 234 sec\n"}, true},
		{"the words around it are compared", CMU, Exact, []string{`# generated: time (\d+) sec`}, "time 1 sec\n", []string{"time 234 s\n"}, false},
		{"without group the whole match is masked", CMU, Exact, []string{`# generated: [0-9a-f]{4}`}, "x abcd\n", []string{"x 0123\n"}, true},
		{"what fits no mask counts", CMU, Exact, []string{`# generated: [0-9a-f]{4}`}, "x abcd\n", []string{"x 012\n"}, false},
		{"a value must be there", CMU, Exact, []string{`# generated: [0-9]+`}, "x 1\n", []string{"x\n"}, false},
		{"two values are two", CMU, Exact, []string{`# generated: [0-9]+`}, "1 2\n", []string{"1\n"}, false},
		{"all groups are masked", CMU, Exact, []string{`# generated: (a+)-(b+)`}, "a-b\n", []string{"aaa-bb\n"}, true},
		{"an empty value may stand for one that is not", CMU, Exact, []string{`# generated: (?m)^x:(.*)$`}, "x:\n", []string{"x:1\n"}, true},
		{"a mask sees the normalised text with its line ends", CMU, Exact, []string{`# generated: (?m)^a\n {8}(.*)$`},
			"a\n\n\tone\n", []string{"a\r\n\ttwo\r\n"}, true},
		{"a mask may reach over a prompt", CMU, Exact, []string{`# generated: a\n(.*)`}, "a\naws-cloudhsm>next\n1\n2\n",
			[]string{"a\n", "one\n2\n"}, true},
		{"also with what it masks", CMU, Exact, []string{`# generated: 1\n2\n`}, "a\n1\naws-cloudhsm>next\n2\nb\n",
			[]string{"a\n1\n", "2\nb\n"}, true},
		{"and then tells the turns apart still", CMU, Exact, []string{`# generated: 1\n2\n`}, "a\n1\naws-cloudhsm>next\n2\nb\n",
			[]string{"a\n1\n2\nb\n", ""}, false},
		{"masks hold for the other checks too", CMU, Shape, []string{`# generated: \d+`}, "a 1\n", []string{"a22\n"}, true},

		// Tokens.
		{"words may be set in other lines", CMU, Tokens, nil, "a  b\nc\n", []string{"a\n\tb c\n"}, true},
		{"a word may not be cut", CMU, Tokens, nil, "ab\n", []string{"a b\n"}, false},
		{"a word more counts", CMU, Tokens, nil, "a\n", []string{"a b\n"}, false},
		{"a word missing counts", CMU, Tokens, nil, "a b\n", []string{"a\n"}, false},

		// Subsequence.
		{"the output may have more lines", CMU, Subsequence, nil, "a\nc\n", []string{"x\na\nb\nc\nd\n"}, true},
		{"runs of blanks count as one and ends do not", CMU, Subsequence, nil, " a   b\n", []string{"a b\n"}, true},
		{"lines must be whole", CMU, Subsequence, nil, "a\n", []string{"a b\n"}, false},
		{"lines must be in order", CMU, Subsequence, nil, "a\nb\n", []string{"b\na\n"}, false},
		{"a line shown twice must come twice", CMU, Subsequence, nil, "a\na\n", []string{"a\nb\n"}, false},

		// Contains.
		{"fragments of lines are enough", CMU, Contains, nil, " a b \nc\n", []string{"xa bx\nxcx\n"}, true},
		{"blanks within a fragment count", CMU, Contains, nil, "a b\n", []string{"a  b\n"}, false},
		{"fragments must be in order", CMU, Contains, nil, "a\nb\n", []string{"b\na\n"}, false},
		{"a fragment shown twice must come twice", CMU, Contains, nil, "a\na\n", []string{"a\n"}, false},

		// Shape.
		{"white space does not count", CMU, Shape, nil, "a b\nc\n", []string{"x\nab\tc\nx\n"}, true},
		{"letters do", CMU, Shape, nil, "a b\n", []string{"a.b\n"}, false},

		// Other sources of output.
		{"the content of a file is compared as one", CMU, Exact, []string{"# shows: file f"}, "a\naws-cloudhsm>b\nCommand:\n",
			[]string{"a\naws-cloudhsm>b\nCommand:\n"}, true},
		{"a line of a file more counts", CMU, Exact, []string{"# shows: file f"}, "a\n", []string{"a\naws-cloudhsm>\n"}, false},
		{"what a tool prints from its first prompt on does not count", Shell, Exact, nil, "a\naws-cloudhsm>\n",
			[]string{"a\naws-cloudhsm>bye\nx\n"}, true},
		{"nor from the prompt of KMU on", Shell, Exact, nil, "a\n", []string{"a\n\nCommand:  \nx\n"}, true},
		{"the line of singlecmd is no prompt", Shell, Exact, nil, "Command: a  b \n1\n", []string{"Command: a  b \n1\n"}, true},
		{"and counts", Shell, Exact, nil, "1\n", []string{"Command: a  b \n1\n"}, false},
		{"the output of a shell line beside KMU is not searched for prompts", KMU, Exact, nil, "Command: a\n$ b\n1\n",
			[]string{"", "", "1\nCommand:\n"}, false},

		// What cannot be.
		{"more outputs than turns", CMU, Exact, nil, "a\n", []string{"a\n", ""}, false},
		{"too much output", CMU, Contains, nil, "a\n", []string{"a" + strings.Repeat("x", MaxSize)}, false},
		{"masks that explode", CMU, Exact, []string{"# generated: (x*)", "# generated: (x*)", "# generated: (x*)", "# generated: (x*)",
			"# generated: (x*)", "# generated: (x*)", "# generated: (x*)"}, "abc\n", []string{"abc\n"}, false},
		{"a mask of nothing masks nothing", CMU, Exact, []string{"# generated: x*"}, "abc\n", []string{"abd\n"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := mustParse(t, head(test.tool, test.check, withCommand(test.header)...)+test.text)
			r := f.Compare(test.outputs)
			if r.OK != test.want || (r.Diff == "") != r.OK {
				t.Errorf("got %+v", r)
			}
		})
	}
}

// withCommand puts the command "go" where it belongs: behind empty-lines, before the rest.
func withCommand(header []string) []string {
	at := 0
	if len(header) > 0 && strings.HasPrefix(header[0], "# empty-lines") {
		at = 1
	}
	return append(append(append([]string{}, header[:at]...), "# command: go"), header[at:]...)
}

func TestDiffs(t *testing.T) {
	long := "1\n2\n3\n4\n5\n6\n7\n8\n9\n"
	tests := []struct {
		name, check, text, output, want string
	}{
		{"lines are shown with those around them", Exact, long, "1\n2\n3\n4\nfive\nand more\n6\n7\n8\n9\n",
			"turn 1: go\n  2\n  3\n  4\n- 5\n+ five\n+ and more\n  6\n  7\n  8\n"},
		{"words are shown with those around them", Tokens, "a b c\n", "a x c\n", "turn 1: go\n  word 2 differs:\n- a b c\n+ a x c\n"},
		{"a missing line is shown with the output left", Subsequence, "1\n5\n3\n", long,
			"line 3 of the text is not in the output, or not in this order:\n  1\n  5\n- 3\n+ 6\n+ 7\n+ 8\n+ 9\n"},
		{"a missing fragment is shown with the output left", Contains, "1\nx\n", "11\n2\n",
			"line 2 of the text is not in the output, or not in this order:\n  1\n- x\n+ 1\n+ 2\n"},
		{"a shape is shown where it parts", Shape, "ab cd\n", "xabce\n", "  after 3 bytes without white space:\n- abcd\n+ xabce\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := mustParse(t, head(CMU, test.check, "# command: go")+test.text)
			if r := f.Compare([]string{test.output}); r.Diff != test.want {
				t.Errorf("got\n%swant\n%s", r.Diff, test.want)
			}
		})
	}
}

const session = `Command: login
one (y/n)? y
	Node id 3 : HSM Error: bad.
	Node id 1 : HSM Error: bad.

Command:  show -a
  value 17   'E2'
more of	it

$ cat out
plain
Command:
`

// A text printed as it stands must pass whatever the check is, and must not once any word of it is another.
func TestATextIsEqualToItself(t *testing.T) {
	for _, check := range []string{Exact, Tokens, Subsequence, Contains, Shape} {
		for _, lines := range []string{"", "# empty-lines: compared"} {
			header := []string{"# answer: y", `# generated: value (\d+)`}
			if lines != "" {
				header = append([]string{lines}, header...)
			}
			f := mustParse(t, head(KMU, check, header...)+session)
			outputs := printed(t, f)
			if r := f.Compare(outputs); !r.OK {
				t.Errorf("%s %s: %s", check, lines, r.Diff)
			}
			for _, word := range []string{"one", "(y/n)?", "Node", "3", "1", "Error:", "bad", "value", "'E2'", "of", "plain"} {
				if r := f.Compare(changed(outputs, word)); r.OK {
					t.Errorf("%s %s: %q may be another word", check, lines, word)
				}
			}
			if r := f.Compare(changed(outputs, "17")); !r.OK {
				t.Errorf("%s %s: the generated value may not be another: %s", check, lines, r.Diff)
			}
		}
	}
}

// printed renders the text of a file as the output of a tool.
func printed(t testing.TB, f *File) []string {
	t.Helper()
	turns, err := f.compared()
	if err != nil {
		t.Fatal(err)
	}
	outputs := make([]string, len(turns))
	for i, turn := range turns {
		for _, line := range turn.Expect {
			outputs[i] += line + "\r\n"
		}
		switch {
		case f.Shows != "" || turn.Shell:
		case f.Tool == CMU:
			outputs[i] += "aws-cloudhsm>"
		case f.Tool == KMU:
			outputs[i] += "\r\nCommand:  "
		}
	}
	return outputs
}

// changed puts another number or word for the first occurrence of a word.
func changed(outputs []string, word string) []string {
	another := "other"
	if word == "17" {
		another = "4711"
	}
	list := append([]string{}, outputs...)
	for i, out := range list {
		if strings.Contains(out, word) {
			list[i] = strings.Replace(out, word, another, 1)
			return list
		}
	}
	panic(fmt.Sprintf("no %q", word))
}
