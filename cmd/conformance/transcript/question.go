package transcript

import (
	"regexp"
	"strings"
)

// Question is one of the ends of a line at which the tools wait for an answer.
type Question struct {
	Text   string
	Hidden bool // the answer is not echoed
}

var questions = []Question{
	{Text: "(y/n)?"},
	{Text: "(R/I/A):"},
	{Text: "(R/B/I):"},
	{Text: "(0 or 1):"},
	{Text: "Enter filename:"},
	{Text: "Enter password:", Hidden: true},
	{Text: "Re-enter password:", Hidden: true},
	{Text: "Enter new password:", Hidden: true},
	{Text: "Re-enter new password:", Hidden: true},
	{Text: "Enter PEM pass phrase:", Hidden: true},
}

var anyQuestion = func() *regexp.Regexp {
	texts := make([]string, len(questions))
	for i, q := range questions {
		texts[i] = regexp.QuoteMeta(q.Text)
	}
	return regexp.MustCompile(strings.Join(texts, "|"))
}()

// EndsInQuestion reports whether output that has just stopped ends in a question, and which. Blanks may follow it.
func EndsInQuestion(out string) (Question, bool) {
	out = strings.TrimRight(out, " ")
	for _, q := range questions {
		if strings.HasSuffix(out, q.Text) {
			return q, true
		}
	}
	return Question{}, false
}

// breakAtQuestions puts a line break after every question. Blanks after it belong to it, and so does an echoed answer.
func breakAtQuestions(lines []string, answers []Answer) []string {
	var broken []string
	for _, line := range lines {
		for {
			at := anyQuestion.FindStringIndex(line)
			if at == nil {
				broken = append(broken, line)
				break
			}
			broken = append(broken, line[:at[1]])
			line = withoutAnswer(strings.TrimLeft(line[at[1]:], " "), answers)
			if line == "" {
				break
			}
		}
	}
	return broken
}

// withoutAnswer takes an answer of the file off the start of what follows a question, if it stands there as a word.
func withoutAnswer(rest string, answers []Answer) string {
	for _, a := range answers {
		if a.Kind != Visible || a.Text == "" {
			continue
		}
		if after, ok := strings.CutPrefix(rest, a.Text); ok && (after == "" || after[0] == ' ') {
			return strings.TrimLeft(after, " ")
		}
	}
	return rest
}
