package transcript

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Turn is one line that is typed and what the text shows after it.
type Turn struct {
	Typed string

	// Shell says that the caller runs the line itself with sh -c instead of typing it at the tool's prompt.
	Shell bool

	// Expect holds the lines of the text as they stand there, after the replacements.
	Expect []string
}

// Turns returns what is typed, in order: the commands of the header, then the lines that the text shows. Text before
// the first typed line belongs to the last command. A text that is the content of a file has no turns of its own, and
// with check none there are none at all.
func (f *File) Turns() ([]Turn, error) {
	if f.Check == None {
		return nil, nil
	}
	var turns []Turn
	for _, command := range f.Commands {
		turns = append(turns, f.turn(command, f.inShell()))
	}
	if f.Shows == "" {
		lines, err := f.lines()
		if err != nil {
			return nil, err
		}
		if turns, err = f.cut(turns, lines); err != nil {
			return nil, err
		}
	}
	if len(turns) == 0 {
		return nil, errors.New("nothing is typed")
	}
	return turns, nil
}

func (f *File) turn(typed string, shell bool) Turn {
	if word, rest, _ := strings.Cut(typed, " "); shell && word == "sudo" {
		typed = strings.TrimSpace(rest)
	}
	return Turn{Typed: typed, Shell: shell}
}

// lines returns the text with all replacements made and the skipped lines taken out.
func (f *File) lines() ([]string, error) {
	text := f.Text
	for _, r := range f.Replacements {
		size := len(text) + strings.Count(text, r.Old)*(len(r.New)-len(r.Old))
		if size > MaxSize {
			return nil, fmt.Errorf("with %q replaced the text has %d bytes, the limit is %d", r.Old, size, MaxSize)
		}
		text = strings.ReplaceAll(text, r.Old, r.New)
	}
	var lines []string
	for _, line := range splitLines(text) {
		if !matchesAny(f.Skip, strings.TrimRight(line, " ")) {
			lines = append(lines, line)
		}
	}
	return lines, nil
}

func matchesAny(expressions []*regexp.Regexp, line string) bool {
	for _, re := range expressions {
		if re.MatchString(line) {
			return true
		}
	}
	return false
}

// cut adds the turns of the text to those of the commands.
func (f *File) cut(turns []Turn, lines []string) ([]Turn, error) {
	commands := len(turns)
	for i, line := range lines {
		typed, shell, ok := f.typed(line, i == 0)
		switch {
		case ok:
			turns = append(turns, f.turn(typed, shell))
		case f.Tool == Shell && isBarePrompt(line):
			return turns, nil
		case len(turns) > 0:
			last := &turns[len(turns)-1]
			last.Expect = append(last.Expect, line)
		case strings.TrimSpace(line) != "":
			return nil, fmt.Errorf("%q stands before the first typed line, and there is no command", line)
		}
	}
	// A bare prompt at the end of the text is only the prompt that comes back.
	if last := len(turns) - 1; last >= commands && turns[last].Typed == "" && isBlank(turns[last].Expect) {
		turns = turns[:last]
	}
	return turns, nil
}

// typed returns what is typed on a line of the text, and whether the shell runs it.
func (f *File) typed(line string, first bool) (typed string, shell, ok bool) {
	if first && f.PromptLeftOut {
		return strings.TrimSpace(line), f.inShell(), true
	}
	if f.Prompt != "" {
		if rest, ok := strings.CutPrefix(line, f.Prompt); ok {
			return strings.TrimSpace(rest), f.inShell(), true
		}
	}
	prompt := map[string]*regexp.Regexp{CMU: cmuPrompt, KMU: kmuPrompt}[f.Tool]
	if prompt != nil {
		if typed, ok = afterPrompt(prompt, line); ok {
			return typed, false, true
		}
	}
	if f.Tool != CMU {
		if typed, ok = afterPrompt(shellPrompt, line); ok {
			return typed, true, true
		}
	}
	return "", false, false
}

func isBlank(lines []string) bool {
	return strings.TrimSpace(strings.Join(lines, "")) == ""
}

// endsInQuestion returns the question that the text ends in. A text that shows the answer too ends in the answer.
func endsInQuestion(turns []Turn) (Question, bool) {
	last := strings.Join(turns[len(turns)-1].Expect, "\n")
	return EndsInQuestion(strings.TrimSpace(last))
}
