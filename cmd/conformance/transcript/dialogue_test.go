package transcript

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A script is a dialogue line by line: "<" before output, "END" where what was run ends, and each move that follows
// where it is not to wait.
func TestDialogue(t *testing.T) {
	tests := []struct {
		name, tool string
		header     []string
		text       string
		script     []string
		outputs    []string
	}{
		{"a line is typed when the prompt is back", CMU, nil, "aws-cloudhsm>a\n1\naws-cloudhsm>b\n2\n",
			[]string{"type a", "<1\n", "<aws-cloud", "<hsm>", "type b", "<2\naws-cloudhsm>", "close", "<bye\n"},
			[]string{"1\naws-cloudhsm>", "2\naws-cloudhsm>"}},
		{"a shell line beside KMU is run and may print what it likes", KMU, nil, "Command: a\n$ b\nCommand: c\n",
			[]string{"type a", "<\nCommand:  ", "run b", "<Enter filename:", "<\nCommand:  ", "END", "type c",
				"<\nCommand:  ", "close"},
			[]string{"\nCommand:  ", "Enter filename:\nCommand:  ", "\nCommand:  "}},
		{"answers are typed at the questions in order", CMU,
			[]string{"# secret: hidden1", "# sign: request", "# answer: y", "# answer:"}, "aws-cloudhsm>a\ndone\n",
			[]string{"type a", "<Enter password:", "reply hidden1", "< ", "<\nGo(y/n)?", "reply y signing request",
				"<Enter filename: ", "reply ", "<done\naws-cloudhsm>", "close"},
			[]string{"Enter password: \nGo(y/n)?\nEnter filename: \ndone\naws-cloudhsm>"}},
		{"without an answer the input is closed, and what follows is still read", CMU, nil, "aws-cloudhsm>a\n1\naws-cloudhsm>b\n",
			[]string{"type a", "<Go(y/n)?", "close", "<\nstopped\n", "END", "close"},
			[]string{"Go(y/n)?\nstopped\n"}},
		{"at the question that the text ends in the input is closed", CMU, []string{"# answer: y", "# answer: y"},
			"aws-cloudhsm>a\nGo(y/n)?y\nSure(y/n)?\n",
			[]string{"type a", "<Go(y/n)?", "reply y", "<Sure(y/n)? ", "close"},
			[]string{"Go(y/n)?\nSure(y/n)? "}},
		{"an answer that the text ends in is typed", CMU, []string{"# answer: y"}, "aws-cloudhsm>a\nGo(y/n)?y\n",
			[]string{"type a", "<Go(y/n)?", "reply y", "<aws-cloudhsm>", "close"},
			[]string{"Go(y/n)?\naws-cloudhsm>"}},
		{"a tool started by the shell gets its answers and then the end of input", Shell, []string{"# answer: y"},
			"$ a\n1\n$ b\n",
			[]string{"run a", "<Go(y/n)?", "reply y", "<1\naws-cloudhsm>", "close", "<rest", "END", "run b", "<2\n", "END", "close"},
			[]string{"Go(y/n)?\n1\naws-cloudhsm>", "2\n"}},
		{"a tool that ends too early gets nothing more", CMU, nil, "aws-cloudhsm>a\naws-cloudhsm>b\n",
			[]string{"type a", "<gone", "END", "close"}, []string{"gone"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, err := mustParse(t, head(test.tool, Exact, test.header...)+test.text).Dialogue()
			if err != nil {
				t.Fatal(err)
			}
			got := []string{move(d.Start())}
			for _, line := range test.script {
				if out, ok := strings.CutPrefix(line, "<"); ok {
					got = append(got, line, move(d.Read(out)))
				} else if line == "END" {
					got = append(got, line, move(d.Ended()))
				}
			}
			var moves []string
			for _, line := range got {
				if line != "wait" {
					moves = append(moves, line)
				}
			}
			if diff := cmp.Diff(test.script, moves); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.outputs, d.Outputs()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func move(m Move) string {
	name := [...]string{Wait: "wait", Type: "type ", Run: "run ", Reply: "reply ", CloseInput: "close"}[m.Action]
	if len(m.Sign) > 0 {
		return fmt.Sprintf("%s%s signing %s", name, m.Line, strings.Join(m.Sign, ","))
	}
	return name + m.Line
}
