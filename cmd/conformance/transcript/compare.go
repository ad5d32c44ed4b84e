package transcript

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Result is the outcome of a comparison. Diff is empty if it is OK, else it shows what was expected and what came.
type Result struct {
	OK   bool
	Diff string
}

// Compare compares what was printed with the text. outputs holds for each turn that was played what the terminal gave
// after the line was typed, up to and including the prompt that came back; without echo, and with a line feed where an
// answer was typed. Dialogue.Outputs returns it so. A turn that was not played counts as one without output. If the
// text is the content of a file, that content is the only output. The caller has put /opt/cloudhsm back in.
func (f *File) Compare(outputs []string) Result {
	c, err := f.comparison(outputs)
	if err != nil {
		return Result{Diff: fmt.Sprintf("cannot compare: %v\n", err)}
	}
	var diff string
	switch f.Check {
	case Exact:
		diff = c.byTurn(diffLines)
	case Tokens:
		diff = c.byTurn(diffWords)
	case Subsequence:
		diff = findLines(c.want.lines(), c.got.lines())
	case Contains:
		diff = findFragments(c.want.lines(), c.got.lines())
	case Shape:
		diff = findShape(c.want.text, c.got.text)
	}
	return Result{OK: diff == "", Diff: diff}
}

// comparison is the text and the output in the form in which they are compared.
type comparison struct {
	turns     []Turn
	want, got side
}

func (f *File) comparison(outputs []string) (comparison, error) {
	var c comparison
	var err error
	if c.turns, err = f.compared(); err != nil {
		return c, err
	}
	if len(outputs) > len(c.turns) {
		return c, fmt.Errorf("there are %d outputs for %d turns", len(outputs), len(c.turns))
	}
	size := 0
	for _, out := range outputs {
		size += len(out)
	}
	if size > MaxSize {
		return c, fmt.Errorf("the output has %d bytes, the limit is %d", size, MaxSize)
	}
	want, got := make([][]string, len(c.turns)), make([][]string, len(c.turns))
	for i, turn := range c.turns {
		want[i] = f.expectLines(turn.Expect)
		if i < len(outputs) {
			got[i] = f.outputLines(outputs[i], turn)
		}
	}
	if c.want, err = newSide(want).mask(f.Generated); err != nil {
		return c, fmt.Errorf("the text: %w", err)
	}
	if c.got, err = newSide(got).mask(f.Generated); err != nil {
		return c, fmt.Errorf("the output: %w", err)
	}
	return c, nil
}

// compared returns the turns to compare. The content of a file is one turn.
func (f *File) compared() ([]Turn, error) {
	if f.Check == None {
		return nil, errors.New("with check: none there is nothing to compare")
	}
	if f.Shows == "" {
		return f.Turns()
	}
	lines, err := f.lines()
	return []Turn{{Typed: f.Shows, Expect: lines}}, err
}

// byTurn compares turn by turn and joins the differences, each under the line that was typed.
func (c comparison) byTurn(compare func(want, got []string, prefix bool) string) string {
	var b strings.Builder
	_, open := endsInQuestion(c.turns)
	want, got := c.want.turns(), c.got.turns()
	for i, turn := range c.turns {
		// What follows the question that the text ends in is not compared.
		prefix := open && i == len(c.turns)-1
		if diff := compare(want[i], got[i], prefix); diff != "" {
			fmt.Fprintf(&b, "turn %d: %s\n%s", i+1, turn.Typed, diff)
		}
	}
	return b.String()
}

// findLines looks for every wanted line, in order, among the lines of the output.
func findLines(want, got []string) string {
	next := 0
	for i, line := range want {
		line = oneBlank(line)
		at := slices.IndexFunc(got[next:], func(l string) bool { return oneBlank(l) == line })
		if at < 0 {
			return diffMissing(i, want, got[next:])
		}
		next += at + 1
	}
	return ""
}

// oneBlank counts runs of blanks as one and trims the ends.
func oneBlank(line string) string {
	return strings.Join(strings.Fields(line), " ")
}

// findFragments looks for every wanted line, in order, anywhere in the output.
func findFragments(want, got []string) string {
	rest := strings.Join(got, "\n")
	for i, line := range want {
		line = strings.TrimSpace(line)
		at := strings.Index(rest, line)
		if at < 0 {
			return diffMissing(i, want, splitLines(rest))
		}
		rest = rest[at+len(line):]
	}
	return ""
}

// findShape looks for the text in the output, both without white space.
func findShape(want, got string) string {
	want, got = withoutSpace(want), withoutSpace(got)
	if strings.Contains(got, want) {
		return ""
	}
	return diffShape(want, got)
}

func withoutSpace(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}
