package aws

import (
	"fmt"
	"strings"
)

// failure is an error with the exit status that it ends the program with.
type failure struct {
	status int
	text   string
}

func (f *failure) Error() string { return f.text }

func fail(status int, format string, args ...any) error {
	return &failure{status, fmt.Sprintf(format, args...)}
}

const usageText = `usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]
To see help text, you can run:

  aws help
  aws <command> help
  aws <command> <subcommand> help
`

// misused is the error of a command line that cannot be read.
func misused(format string, args ...any) error {
	return fail(statusUsage, "%s\naws: error: %s\n", usageText, fmt.Sprintf(format, args...))
}

// unfitting is the error of a parameter whose value cannot be read.
func unfitting(option, reason string) error {
	return fail(statusUsage, "Error parsing parameter '%s': %s", option, reason)
}

// badChoice is the error of a word that is none of those allowed. Words that resemble it are suggested.
func badChoice(argument, word string, choices []string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "argument %s: Invalid choice, valid choices are:\n\n", argument)
	for i := 0; i < len(choices); i += 2 {
		fmt.Fprintf(&b, "%-40s", choices[i])
		if i+1 < len(choices) {
			fmt.Fprintf(&b, " | %-40s", choices[i+1])
		}
		b.WriteByte('\n')
	}
	if near := alike(word, choices); len(near) > 0 && !strings.HasPrefix(argument, "--") {
		fmt.Fprintf(&b, "\n\nInvalid choice: '%s', maybe you meant:\n\n", word)
		for _, n := range near {
			fmt.Fprintf(&b, "  * %s\n", n)
		}
	}
	if strings.HasPrefix(argument, "--") {
		return misused("%s", strings.TrimSuffix(b.String(), "\n"))
	}
	return misused("%s", b.String())
}

// alike are up to three words that share most of their letters with a word, the nearest first.
func alike(word string, choices []string) []string {
	type near struct {
		word  string
		share float64
	}
	var found []near
	for _, c := range choices {
		// The share of letters that both have in the same order.
		share := 2 * float64(common(word, c)) / float64(len(word)+len(c))
		if share < 0.8 {
			continue
		}
		at := 0
		for at < len(found) && found[at].share >= share {
			at++
		}
		found = append(found[:at], append([]near{{c, share}}, found[at:]...)...)
	}
	var words []string
	for _, n := range found[:min(3, len(found))] {
		words = append(words, n.word)
	}
	return words
}

// common is the length of the longest common subsequence.
func common(a, b string) int {
	row := make([]int, len(b)+1)
	for i := range len(a) {
		diagonal := 0
		for j := range len(b) {
			above := row[j+1]
			if a[i] == b[j] {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(row[j+1], row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}
